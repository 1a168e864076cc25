import { InputError } from '../errors.js';
import { argmax } from '../math/argmax.js';
import { sampleCategorical } from '../math/sample-categorical.js';
import { softmax } from '../math/softmax.js';
import { actionMarginals } from './action-marginals.js';
import type { Policy } from './enumerate-policies.js';

/** Precision of stochastic choice when none is given, dimensionless. */
export const DEFAULT_ALPHA = 16;

/** The policies, how probable each is, and how to choose among them. */
export interface SelectActionInput {
  /** `[policy]`, probability. */
  readonly policyPosterior: Float64Array;
  /** `[policy][step][factor]`. */
  readonly policies: readonly Policy[];
  /** Actions of each factor, count. */
  readonly actionCounts: readonly number[];
  /**
   * What is chosen: `marginal`, for each factor on its own the action that the policies together favour; `full`, a
   * policy, of which the first action is taken. Default `marginal`.
   */
  readonly sampling?: 'marginal' | 'full';
  /** `deterministic`: the most probable, of equals the first; `stochastic`: at random. Default `deterministic`. */
  readonly selection?: 'deterministic' | 'stochastic';
  /** Precision alpha of a stochastic choice, dimensionless, at least 0. Default 16. */
  readonly alpha?: number;
  /** A random number in [0, 1), needed for a stochastic choice. This package has no random source of its own. */
  readonly uniform?: number;
}

/**
 * Chooses the next action, one index for each factor.
 *
 * A stochastic choice draws from `softmax(alpha ln p)`; one uniform number serves all factors (see
 * `sampleCategorical`), so the same number always gives the same action.
 *
 * @throws InputError `INFERENCE_POLICY_INVALID`, `INFERENCE_OPTION_INVALID`
 *
 * @example
 * const action = selectAction({ policyPosterior, policies, actionCounts: prepared.model.shape.actionCounts });
 */
export function selectAction(input: SelectActionInput): number[] {
  const { policyPosterior, policies, actionCounts, sampling = 'marginal', alpha = DEFAULT_ALPHA } = input;
  // Worked out for both kinds of sampling, because it is also what checks the policies.
  const marginals = actionMarginals(policyPosterior, policies, actionCounts);
  const choose = chooser(input, alpha);
  if (sampling === 'marginal') return marginals.map(choose);
  if (sampling === 'full') return [...policies[choose(policyPosterior)]![0]!];
  throw new InputError('INFERENCE_OPTION_INVALID', 'sampling', '"marginal" or "full"', String(sampling));
}

/**
 * Probabilities of a stochastic choice: `softmax(alpha ln p)`; alpha 1 gives p back, a large one the best only.
 *
 * What has probability 0 keeps it. An epsilon would let a small alpha raise actions that no policy begins with,
 * which on a graph are edges that do not exist.
 */
export function sharpen(probabilities: Float64Array, alpha: number): Float64Array {
  return softmax(probabilities.map((p) => (p === 0 ? Number.NEGATIVE_INFINITY : alpha * Math.log(p))));
}

function chooser(input: SelectActionInput, alpha: number): (probabilities: Float64Array) => number {
  const { selection = 'deterministic' } = input;
  const fail = (argument: string, expected: string, got: unknown): never => {
    throw new InputError('INFERENCE_OPTION_INVALID', argument, expected, String(got));
  };
  if (selection === 'deterministic') return argmax;
  if (selection !== 'stochastic') fail('selection', '"deterministic" or "stochastic"', selection);
  if (!(alpha >= 0 && Number.isFinite(alpha))) fail('alpha', 'a finite number of at least 0', alpha);
  let uniform = input.uniform ?? Number.NaN;
  if (!(uniform >= 0 && uniform < 1)) {
    fail('uniform', 'a number in [0, 1) for a stochastic choice', input.uniform);
  }
  return (probabilities) => {
    const { index, remainder } = sampleCategorical(sharpen(probabilities, alpha), uniform);
    uniform = remainder;
    return index;
  };
}
