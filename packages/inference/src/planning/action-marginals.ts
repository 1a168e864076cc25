import { InputError } from '../errors.js';
import type { Policy } from './enumerate-policies.js';

/**
 * Probability of each factor's next action: the policy posterior summed by first action.
 *
 * @param policyPosterior `[policy]`, probability
 * @param policies        `[policy][step][factor]`
 * @param actionCounts    actions of each factor, count
 * @returns for each factor `[U]`, probability
 * @throws InputError `INFERENCE_POLICY_INVALID`
 */
export function actionMarginals(
  policyPosterior: ArrayLike<number>,
  policies: readonly Policy[],
  actionCounts: readonly number[],
): Float64Array[] {
  if (policies.length !== policyPosterior.length || policies.length === 0) {
    const expected = `${policyPosterior.length} policies, one for each probability and at least one`;
    throw new InputError('INFERENCE_POLICY_INVALID', 'policies', expected, `${policies.length}`);
  }
  const marginals = actionCounts.map((count) => new Float64Array(count));
  policies.forEach((policy, p) => {
    marginals.forEach((marginal, f) => {
      const action = policy[0]?.[f] ?? -1;
      if (!(action >= 0 && action < marginal.length)) {
        const where = `policies[${p}][0][${f}]`;
        const expected = `an action in [0, ${marginal.length})`;
        throw new InputError('INFERENCE_POLICY_INVALID', where, expected, `${policy[0]?.[f]}`);
      }
      marginal[action]! += policyPosterior[p]!;
    });
  });
  return marginals;
}
