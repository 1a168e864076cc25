import { InputError } from '../errors.js';
import type { PreparedModel } from '../model/prepare-model.js';
import { type Beliefs, checkBeliefs } from '../perception/beliefs.js';
import { checkAction } from '../perception/predict-states.js';
import type { Policy } from './enumerate-policies.js';
import {
  type EfeTerms,
  type ExpectedFreeEnergyOptions,
  type PolicyPoint,
  startingPoint,
  stepEvaluation,
  totalOf,
} from './policy-point.js';
import { nodeAction, policyTree } from './policy-tree.js';
import { preferenceSteps } from './utility.js';

/**
 * The expected free energy of every policy and the terms it is made of, one entry a policy, nats.
 *
 * Every term is reported, also one that the options leave out of the total.
 */
export interface ExpectedFreeEnergy extends EfeTerms<Float64Array> {
  /** G, **lower is better**: minus the sum of the terms in use. */
  readonly expectedFreeEnergy: Float64Array;
}

/**
 * Evaluates policies: what each is expected to cost, in nats, if it were carried out.
 *
 *     G = - sum over steps of [ utility + state information gain + parameter information gain + inductive utility ]
 *
 * The belief is pushed through B along the policy; each step is judged by the outcomes it predicts. Policies that
 * begin alike share the evaluation of what they have in common, in whatever order they are listed (`policyTree`).
 *
 * @param policies  `[policy][step][factor]`; their lengths may differ
 * @param posterior the belief now, for each factor `[S]`
 * @throws InputError `INFERENCE_POLICY_INVALID`, also for a policy longer than preferences that change over time;
 *   `INFERENCE_BELIEF_INVALID`; `INFERENCE_OPTION_INVALID`
 * @see Da Costa et al. (2020), Active inference on discrete state-spaces: a synthesis, section 5
 *
 * @example
 * const policies = enumeratePolicies(prepared.model.shape.actionCounts, 2);
 * const { expectedFreeEnergy: G } = expectedFreeEnergy(prepared, policies, posterior);
 */
export function expectedFreeEnergy(
  prepared: PreparedModel,
  policies: readonly Policy[],
  posterior: Beliefs,
  options: ExpectedFreeEnergyOptions = {},
): ExpectedFreeEnergy {
  checkBeliefs(prepared.model.shape, posterior, 'posterior');
  checkPolicies(prepared, policies);
  const result = {
    expectedFreeEnergy: new Float64Array(policies.length),
    utility: new Float64Array(policies.length),
    stateInformationGain: new Float64Array(policies.length),
    parameterInformationGainA: new Float64Array(policies.length),
    parameterInformationGainB: new Float64Array(policies.length),
    inductiveUtility: new Float64Array(policies.length),
  };
  const evaluate = stepEvaluation(prepared, posterior, options);
  const tree = policyTree(policies);
  // What was found on the way to the node in hand, by depth; the root, depth 0, is now.
  const path: PolicyPoint[] = [startingPoint(posterior)];
  for (let node = 0; node < tree.nodeCount; node++) {
    const depth = tree.depths[node]!;
    const point = evaluate(path[depth - 1]!, nodeAction(tree, node), depth - 1);
    path[depth] = point;
    for (let k = tree.endingStarts[node]!; k < tree.endingStarts[node + 1]!; k++) {
      const policy = tree.endings[k]!;
      result.expectedFreeEnergy[policy] = totalOf(point.sums, options);
      result.utility[policy] = point.sums.utility;
      result.stateInformationGain[policy] = point.sums.stateInformationGain;
      result.parameterInformationGainA[policy] = point.sums.parameterInformationGainA;
      result.parameterInformationGainB[policy] = point.sums.parameterInformationGainB;
      result.inductiveUtility[policy] = point.sums.inductiveUtility;
    }
  }
  return result;
}

function checkPolicies(prepared: PreparedModel, policies: readonly Policy[]): void {
  const steps = preferenceSteps(prepared.logPreference);
  policies.forEach((policy, p) => {
    if (policy.length === 0) {
      throw new InputError('INFERENCE_POLICY_INVALID', `policies[${p}]`, 'at least 1 step', 'none');
    }
    if (steps !== null && policy.length > steps) {
      const expected = `at most ${steps} steps, as many as C has`;
      throw new InputError('INFERENCE_POLICY_INVALID', `policies[${p}]`, expected, `${policy.length}`);
    }
    policy.forEach((action, step) => {
      checkAction(prepared.model, action, `policies[${p}][${step}]`);
    });
  });
}
