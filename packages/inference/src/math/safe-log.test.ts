import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LOG_EPSILON, safeLog, safeLogs } from './safe-log.js';

// At stake: a probability of 0 must never become -Infinity, and 0 * -Infinity NaN.
describe('safeLog', () => {
  test.each([
    [0, -36.841361487904734],
    [1e-16, -36.14821430734479],
    [0.5, -Math.LN2],
    [1, 0],
  ])('ln %d is %d', (x, expected) => {
    expect(safeLog(x)).toBeCloseTo(expected, 12);
  });

  test('rises with the probability and is never below ln epsilon', () => {
    const probability = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(probability, probability, (a, b) => {
        expect(safeLog(Math.min(a, b))).toBeLessThanOrEqual(safeLog(Math.max(a, b)));
        expect(safeLog(a)).toBeGreaterThanOrEqual(Math.log(LOG_EPSILON));
      }),
    );
  });

  test('safeLogs leaves its argument alone', () => {
    const p = Float64Array.of(0, 1);
    expect(Array.from(safeLogs(p))).toEqual([safeLog(0), safeLog(1)]);
    expect(Array.from(p)).toEqual([0, 1]);
  });
});
