import type { LOG_EPSILON } from '../math/safe-log.js';
import type { GenerativeModel } from '../model/generative-model.js';
import { jointStates, likelihoodOf } from '../random-model.test-fixtures.js';
import type { Beliefs } from './beliefs.js';

/** P(states, observations) of every joint state, by the definition; with an epsilon, L + 1e-16 for each L. */
export function jointProbabilities(
  model: GenerativeModel,
  observations: readonly number[],
  prior: Beliefs,
  epsilon: 0 | typeof LOG_EPSILON = 0,
): { readonly states: readonly number[]; readonly probability: number }[] {
  return jointStates(model.shape.stateCounts).map((states) => {
    const before = states.reduce((p, state, f) => p * prior[f]![state]!, 1);
    const probability = observations.reduce(
      (p, outcome, m) => p * (likelihoodOf(model, m, outcome, states) + epsilon),
      before,
    );
    return { states, probability };
  });
}
