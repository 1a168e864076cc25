import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safeLogs } from '../math/safe-log.js';
import { randomDistribution, randomSource } from '../random-model.test-fixtures.js';
import { exactFilter } from './exact-filter.js';

// At stake: Bayes' rule. It is held against prior x likelihood / evidence, computed without logarithms.
const TOLERANCE = 1e-12; // the epsilon in ln L moves a likelihood above 1e-3 by less than 1e-13 of itself

describe('exactFilter', () => {
  test('is prior x likelihood, normalised', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), (seed, n) => {
        const random = randomSource(seed);
        const prior = randomDistribution(n, random);
        const likelihood = Float64Array.from({ length: n }, () => 0.001 + 0.999 * random());
        const evidence = likelihood.reduce((sum, p, s) => sum + p * prior[s]!, 0);
        exactFilter(prior, safeLogs(likelihood), 'exclude').forEach((q, s) => {
          expect(Math.abs(q - (prior[s]! * likelihood[s]!) / evidence)).toBeLessThanOrEqual(TOLERANCE);
        });
      }),
    );
  });

  const prior = Float64Array.of(0, 0.5, 0.5);
  const logLikelihood = Float64Array.of(0, -40, -40);

  test('a state that the prior excludes stays excluded, whatever the evidence', () => {
    expect(Array.from(exactFilter(prior, logLikelihood, 'exclude'))).toEqual([0, 0.5, 0.5]);
  });

  test('as epsilon, overwhelming evidence brings it back', () => {
    expect(exactFilter(prior, logLikelihood, 'epsilon')[0]).toBeGreaterThan(0.9);
  });
});
