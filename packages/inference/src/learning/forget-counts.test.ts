import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sparseTensor } from '../model/sparse-tensor.js';
import { tensor } from '../model/tensor.js';
import { arbitraryModel, randomSource } from '../random-model.test-fixtures.js';
import type { Counts } from './counts.js';
import { forgetCounts } from './forget-counts.js';

// At stake: an agent that never forgets is as slow to notice a change as it is old; one that forgets its prior, or
// learns what it holds impossible, has lost its model.
const settings = fc.record({ seed: fc.integer(), rate: fc.double({ min: 0, max: 1, noNaN: true }) });

/** Counts that were learned on top of a prior: 0 where it is 0, larger elsewhere. */
function learnedFrom(prior: Counts, seed: number): { shape: readonly number[]; data: Float64Array }[] {
  const random = randomSource(seed);
  return prior.map((tensor) => ({
    shape: tensor!.shape,
    data: tensor!.data.map((count) => (count === 0 ? 0 : count + 100 * random())),
  }));
}

describe('forgetCounts', () => {
  test('moves every count a share of the way to its prior, except where it is 0', () => {
    const [half] = forgetCounts([tensor([9, 1, 0])], [tensor([1, 2, 5])], { rate: 0.5 });
    expect(Array.from(half!.data)).toEqual([5, 1.5, 0]);
  });

  test('a rate of 0 changes nothing, a rate of 1 returns the prior, any other stays between', () => {
    fc.assert(
      fc.property(arbitraryModel({ zeros: 0.3 }), settings, (model, { seed, rate }) => {
        const prior = model.B as Counts;
        const counts = learnedFrom(prior, seed);
        expect(forgetCounts(counts, prior, { rate: 0 })).toEqual(counts);
        expect(forgetCounts(counts, prior, { rate: 1 })).toEqual(
          prior.map((B) => ({ shape: B!.shape, data: B!.data })),
        );
        forgetCounts(counts, prior, { rate }).forEach((after, f) => {
          after!.data.forEach((count, i) => {
            expect(count).toBeGreaterThanOrEqual(prior[f]!.data[i]! * (1 - 2 ** -50));
            expect(count).toBeLessThanOrEqual(counts[f]!.data[i]!);
          });
        });
      }),
    );
  });

  test('what was not learned is not forgotten: the prior stays itself, to the bit', () => {
    fc.assert(
      fc.property(arbitraryModel({ zeros: 0.3 }), settings, (model, { rate }) => {
        const prior = model.A as Counts;
        expect(forgetCounts(prior, prior, { rate })).toEqual(prior);
      }),
    );
  });

  test('once a step leaves (1 - rate) ^ n of an experience, and at most 1 / rate of them all', () => {
    const prior = [tensor([1, 1])];
    let once: Counts = [tensor([4, 1])];
    for (let n = 0; n < 10; n++) once = forgetCounts(once, prior, { rate: 0.1 });
    expect(once[0]!.data[0]).toBeCloseTo(1 + 3 * 0.9 ** 10, 12);
    let always: Counts = prior;
    for (let n = 0; n < 500; n++) {
      const [before] = always;
      always = forgetCounts([tensor([before!.data[0]! + 1, before!.data[1]!])], prior, { rate: 0.1 });
    }
    expect(always[0]!.data[0]).toBeCloseTo(1 + 9, 10);
  });

  test('what is null, on either side, stays as it is; arguments are left alone', () => {
    const counts = [tensor([3, 3]), null, tensor([5, 5])];
    const prior = [null, tensor([1]), tensor([1, 1])];
    const [first, second, third] = forgetCounts(counts, prior, { rate: 0.5 });
    expect(first).toBe(counts[0]);
    expect(second).toBeNull();
    expect(Array.from(third!.data)).toEqual([3, 3]);
    expect(Array.from(counts[2]!.data)).toEqual([5, 5]);
  });

  test('sparse counts stay sparse', () => {
    const columns = (count: number) => [[[0, count] as const], [[1, 2 * count] as const]];
    const counts = sparseTensor({ shape: [2, 2], columns: columns(8) });
    const prior = sparseTensor({ shape: [2, 2], columns: columns(4) });
    const [after] = forgetCounts([counts], [prior], { rate: 0.25 });
    expect(after).toEqual(sparseTensor({ shape: [2, 2], columns: columns(7) }));
  });

  test.each([
    { counts: [tensor([1, 1])], prior: [], code: 'INFERENCE_SHAPE_MISMATCH' },
    { counts: [tensor([1, 1])], prior: [tensor([1, 1, 1])], code: 'INFERENCE_SHAPE_MISMATCH' },
    { counts: [tensor([1, -1])], prior: [tensor([1, 1])], code: 'INFERENCE_NEGATIVE' },
    { counts: [tensor([1, 1])], prior: [tensor([-1, 1])], code: 'INFERENCE_NEGATIVE' },
  ])('refuses case %# with $code', ({ counts, prior, code }) => {
    expect(() => forgetCounts(counts, prior, { rate: 0.5 })).toThrow(expect.objectContaining({ code }));
  });

  test.each([-0.1, 1.1, Number.NaN])('refuses a rate of %d', (rate) => {
    expect(() => forgetCounts([], [], { rate })).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID', argument: 'rate' }),
    );
  });
});
