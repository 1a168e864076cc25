import { InputError } from '../errors.js';
import type { PreparedModel } from '../model/prepare-model.js';
import type { Tensor } from '../model/tensor.js';
import { type Beliefs, checkBeliefs } from '../perception/beliefs.js';
import { modalitySupport, outcomeDistribution } from '../perception/predict-outcomes.js';
import { type Action, checkAction, parentSupport, pushBeliefs } from '../perception/predict-states.js';
import type { Policy } from './enumerate-policies.js';
import { parameterInformationGain } from './parameter-information-gain.js';
import { nodeAction, policyTree } from './policy-tree.js';
import { stateInformationGain } from './state-information-gain.js';
import { preferenceSteps, utility } from './utility.js';

/** Which terms count towards the total. */
export interface ExpectedFreeEnergyOptions {
  /** Count preferences. Default true. */
  readonly useUtility?: boolean;
  /** Count what outcomes reveal about states. Default true. */
  readonly useStateInformationGain?: boolean;
  /** Count what outcomes teach about A, B. Default true; it is 0 unless novelty weights are given. */
  readonly useParameterInformationGain?: boolean;
  /** `noveltyWeights` of the counts of each modality's A; null for a modality that is not learned. */
  readonly noveltyA?: readonly (Tensor | null)[] | null;
  /** `noveltyWeights` of the counts of each factor's B; null for a factor that is not learned. */
  readonly noveltyB?: readonly (Tensor | null)[] | null;
}

/**
 * The expected free energy of every policy and the terms it is made of, one entry a policy, nats.
 *
 * Every term is reported, also one that the options leave out of the total.
 */
export interface ExpectedFreeEnergy {
  /** G, **lower is better**: minus the sum of the terms in use. */
  readonly expectedFreeEnergy: Float64Array;
  /** Expected log preference, at most 0. */
  readonly utility: Float64Array;
  /** Expected information about states, modality by modality. */
  readonly stateInformationGain: Float64Array;
  /** Expected information about A. */
  readonly parameterInformationGainA: Float64Array;
  /** Expected information about B. */
  readonly parameterInformationGainB: Float64Array;
}

/**
 * Evaluates policies: what each is expected to cost, in nats, if it were carried out.
 *
 *     G = - sum over steps of [ utility + state information gain + parameter information gain ]
 *
 * The belief is pushed through B along the policy; each step is judged by the outcomes it predicts. Policies that
 * begin alike share the evaluation of what they have in common, in whatever order they are listed.
 *
 * @param policies  `[policy][step][factor]`; their lengths may differ
 * @param posterior the belief now, for each factor `[S]`
 * @throws InputError `INFERENCE_POLICY_INVALID`, also for a policy longer than preferences that change over time;
 *   `INFERENCE_BELIEF_INVALID`
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
  const terms = {
    utility: new Float64Array(policies.length),
    stateInformationGain: new Float64Array(policies.length),
    parameterInformationGainA: new Float64Array(policies.length),
    parameterInformationGainB: new Float64Array(policies.length),
  };
  const nothing = {
    utility: 0,
    stateInformationGain: 0,
    parameterInformationGainA: 0,
    parameterInformationGainB: 0,
  };
  const tree = policyTree(policies);
  // What was found on the way to the node in hand, by depth; the root, depth 0, is now.
  const path: Node[] = [{ beliefs: posterior, sums: nothing }];
  for (let n = 0; n < tree.nodeCount; n++) {
    const depth = tree.depths[n]!;
    const node = evaluateStep(prepared, path[depth - 1]!, nodeAction(tree, n), depth - 1, options);
    path[depth] = node;
    for (let k = tree.endingStarts[n]!; k < tree.endingStarts[n + 1]!; k++) {
      const policy = tree.endings[k]!;
      terms.utility[policy] = node.sums.utility;
      terms.stateInformationGain[policy] = node.sums.stateInformationGain;
      terms.parameterInformationGainA[policy] = node.sums.parameterInformationGainA;
      terms.parameterInformationGainB[policy] = node.sums.parameterInformationGainB;
    }
  }
  return { expectedFreeEnergy: total(terms, options), ...terms };
}

interface Terms<T> {
  readonly utility: T;
  readonly stateInformationGain: T;
  readonly parameterInformationGainA: T;
  readonly parameterInformationGainB: T;
}

/** A point on a policy's way: the belief there, the terms summed up to there. */
interface Node {
  readonly beliefs: Beliefs;
  readonly sums: Terms<number>;
}

function evaluateStep(
  prepared: PreparedModel,
  before: Node,
  action: Action,
  step: number,
  options: ExpectedFreeEnergyOptions,
): Node {
  const beliefs = pushBeliefs(prepared, before.beliefs, action);
  const sums = { ...before.sums };
  for (const [m, likelihood] of prepared.model.A.entries()) {
    const joint = modalitySupport(prepared.model, m, beliefs);
    const outcomes = outcomeDistribution(likelihood, joint);
    sums.utility += utility(outcomes, prepared.logPreference[m]!, step);
    sums.stateInformationGain += stateInformationGain(outcomes, prepared.columnEntropy[m]!, joint);
    const novelty = options.noveltyA?.[m] ?? null;
    if (novelty !== null)
      sums.parameterInformationGainA += parameterInformationGain(outcomes, novelty, joint);
  }
  const { actionCounts } = prepared.model.shape;
  for (let f = 0; f < actionCounts.length; f++) {
    const novelty = options.noveltyB?.[f] ?? null;
    if (novelty === null) continue;
    const joint = parentSupport(prepared.model, f, before.beliefs);
    const control = { index: action[f]!, count: actionCounts[f]! };
    sums.parameterInformationGainB += parameterInformationGain(beliefs[f]!, novelty, joint, control);
  }
  return { beliefs, sums };
}

function total(terms: Terms<Float64Array>, options: ExpectedFreeEnergyOptions): Float64Array {
  const { useUtility = true, useStateInformationGain = true, useParameterInformationGain = true } = options;
  return terms.utility.map((_, policy) => {
    let gain = 0;
    if (useUtility) gain += terms.utility[policy]!;
    if (useStateInformationGain) gain += terms.stateInformationGain[policy]!;
    if (useParameterInformationGain) {
      gain += terms.parameterInformationGainA[policy]! + terms.parameterInformationGainB[policy]!;
    }
    return -gain;
  });
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
