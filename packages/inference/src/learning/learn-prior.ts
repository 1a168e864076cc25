import type { GenerativeModel } from '../model/generative-model.js';
import type { Tensor } from '../model/tensor.js';
import { type Beliefs, checkBeliefs } from '../perception/beliefs.js';
import { type Counts, checkCounts, checkLearningRate, DEFAULT_LEARNING_RATE } from './counts.js';

/** What was believed at the first step, and how fast to learn from it. */
export interface LearnPriorInput {
  /** The belief about the first states of an episode, for each factor `[S]`. */
  readonly posterior: Beliefs;
  /** Weight of this experience, count, at least 0. Default 1. */
  readonly learningRate?: number;
  /** Learn these factors only. Default: all that have counts. */
  readonly factors?: readonly number[];
}

/**
 * Adds the beginning of an episode to the counts of D: `pD[s] += rate * q(s)` where pD > 0.
 *
 * @param counts pD, for each factor `[S]`, or null
 * @returns new counts; a factor that learned nothing keeps its tensor
 * @throws ModelError for counts that do not fit; InputError for the rest
 */
export function learnPrior(
  model: GenerativeModel,
  counts: Counts,
  input: LearnPriorInput,
): (Tensor | null)[] {
  const { posterior, learningRate = DEFAULT_LEARNING_RATE, factors } = input;
  const owners = model.D.map((prior) => ({ shape: [prior.length], data: prior }));
  checkCounts(counts, owners, 'pD');
  checkBeliefs(model.shape, posterior, 'posterior');
  checkLearningRate(learningRate);
  return counts.map((count, f) => {
    if (count === null || factors?.includes(f) === false) return count;
    const belief = posterior[f]!;
    const data = count.data.map((c, state) => (c > 0 ? c + learningRate * belief[state]! : c));
    return { shape: count.shape, data };
  });
}
