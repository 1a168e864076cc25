import { InputError } from '../errors.js';
import type { GenerativeModel } from '../model/generative-model.js';
import { checkTensor, type Tensor } from '../model/tensor.js';
import { BELIEF_TOLERANCE } from '../perception/beliefs.js';
import { checkCounts, checkLearningRate, DEFAULT_LEARNING_RATE } from './counts.js';

/** What was done, and how fast it becomes a habit. */
export interface LearnHabitInput {
  /** The policy posterior, or 1 at the policy that was carried out and 0 elsewhere, `[policy]`, probability. */
  readonly policyPosterior: ArrayLike<number>;
  /** Weight of this experience, count, at least 0. Default 1. */
  readonly learningRate?: number;
}

/**
 * Adds what was done to the counts of E: `pE[policy] += rate * q(policy)` where pE > 0.
 *
 * What is done often becomes more likely to be done, whatever it leads to; `expectedModel` makes a habit of the counts.
 * A policy whose count is 0 never becomes one.
 *
 * @param counts pE, `[policy]`
 * @returns new counts
 * @throws ModelError for counts that do not fit; InputError `INFERENCE_OPTION_INVALID` for the rest
 * @see Friston et al. (2016), Active inference and learning
 *
 * @example
 * const pE = learnHabit(model, counts, { policyPosterior: q });
 * const { E } = expectedModel(model, { pE });
 */
export function learnHabit(model: GenerativeModel, counts: Tensor, input: LearnHabitInput): Tensor {
  const { policyPosterior: q, learningRate = DEFAULT_LEARNING_RATE } = input;
  checkHabitCounts(model, counts);
  checkLearningRate(learningRate);
  const fail = (argument: string, expected: string, got: unknown): never => {
    throw new InputError('INFERENCE_OPTION_INVALID', argument, expected, String(got));
  };
  const policyCount = counts.data.length;
  if (q.length !== policyCount) fail('policyPosterior', `${policyCount} probabilities`, q.length);
  let sum = 0;
  for (let policy = 0; policy < policyCount; policy++) {
    if (!(q[policy]! >= 0)) fail(`policyPosterior[${policy}]`, 'a probability', q[policy]);
    sum += q[policy]!;
  }
  if (!(Math.abs(sum - 1) <= BELIEF_TOLERANCE)) {
    fail('policyPosterior', 'probabilities that sum to 1', `a sum of ${sum}`);
  }
  const data = counts.data.map((count, policy) => (count > 0 ? count + learningRate * q[policy]! : count));
  return { shape: counts.shape, data };
}

/**
 * Checks that counts of E are one for each policy: as many as the model's habit has, where it has one.
 *
 * @throws ModelError
 */
export function checkHabitCounts({ E }: GenerativeModel, counts: Tensor): void {
  checkTensor(counts, 'pE');
  const policyCount = E?.length ?? counts.shape[0] ?? 1;
  checkCounts([counts], [{ shape: [policyCount], data: new Float64Array(policyCount) }], 'pE');
}
