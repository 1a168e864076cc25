import type { GenerativeModel } from '../model/generative-model.js';
import type { ModelTensor } from '../model/sparse-tensor.js';
import { type Beliefs, checkBeliefs } from '../perception/beliefs.js';
import { type Action, checkAction, parentSupport } from '../perception/predict-states.js';
import {
  addExperience,
  type Counts,
  checkCounts,
  checkLearningRate,
  DEFAULT_LEARNING_RATE,
} from './counts.js';

/** What was believed before and after an action, and how fast to learn from it. */
export interface LearnTransitionInput {
  /** The belief before the action, for each factor `[S]`. */
  readonly previousPosterior: Beliefs;
  /** The action taken, one index for each factor. */
  readonly action: Action;
  /** The belief after the action and the observation that followed, for each factor `[S]`. */
  readonly posterior: Beliefs;
  /** Weight of this experience, count, at least 0. Default 1. */
  readonly learningRate?: number;
  /** Learn these factors only. Default: all that have counts. */
  readonly factors?: readonly number[];
}

/**
 * Adds one experience to the counts of B: `pB[s', s, u] += rate * q(s') x q(s)` at the action taken, where B > 0.
 *
 * An entry of B that is exactly 0 means "cannot happen" and never learns.
 *
 * @param counts pB, for each factor a tensor of B's shape and form, or null; see `Counts`
 * @returns new counts; a factor that learned nothing keeps its tensor
 * @throws ModelError for counts that do not fit; InputError for the rest
 */
export function learnTransition<T extends ModelTensor>(
  model: GenerativeModel,
  counts: Counts<T>,
  input: LearnTransitionInput,
): (T | null)[] {
  const { previousPosterior, action, posterior, learningRate = DEFAULT_LEARNING_RATE, factors } = input;
  checkCounts(counts, model.B, 'pB');
  checkBeliefs(model.shape, previousPosterior, 'previousPosterior');
  checkBeliefs(model.shape, posterior, 'posterior');
  checkAction(model, action, 'action');
  checkLearningRate(learningRate);
  return counts.map((count, f) => {
    if (count === null || factors?.includes(f) === false) return count;
    const control = { index: action[f]!, count: model.shape.actionCounts[f]! };
    const parents = parentSupport(model, f, previousPosterior);
    return addExperience(count, model.B[f]!, learningRate, posterior[f]!, parents, control);
  });
}
