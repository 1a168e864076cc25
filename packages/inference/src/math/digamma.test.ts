import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digamma } from './digamma.js';

// At stake: the exact novelty subtracts two of these, so a relative error would be magnified.
describe('digamma', () => {
  test.each([
    [0.5, -1.9635100260214235], // -gamma - 2 ln 2
    [1, -0.5772156649015329], // -gamma
    [2, 0.4227843350984671], // 1 - gamma
    [10, 2.251752589066721],
    [1e6, 13.815510057964191],
  ])('psi(%d) = %d', (x, expected) => {
    expect(Math.abs(digamma(x) - expected)).toBeLessThanOrEqual(4e-15 * Math.max(1, Math.abs(expected)));
  });

  test('obeys psi(x + 1) = psi(x) + 1/x', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e4, noNaN: true }), (x) => {
        const scale = Math.max(1, 1 / x, Math.abs(digamma(x)));
        expect(Math.abs(digamma(x + 1) - digamma(x) - 1 / x)).toBeLessThanOrEqual(1e-14 * scale);
      }),
    );
  });
});
