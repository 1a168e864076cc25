// At stake: an agent carries on with the policy it chose, not with one that anybody made up. Tried on both backends
// against the posterior over policies that the choice came from.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileModel } from '../compile/compile-model.js';
import type { CompileOptions } from '../compile/compile-options.js';
import { arbitraryModel } from '../random-model.test-fixtures.js';
import { createPopulation } from './create-population.js';
import { LanePopulation } from './lane-population.js';
import { BACKENDS, randomOutcomes, resultOf } from './population.test-fixtures.js';

test.each(BACKENDS)(
  'a course on %s is the most probable policy that begins with what was done',
  (backend) => {
    fc.assert(
      fc.property(
        arbitraryModel({ zeros: 0.2 }),
        fc.integer(),
        fc.constantFrom<CompileOptions>(
          {},
          { gamma: 0.5 },
          { sampling: 'full' },
          { selection: 'stochastic', alpha: 1, gamma: 1 },
        ),
        (model, seed, choice) => {
          const compiled = compileModel(model, { ...choice, horizon: 3, backend });
          const population = createPopulation(compiled, {
            capacity: 6,
            keepPolicies: true,
            keepCourses: true,
          });
          if (!(population instanceof LanePopulation)) throw new Error('not a population of ours');
          const agents = population.addMany(6);
          const { failures } = population.step({ agents, outcomes: randomOutcomes(model, 6, seed) });
          for (let entry = 0; entry < 6; entry++) {
            const hasFailed = failures.some((failure) => failure.entry === entry);
            expect(population.stepsLeft(entry)).toBe(hasFailed ? 0 : 2);
            if (hasFailed) continue;
            const { actions, policyPosterior } = resultOf(population, entry);
            let best = -1;
            compiled.settings.policies.forEach((policy, p) => {
              const begins = policy[0]!.every((action, f) => action === actions[f]);
              if (begins && !(best >= 0 && policyPosterior![p]! <= policyPosterior![best]!)) best = p;
            });
            for (const step of [1, 2]) {
              population.carryOn(entry);
              expect(population.lastAction(agents[entry]!)).toEqual(compiled.settings.policies[best]![step]);
              expect(population.stepsLeft(entry)).toBe(2 - step);
            }
          }
        },
      ),
      { numRuns: 100 },
    );
  },
);

test.each(BACKENDS)('on %s nobody is on a course that no policy has', (backend) => {
  fc.assert(
    fc.property(arbitraryModel({ zeros: 0 }), (model) => {
      // Factors that choose on their own may do together what no listed policy begins with.
      const { actionCounts } = model.shape;
      const policies = [0, 1].map((choice) =>
        [0, 1].map(() => actionCounts.map((count, f) => (choice + f) % count)),
      );
      const compiled = compileModel(model, { policies, backend, selection: 'stochastic', alpha: 0.25 });
      const population = createPopulation(compiled, { capacity: 1, keepCourses: true });
      if (!(population instanceof LanePopulation)) throw new Error('not a population of ours');
      const agents = population.addMany(1);
      population.step({ agents, outcomes: randomOutcomes(model, 1, 1) });
      const action = population.lastAction(agents[0]!);
      const isListed = policies.some(([first]) => first!.every((choice, f) => choice === action![f]));
      expect(population.stepsLeft(0)).toBe(isListed ? 1 : 0);
    }),
    { numRuns: 60 },
  );
});
