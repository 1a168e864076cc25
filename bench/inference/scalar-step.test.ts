import {
  defineModel,
  enumeratePolicies,
  expectedFreeEnergy,
  type GenerativeModel,
  inferStates,
  predictStates,
  prepareModel,
} from '@skein/inference';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  arbitraryRecipe,
  randomModel,
  randomObservations,
} from '../../packages/inference/src/random-model.test-fixtures.js';
import { ScalarStep } from './scalar-step.js';
import { scalarTables } from './scalar-tables.js';

// At stake: that what the kernels are said to be faster than computes the same. Tried on random models against the
// double-precision reference, several steps, without and with a prefix tree.

/** Every modality depends on all factors, every factor on itself; some moves are certain. */
const arbitraryModel = arbitraryRecipe().map((recipe): GenerativeModel => {
  const factors = recipe.stateCounts.map((_, f) => f);
  const model = randomModel({
    ...recipe,
    likelihoodFactors: recipe.likelihoodFactors.map(() => factors),
    transitionFactors: factors.map((f) => [f]),
  });
  if (recipe.seed % 2 === 0) return model;
  const B = recipe.stateCounts.map((count, f) =>
    Array.from({ length: count }, (_, next) =>
      Array.from({ length: count }, (_, s) =>
        Array.from({ length: recipe.actionCounts[f]! }, (_, u) => Number((s + u) % count === next)),
      ),
    ),
  );
  return defineModel({ A: model.A, B, C: model.C, D: model.D });
});

/** Sums of a few dozen single-precision products, amplified by the sweeps. */
const tolerance = (value: number): number => 2 ** -16 * (1 + Math.abs(value));

test.each([false, true])('equals the reference, prefixes shared: %s', (sharesPrefixes) => {
  fc.assert(
    fc.property(arbitraryModel, (model) => {
      const policies = enumeratePolicies(model.shape.actionCounts, 2);
      const step = new ScalarStep(scalarTables(model), policies, 1, { sharesPrefixes });
      const prepared = prepareModel(model);
      let prior = prepared.model.D;
      for (let time = 0; time < 3; time++) {
        const observations = randomObservations(model, time);
        step.step(observations.map((outcome) => Int32Array.of(outcome)));
        const inferred = inferStates(prepared, { observations, prior });
        const beliefs = inferred.posterior.flatMap((belief) => [...belief]);
        const G = expectedFreeEnergy(prepared, policies, inferred.posterior).expectedFreeEnergy;
        expectClose(step.freeEnergy[0]!, inferred.variationalFreeEnergy);
        beliefs.forEach((p, s) => {
          expectClose(step.beliefs[s]!, p);
        });
        G.forEach((value, p) => {
          expectClose(step.expectedFreeEnergy[p]!, value);
        });
        prior = predictStates(
          prepared,
          inferred.posterior,
          step.actions.map((column) => column[0]!),
        );
      }
    }),
    // Always the same models: on the edge of the stopping test, rounding decides whether there is another sweep.
    { numRuns: 60, seed: 1 },
  );
});

function expectClose(got: number, expected: number): void {
  expect(Math.abs(got - expected)).toBeLessThanOrEqual(tolerance(expected));
}
