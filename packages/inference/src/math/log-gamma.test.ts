import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logBeta, logGamma } from './log-gamma.js';

// At stake: the evidence of a model is a difference of these. Counts of an agent's lifetime are large, counts of what
// never happens are tiny, and a rounding error of either would decide which model is kept. The values were worked out
// with 50 digits and more.
const GAMMA_ERROR = 1e-14;
const BETA_ERROR = 2e-14;

describe('logGamma', () => {
  test.each([
    [5e-324, 744.4400719213812],
    [1e-300, 690.7755278982137],
    [1e-8, 18.42068073818021],
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247001],
    [0.999, 0.0005780385328913802],
    [1, 0],
    [1.25, -0.09827183642181316],
    [2, 0],
    [2.001, 0.000423106734800117],
    [3.7, 1.428072326665388],
    [9.99, 12.779315214350193],
    [10, 12.801827480081469],
    [101, 363.73937555556347],
    [1e6, 12815504.569147611],
    [1e15, 3.3538776394910668e16],
    [1e100, 2.2925850929940456e102],
    [2.5e305, 1.7555118602376452e308],
  ])('of %d is %d', (x, expected) => {
    const error = Math.abs(logGamma(x) - expected);
    expect(error).toBeLessThanOrEqual(GAMMA_ERROR * Math.max(1, Math.abs(expected)));
  });

  test('obeys Gamma(x + 1) = x Gamma(x)', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e4, noNaN: true }), (x) => {
        const scale = Math.max(1, Math.abs(logGamma(x)), Math.abs(Math.log(x)));
        expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x))).toBeLessThanOrEqual(
          3 * GAMMA_ERROR * scale,
        );
      }),
    );
  });
});

describe('logBeta', () => {
  test.each([
    [[1e-300, 1e-300], 691.4686750787737],
    [[1e-3, 1e-3], 7.600900817008347],
    [[1, 1], 0],
    [[0.5, 0.5], 1.1447298858494002],
    [[0.2, 3, 4], -2.947877607669555],
    [[1, 2, 3, 4, 5], -19.528260702602736],
    [[5, 1e-10], 23.025850929732123],
    [[20, 30], -33.968820791977386],
    [[12.5, 1e12], -326.6534164372423],
    [[1e-3, 1e15], 6.872640108988943],
    [[3, 1e15], -102.92318200417212],
    [[1e6, 2e6, 3e6], -6068437.565877463],
    [[1e15, 1e15], -1386294361119906.5],
    [[1e300, 1e300], -1.3862943611198907e300],
    [[7], 0],
  ])('of %j is %d', (counts, expected) => {
    const error = Math.abs(logBeta(counts) - expected);
    // None of these has pairs of opposite signs, so the size of the result is that of its pairs.
    expect(error).toBeLessThanOrEqual(BETA_ERROR * (1 + Math.abs(expected)));
    const backwards = Math.abs(logBeta([...counts].reverse()) - expected);
    expect(backwards).toBeLessThanOrEqual(BETA_ERROR * (1 + Math.abs(expected)));
  });

  test('is the difference of its definition where that can be formed', () => {
    const count = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.array(count, { minLength: 1, maxLength: 5 }), (counts) => {
        const own = counts.map(logGamma);
        const whole = logGamma(counts.reduce((sum, z) => sum + z, 0));
        const scale = own.reduce((sum, value) => sum + Math.abs(value), 1 + Math.abs(whole));
        const definition = own.reduce((sum, value) => sum + value, 0) - whole;
        expect(Math.abs(logBeta(counts) - definition)).toBeLessThanOrEqual(2 * BETA_ERROR * scale);
      }),
    );
  });

  test('one more count makes it smaller by what it was expected to be: Beta(a + 1, b) = Beta(a, b) a / (a + b)', () => {
    const count = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(count, count, (a, b) => {
        const gained = logBeta([a + 1, b]) - logBeta([a, b]);
        const scale = 1 + Math.abs(logBeta([a, b])) + Math.abs(logBeta([a + 1, b]));
        expect(Math.abs(gained - Math.log(a / (a + b)))).toBeLessThanOrEqual(2 * BETA_ERROR * scale);
      }),
    );
  });
});
