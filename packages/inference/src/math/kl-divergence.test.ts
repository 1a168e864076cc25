import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomDistribution, randomSource } from '../random-model.test-fixtures.js';
import { klDivergence } from './kl-divergence.js';
import { LOG_EPSILON } from './safe-log.js';

// At stake: free energy's complexity term. It must be 0 for equal beliefs and never reward moving away.
test('is 0 of a distribution and itself, and never negative', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 20 }), (seed, n) => {
      const random = randomSource(seed);
      const p = randomDistribution(n, random, 0.3);
      const q = randomDistribution(n, random, 0.3);
      expect(klDivergence(p, p)).toBe(0);
      // The epsilon inside both logarithms can take away at most n of it; rounding a little more.
      expect(klDivergence(p, q)).toBeGreaterThanOrEqual(-n * (LOG_EPSILON + 2 ** -50));
    }),
  );
});

test('of a certain belief is the surprise about it', () => {
  expect(klDivergence(Float64Array.of(1, 0), Float64Array.of(0.2, 0.8))).toBeCloseTo(-Math.log(0.2), 12);
});

test('of a belief in the impossible is large and finite', () => {
  expect(klDivergence(Float64Array.of(1, 0), Float64Array.of(0, 1))).toBeCloseTo(36.84136, 4);
});
