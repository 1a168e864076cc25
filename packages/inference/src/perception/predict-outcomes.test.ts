import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prepareModel } from '../model/prepare-model.js';
import {
  arbitraryModel,
  jointStates,
  likelihoodOf,
  randomDistribution,
  randomSource,
} from '../random-model.test-fixtures.js';
import { predictOutcomes } from './predict-outcomes.js';

// At stake: utility and information gain are read off these. Held against the sum over all joint states.
test('is A q for every modality', () => {
  fc.assert(
    fc.property(arbitraryModel({ zeros: 0.3 }), fc.integer(), (model, seed) => {
      const random = randomSource(seed);
      const beliefs = model.shape.stateCounts.map((n) => randomDistribution(n, random, 0.4));
      for (const [m, outcomes] of predictOutcomes(prepareModel(model), beliefs).entries()) {
        outcomes.forEach((p, outcome) => {
          const expected = jointStates(model.shape.stateCounts).reduce((sum, states) => {
            const weight = states.reduce((w, state, f) => w * beliefs[f]![state]!, 1);
            return sum + weight * likelihoodOf(model, m, outcome, states);
          }, 0);
          expect(Math.abs(p - expected)).toBeLessThan(1e-13);
        });
      }
    }),
  );
});
