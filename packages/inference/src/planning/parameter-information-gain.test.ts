import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jointSupport } from '../math/tensor-contraction.js';
import { tensor } from '../model/tensor.js';
import {
  approximateNovelty,
  exactNovelty,
  noveltyWeights,
  parameterInformationGain,
} from './parameter-information-gain.js';

// At stake: novelty draws agents to what they have seen least; what they know well must not attract them.
const counts = fc.tuple(
  fc.double({ min: 0.01, max: 1e4, noNaN: true }),
  fc.double({ min: 0.01, max: 1e4, noNaN: true }),
);

describe('novelty', () => {
  test('is never negative, falls with the count, and the approximation is not below it', () => {
    fc.assert(
      fc.property(counts, ([count, others]) => {
        const exact = exactNovelty(count, count + others);
        // Cancellation: logarithms and digammas of 1e4 carry 2^-49 each.
        expect(exact).toBeGreaterThanOrEqual(-1e-13);
        expect(exactNovelty(2 * count, 2 * count + others)).toBeLessThanOrEqual(exact + 1e-13);
        expect(approximateNovelty(count, count + others)).toBeGreaterThanOrEqual(exact - 1e-13);
      }),
    );
  });

  test('for large counts the approximation is twice the exact value', () => {
    expect(approximateNovelty(500, 1000) / exactNovelty(500, 1000)).toBeCloseTo(2, 2);
  });

  test('weights keep the shape, and a count of 0 teaches nothing', () => {
    const pA = tensor([
      [1, 0],
      [3, 2],
    ]);
    expect(noveltyWeights(pA)).toEqual({
      shape: [2, 2],
      data: Float64Array.of(1 - 1 / 4, 0, 1 / 3 - 1 / 4, 0),
    });
    expect(noveltyWeights(pA, 'exact').data[0]).toBe(exactNovelty(1, 4));
  });
});

describe('parameterInformationGain', () => {
  test('of A weighs outcomes and states as if independent', () => {
    const W = tensor([
      [1, 2],
      [3, 4],
    ]);
    const q = jointSupport([2], [Float64Array.of(0.25, 0.75)]);
    const gain = parameterInformationGain(Float64Array.of(0.5, 0.5), W, q);
    expect(gain).toBeCloseTo(0.5 * (0.25 * 1 + 0.75 * 2) + 0.5 * (0.25 * 3 + 0.75 * 4), 14);
  });

  test('of B reads the action taken', () => {
    const W = tensor([
      [
        [1, 10],
        [2, 20],
      ],
    ]);
    const q = jointSupport([2], [Float64Array.of(0, 1)]);
    const taken = (index: number): number =>
      parameterInformationGain(Float64Array.of(1), W, q, { index, count: 2 });
    expect([taken(0), taken(1)]).toEqual([2, 20]);
  });
});
