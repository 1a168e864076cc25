import type { GenerativeModel } from '../model/generative-model.js';
import type { ModelTensor } from '../model/sparse-tensor.js';
import { type Beliefs, checkBeliefs } from '../perception/beliefs.js';
import { checkObservations, type Observation } from '../perception/evidence.js';
import { modalitySupport } from '../perception/predict-outcomes.js';
import {
  addExperience,
  type Counts,
  checkCounts,
  checkLearningRate,
  DEFAULT_LEARNING_RATE,
} from './counts.js';

/** What was observed and believed, and how fast to learn from it. */
export interface LearnLikelihoodInput {
  /** What each modality showed; a modality given as null teaches nothing. */
  readonly observations: readonly Observation[];
  /** The belief after that observation, for each factor `[S]`. */
  readonly posterior: Beliefs;
  /** Weight of this experience, count, at least 0. Default 1. */
  readonly learningRate?: number;
  /** Learn these modalities only. Default: all that have counts. */
  readonly modalities?: readonly number[];
}

/**
 * Adds one experience to the counts of A: `pA[o, s] += rate * onehot(o) x q(s)` where A > 0.
 *
 * An entry of A that is exactly 0 means "cannot happen" and never learns. A soft observation counts each outcome by
 * its weight.
 *
 * @param counts pA, for each modality a tensor of A's shape and form, or null; see `Counts`
 * @returns new counts; a modality that learned nothing keeps its tensor
 * @throws ModelError for counts that do not fit; InputError for the rest
 * @see Friston et al. (2016), Active inference and learning
 */
export function learnLikelihood<T extends ModelTensor>(
  model: GenerativeModel,
  counts: Counts<T>,
  input: LearnLikelihoodInput,
): (T | null)[] {
  const { observations, posterior, learningRate = DEFAULT_LEARNING_RATE, modalities } = input;
  checkCounts(counts, model.A, 'pA');
  checkObservations(model, observations);
  checkBeliefs(model.shape, posterior, 'posterior');
  checkLearningRate(learningRate);
  return counts.map((count, m) => {
    const observation = observations[m]!;
    if (count === null || observation === null || modalities?.includes(m) === false) return count;
    const seen =
      typeof observation === 'number' ? onehot(model.shape.outcomeCounts[m]!, observation) : observation;
    return addExperience(count, model.A[m]!, learningRate, seen, modalitySupport(model, m, posterior));
  });
}

function onehot(length: number, index: number): Float64Array {
  const distribution = new Float64Array(length);
  distribution[index] = 1;
  return distribution;
}
