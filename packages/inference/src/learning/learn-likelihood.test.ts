import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineModel } from '../model/generative-model.js';
import { toDense } from '../model/sparse-tensor.js';
import { tensor } from '../model/tensor.js';
import {
  arbitraryModel,
  randomDistribution,
  randomObservations,
  randomSource,
  total,
} from '../random-model.test-fixtures.js';
import { learnLikelihood } from './learn-likelihood.js';

// At stake: one experience must count as much as the learning rate says, where it belongs, and nowhere else.
const model = defineModel({
  A: [
    [
      [0.9, 0.2],
      [0.1, 0.8],
    ],
    [
      [1, 0.5],
      [0, 0.5],
    ],
  ],
  B: [
    [
      [[1], [0]],
      [[0], [1]],
    ],
  ],
});
const ones = (): ReturnType<typeof tensor> =>
  tensor([
    [1, 1],
    [1, 1],
  ]);
const posterior = [Float64Array.of(0.25, 0.75)];

describe('learnLikelihood', () => {
  test('adds the posterior to the row of the outcome', () => {
    const [first] = learnLikelihood(model, [ones(), null], {
      observations: [1, 0],
      posterior,
      learningRate: 2,
    });
    expect(Array.from(first!.data)).toEqual([1, 1, 1.5, 2.5]);
  });

  test('an entry of A that is 0 never learns', () => {
    const [, second] = learnLikelihood(model, [null, ones()], { observations: [0, 1], posterior });
    expect(Array.from(second!.data)).toEqual([1, 1, 1, 1.75]);
  });

  test('a soft observation counts each outcome by its weight, a missing one nothing', () => {
    const counts = [ones(), ones()];
    const learned = learnLikelihood(model, counts, { observations: [[0.5, 0.5], null], posterior });
    expect(Array.from(learned[0]!.data)).toEqual([1.125, 1.375, 1.125, 1.375]);
    expect(learned[1]).toBe(counts[1]);
  });

  test('learns the modalities asked for and leaves its argument alone', () => {
    const counts = [ones(), ones()];
    const learned = learnLikelihood(model, counts, { observations: [0, 0], posterior, modalities: [1] });
    expect(learned[0]).toBe(counts[0]);
    expect(learned[1]).not.toEqual(ones());
    expect(counts).toEqual([ones(), ones()]);
  });

  test('adds exactly the learning rate to each modality when nothing is masked', () => {
    fc.assert(
      fc.property(
        arbitraryModel(),
        fc.integer(),
        fc.double({ min: 0, max: 10, noNaN: true }),
        (m, seed, rate) => {
          const random = randomSource(seed);
          const learned = learnLikelihood(m, m.A.map(toDense), {
            observations: randomObservations(m, seed),
            posterior: m.shape.stateCounts.map((n) => randomDistribution(n, random, 0.3)),
            learningRate: rate,
          });
          learned.forEach((counts, i) => {
            expect(total(counts!.data) - total(toDense(m.A[i]!).data)).toBeCloseTo(rate, 9);
          });
        },
      ),
    );
  });
});
