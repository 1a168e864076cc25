import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LOG_EPSILON } from '../math/safe-log.js';
import { prepareModel } from '../model/prepare-model.js';
import {
  arbitraryModel,
  randomDistribution,
  randomObservations,
  randomSource,
} from '../random-model.test-fixtures.js';
import { jointProbabilities } from './brute-force.test-fixtures.js';
import { readEvidence } from './evidence.js';
import { inferStates } from './infer-states.js';
import { accuracy, complexity, variationalFreeEnergy } from './variational-free-energy.js';

// At stake: F is the one number that says whether a belief is good. It must bound the surprise from above for any
// belief at all, and meet it at the exact posterior.

/** Logarithms of sums of at most 64 joint states; the epsilons in KL add at most 4 states x 3 factors x 1e-16. */
const TOLERANCE = 1e-12;

describe('variationalFreeEnergy', () => {
  test('is an upper bound on -ln P(observations), for any belief', () => {
    fc.assert(
      fc.property(arbitraryModel(), fc.integer(), (model, seed) => {
        const random = randomSource(seed);
        const observations = randomObservations(model, seed);
        const beliefs = model.shape.stateCounts.map((n) => randomDistribution(n, random, 0.3));
        const joint = jointProbabilities(model, observations, model.D, LOG_EPSILON);
        const surprise = -Math.log(joint.reduce((sum, { probability }) => sum + probability, 0));
        const evidence = readEvidence(prepareModel(model), observations);
        const F = variationalFreeEnergy(beliefs, model.D, evidence);
        expect(F).toBeGreaterThanOrEqual(surprise - TOLERANCE);
        expect(F).toBe(complexity(beliefs, model.D) - accuracy(beliefs, evidence));
      }),
    );
  });

  test('meets it at the exact posterior of one factor', () => {
    fc.assert(
      fc.property(arbitraryModel({ factorsMax: 1 }), fc.integer(), (model, seed) => {
        const observations = randomObservations(model, seed);
        const joint = jointProbabilities(model, observations, model.D, LOG_EPSILON);
        const surprise = -Math.log(joint.reduce((sum, { probability }) => sum + probability, 0));
        const { variationalFreeEnergy: F } = inferStates(prepareModel(model), { observations });
        expect(Math.abs(F - surprise)).toBeLessThanOrEqual(TOLERANCE);
      }),
    );
  });
});
