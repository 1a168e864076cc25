import { InputError } from '../errors.js';
import type { Action } from '../perception/predict-states.js';

/** A sequence of actions under evaluation, first step first. */
export type Policy = readonly Action[];

/** Policies enumerated at most, count, unless the caller raises it: beyond it a plan takes seconds, then memory. */
export const POLICY_COUNT_MAX = 1_000_000;

/** How many policies are too many. */
export interface EnumeratePoliciesOptions {
  /** Default 1 000 000. */
  readonly policyCountMax?: number;
}

/**
 * Lists every policy of a given length: the Cartesian product over steps, then factors.
 *
 * The last factor of the last step varies fastest, so policies that begin alike stand together. A factor with one
 * action contributes only action 0.
 *
 * @param actionCounts actions of each factor, count
 * @param length       steps, count, at least 1
 * @returns `(product of actionCounts) ** length` policies, `[policy][step][factor]`
 * @throws InputError `INFERENCE_OPTION_INVALID`; `INFERENCE_POLICY_COUNT_EXCEEDED` before anything is allocated
 *
 * @example
 * enumeratePolicies([2, 1], 2)
 * // [[[0, 0], [0, 0]], [[0, 0], [1, 0]], [[1, 0], [0, 0]], [[1, 0], [1, 0]]]
 */
export function enumeratePolicies(
  actionCounts: readonly number[],
  length: number,
  options: EnumeratePoliciesOptions = {},
): Policy[] {
  const policyCountMax = options.policyCountMax ?? POLICY_COUNT_MAX;
  checkCounts(actionCounts, length);
  const policyCount = actionCounts.reduce((count, actions) => count * actions, 1) ** length;
  if (policyCount > policyCountMax) {
    const got = `${policyCount} (actions [${actionCounts.join(', ')}], length ${length})`;
    throw new InputError(
      'INFERENCE_POLICY_COUNT_EXCEEDED',
      'policies',
      `at most ${policyCountMax} policies`,
      got,
    );
  }
  const actions = product(actionCounts.map((count) => Array.from({ length: count }, (_, action) => action)));
  return product(new Array<Action[]>(length).fill(actions));
}

/** Every way of taking one element of each list, the last list varying fastest. */
function product<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>(
    (chosen, list) => chosen.flatMap((head) => list.map((element) => [...head, element])),
    [[]],
  );
}

function checkCounts(actionCounts: readonly number[], length: number): void {
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;
  if (!isCount(length)) {
    throw new InputError('INFERENCE_OPTION_INVALID', 'length', 'at least 1 step', `${length}`);
  }
  if (actionCounts.length === 0 || !actionCounts.every(isCount)) {
    const got = `[${actionCounts.join(', ')}]`;
    throw new InputError('INFERENCE_OPTION_INVALID', 'actionCounts', 'counts of at least 1', got);
  }
}
