// At stake: whether something is called linear. Tried on points of known power laws, with and without noise about them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitPower } from './fit.js';

const NS = [10, 100, 1000, 10_000];

test('a power law is found from its points', () => {
  const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
  fc.assert(
    fc.property(positive, fc.double({ min: -1, max: 2, noNaN: true }), (factor, exponent) => {
      const fit = fitPower(NS.map((n) => ({ n, value: factor * n ** exponent })));
      expect(fit.exponent).toBeCloseTo(exponent, 9);
      expect(fit.factor / factor).toBeCloseTo(1, 9);
    }),
  );
});

test('what errs alike on both sides of the middle does not tilt it', () => {
  const fit = fitPower([
    { n: 1, value: 2 },
    { n: 10, value: 10 },
    { n: 100, value: 200 },
  ]);
  expect(fit.exponent).toBeCloseTo(1, 9);
});
