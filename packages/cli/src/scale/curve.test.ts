// At stake: the figures that a curve is judged by mean what their names say. Tried on cases worked out by hand, and quantiles by counting.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { efficiencyOf, quantileOf } from './curve.js';

describe('efficiency', () => {
  test.each([
    { case: 'a single agent, as fast as the fastest', agents: 1, threads: 1, rate: 100, is: 1 },
    { case: 'a single agent cannot use a second thread', agents: 1, threads: 2, rate: 100, is: 1 },
    { case: 'fifty agents on two threads, as fast as two', agents: 50, threads: 2, rate: 200, is: 1 },
    { case: 'no faster than one', agents: 50, threads: 2, rate: 100, is: 0.5 },
    { case: 'faster together', agents: 1000, threads: 1, rate: 800, is: 8 },
  ])('of $case is $is', ({ is, ...point }) => {
    expect(efficiencyOf(point, 100)).toBe(is);
  });
});

describe('a quantile', () => {
  test.each([
    [0.5, [3, 1, 2], 2],
    [0.5, [4, 1, 2, 3], 2],
    [0.99, [1, 2, 3], 3],
    [1, [5], 5],
    [0.5, [], Number.NaN],
  ])('%d of %j is %d', (share, samples, is) => {
    expect(quantileOf(samples, share)).toBe(is);
  });

  test('is a sample; its share of them does not exceed it, and of those below it less than that share', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (samples, share) => {
          const quantile = quantileOf(samples, share);
          const atMost = samples.filter((sample) => sample <= quantile).length;
          const below = samples.filter((sample) => sample < quantile).length;
          expect(samples).toContain(quantile);
          expect(atMost).toBeGreaterThanOrEqual(share * samples.length);
          expect(below).toBeLessThan(share * samples.length);
        },
      ),
    );
  });
});
