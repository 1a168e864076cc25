import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sparseFromDense, toDense } from '../model/sparse-tensor.js';
import { type Tensor, tensor } from '../model/tensor.js';
import { randomSource } from '../random-model.test-fixtures.js';
import { reduceCounts, reduceModel } from './bayesian-model-reduction.js';

// At stake: an agent that simplifies its model on the wrong sign of a difference unlearns what is true.
/** Differences of some ten logarithms of counts of up to a few hundred. */
const ROUNDING = 1e-10;

/** Two priors and what was seen, `[outcome, column]`. */
interface Experience {
  readonly prior: Tensor;
  readonly other: Tensor;
  /** For each column the outcomes seen, in order. */
  readonly seen: readonly (readonly number[])[];
}

const arbitraryExperience = fc
  .record({
    rows: fc.integer({ min: 1, max: 4 }),
    columns: fc.integer({ min: 1, max: 3 }),
    seed: fc.integer(),
  })
  .map(({ rows, columns, seed }): Experience => {
    const random = randomSource(seed);
    const counts = (): Tensor => ({
      shape: [rows, columns],
      data: Float64Array.from({ length: rows * columns }, () => 0.05 + 5 * random()),
    });
    const seen = Array.from({ length: columns }, () =>
      Array.from({ length: Math.floor(30 * random()) }, () => Math.floor(rows * random())),
    );
    return { prior: counts(), other: counts(), seen };
  });

/** The counts after what was seen. */
function learn({ shape, data }: Tensor, seen: Experience['seen']): Tensor {
  const learned = data.slice();
  seen.forEach((outcomes, column) => {
    for (const outcome of outcomes) learned[outcome * shape[1]! + column]! += 1;
  });
  return { shape, data: learned };
}

/** ln P(seen), each outcome predicted from those before it: the evidence as it is lived, without a beta function. */
function logEvidence({ shape, data }: Tensor, seen: Experience['seen']): number {
  let sum = 0;
  seen.forEach((outcomes, column) => {
    const counts = Array.from({ length: shape[0]! }, (_, row) => data[row * shape[1]! + column]!);
    for (const outcome of outcomes) {
      sum += Math.log(counts[outcome]! / counts.reduce((total, count) => total + count, 0));
      counts[outcome]! += 1;
    }
  });
  return sum;
}

describe('reduceModel', () => {
  test('gives the counts and the evidence that learning under the other prior would have given', () => {
    fc.assert(
      fc.property(arbitraryExperience, ({ prior, other, seen }) => {
        const { counts, freeEnergyChange } = reduceModel(learn(prior, seen), prior, other);
        learn(other, seen).data.forEach((count, i) => {
          expect(counts.data[i]).toBeCloseTo(count, 10);
        });
        const change = logEvidence(prior, seen) - logEvidence(other, seen);
        expect(Math.abs(freeEnergyChange - change)).toBeLessThan(ROUNDING);
      }),
    );
  });

  test('to the prior in use changes nothing', () => {
    fc.assert(
      fc.property(arbitraryExperience, ({ prior, seen }) => {
        const learned = learn(prior, seen);
        const { counts, freeEnergyChange } = reduceModel(learned, prior, prior);
        expect(Math.abs(freeEnergyChange)).toBeLessThan(ROUNDING);
        counts.data.forEach((count, i) => {
          expect(count).toBeCloseTo(learned.data[i]!, 12);
        });
      }),
    );
  });

  test('there and back again is nothing gained: dF(p to r) = -dF(r to p)', () => {
    fc.assert(
      fc.property(arbitraryExperience, ({ prior, other, seen }) => {
        const there = reduceModel(learn(prior, seen), prior, other);
        const back = reduceModel(there.counts, other, prior);
        expect(Math.abs(there.freeEnergyChange + back.freeEnergyChange)).toBeLessThan(2 * ROUNDING);
      }),
    );
  });

  test('an entry may leave the model where nothing was learned about it, not where something was', () => {
    const prior = tensor([1, 1, 1]);
    const unseen = reduceModel(tensor([5, 3, 1]), prior, tensor([1, 1, 0]));
    expect(Array.from(unseen.counts.data)).toEqual([5, 3, 0]);
    // P(4 of one, 2 of the other) with three outcomes in mind, over the same with two.
    const seen = [[0, 0, 0, 0, 1, 1]];
    const column = (counts: number[]): Tensor => ({
      shape: [counts.length, 1],
      data: Float64Array.from(counts),
    });
    const expected = logEvidence(column([1, 1, 1]), seen) - logEvidence(column([1, 1]), seen);
    expect(unseen.freeEnergyChange).toBeCloseTo(expected, 12);
    expect(expected).toBeLessThan(0);
    const excluded = reduceModel(tensor([5, 3, 1.5]), prior, tensor([1, 1, 0]));
    expect(excluded.freeEnergyChange).toBe(Number.POSITIVE_INFINITY);
    expect(excluded.counts.data[2]).toBe(0);
  });

  test('what is 0 everywhere is no part of anything', () => {
    const three = reduceModel(tensor([4, 0, 2]), tensor([1, 0, 1]), tensor([2, 0, 0.5]));
    const two = reduceModel(tensor([4, 2]), tensor([1, 1]), tensor([2, 0.5]));
    expect(three.freeEnergyChange).toBe(two.freeEnergyChange);
    expect(Array.from(three.counts.data)).toEqual([5, 0, 1.5]);
  });

  test('sparse counts stay sparse', () => {
    const [posterior, prior, reduced] = [
      tensor([
        [4, 0],
        [1, 3],
      ]),
      tensor([
        [1, 0],
        [1, 1],
      ]),
      tensor([
        [1, 0],
        [0.5, 2],
      ]),
    ] as const;
    const sparse = (dense: Tensor) => sparseFromDense(dense, { background: 'none' });
    const dense = reduceModel(posterior, prior, reduced);
    const same = reduceModel(sparse(posterior), sparse(prior), sparse(reduced));
    expect(same.freeEnergyChange).toBe(dense.freeEnergyChange);
    expect(toDense(same.counts)).toEqual(dense.counts);
  });

  test.each([
    { q: [1, 2, 3], p: [1, 2], r: [1, 2], code: 'INFERENCE_SHAPE_MISMATCH' },
    { q: [1, 2], p: [1, 2], r: [1, 2, 3], code: 'INFERENCE_SHAPE_MISMATCH' },
    { q: [1, 2], p: [1, -2], r: [1, 2], code: 'INFERENCE_NEGATIVE' },
    { q: [0.5, 2], p: [2, 2], r: [1, 2], code: 'INFERENCE_NEGATIVE' },
    { q: [1, 2], p: [0, 2], r: [1, 2], code: 'INFERENCE_OPTION_INVALID' },
  ])('refuses q $q, p $p, r $r with $code', ({ q, p, r, code }) => {
    expect(() => reduceModel(tensor(q), tensor(p), tensor(r))).toThrow(expect.objectContaining({ code }));
  });

  test('says where fewer counts than before cannot be explained', () => {
    const ones = tensor([
      [1, 1],
      [1, 1],
    ]);
    const fewer = tensor([
      [1, 1],
      [1, 0.5],
    ]);
    const less = tensor([
      [1, 1],
      [1, 0.25],
    ]);
    expect(() => reduceModel(fewer, ones, less)).toThrow(
      expect.objectContaining({ tensor: 'reduced posterior', index: [1, 1], got: '-0.25' }),
    );
  });
});

describe('reduceCounts', () => {
  const prior = tensor([1, 1]);
  const candidates = [tensor([1, 0]), tensor([0, 1])];

  test('accepts the model that says an outcome does not happen when it did not', () => {
    const reduction = reduceCounts(tensor([9, 1]), prior, { candidates });
    expect(reduction).toMatchObject({ accepted: true, candidate: 0 });
    expect(Array.from(reduction.counts.data)).toEqual([9, 0]);
    expect(reduction.prior).toBe(candidates[0]);
    // 8 of 8 are seen with probability 1, and with 1/9 by a uniform prior over chances.
    expect(reduction.freeEnergyChange).toBeCloseTo(-Math.log(9), 12);
    expect(reduction.modelPosterior[0]).toBeCloseTo(0.1, 12);
    expect(reduction.modelPosterior[1]).toBeCloseTo(0.9, 12);
    expect(reduction.modelPosterior[2]).toBe(0);
  });

  test('keeps the model in use when both outcomes happen, or when it is believed in enough', () => {
    const learned = tensor([9, 2]);
    const kept = reduceCounts(learned, prior, { candidates });
    expect(kept).toMatchObject({ accepted: false, candidate: null, freeEnergyChange: 0 });
    expect(kept.counts).toBe(learned);
    expect(kept.prior).toBe(prior);
    const convinced = { candidates, modelPrior: [0.98, 0.01, 0.01] };
    expect(reduceCounts(tensor([9, 1]), prior, convinced).accepted).toBe(false);
    expect(reduceCounts(tensor([999, 1]), prior, convinced).accepted).toBe(true);
  });

  test('of equals, and without candidates, keeps the model in use', () => {
    const learned = tensor([9, 2]);
    expect(reduceCounts(learned, prior, { candidates: [prior] }).accepted).toBe(false);
    const alone = reduceCounts(learned, prior, { candidates: [] });
    expect(alone).toMatchObject({ accepted: false, modelPosterior: Float64Array.of(1) });
  });

  test('weighs models by prior times evidence', () => {
    fc.assert(
      fc.property(
        arbitraryExperience,
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (experience, share) => {
          const { prior, other, seen } = experience;
          const modelPrior = [share, 1 - share];
          const { modelPosterior, accepted } = reduceCounts(learn(prior, seen), prior, {
            candidates: [other],
            modelPrior,
          });
          const odds = Math.log(share / (1 - share)) + logEvidence(prior, seen) - logEvidence(other, seen);
          expect(modelPosterior[0]).toBeCloseTo(1 / (1 + Math.exp(-odds)), 9);
          expect(accepted).toBe(modelPosterior[1]! > modelPosterior[0]!);
        },
      ),
    );
  });

  test.each([
    { modelPrior: [1], argument: 'modelPrior' },
    { modelPrior: [0.5, 0.5, 0.5], argument: 'modelPrior' },
    { modelPrior: [0.5, 0.7, -0.2], argument: 'modelPrior[2]' },
    { modelPrior: [0, 0.5, 0.5], argument: 'modelPrior[0]' },
  ])('refuses the prior over models $modelPrior', ({ modelPrior, argument }) => {
    expect(() => reduceCounts(tensor([9, 1]), prior, { candidates, modelPrior })).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID', argument }),
    );
  });
});
