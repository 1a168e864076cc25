// At stake: whether something is called linear. Tried on points of known power laws, with and without noise about them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitLine, fitPower } from './fit.js';

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

test('a line through points of a line is that line, and says how far off it is elsewhere', () => {
  const whole = { min: 1, max: 1000, noNaN: true };
  fc.assert(
    fc.property(fc.double(whole), fc.double(whole), (slope, constant) => {
      const points = [1, 10, 100, 10_000].map((x) => ({ x, value: slope * x + constant }));
      const fit = fitLine(points);
      expect(fit.slope).toBeCloseTo(slope, 4);
      expect(fit.constant / constant).toBeCloseTo(1, 4);
      expect(fit.worst).toBeLessThan(1e-6);
    }),
  );
  const bent = [1, 2, 3].map((x) => ({ x, value: x ** 3 }));
  expect(fitLine(bent).worst).toBeGreaterThan(0.1);
});
