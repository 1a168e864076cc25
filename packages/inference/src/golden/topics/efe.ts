import type { LearningOptions } from '../../compile/compile-options.js';
import { type PreparedModel, prepareModel } from '../../model/prepare-model.js';
import type { Tensor } from '../../model/tensor.js';
import { predictOutcomes } from '../../perception/predict-outcomes.js';
import { predictStates } from '../../perception/predict-states.js';
import { enumeratePolicies, type Policy } from '../../planning/enumerate-policies.js';
import { expectedFreeEnergy } from '../../planning/expected-free-energy.js';
import { type NoveltyForm, noveltyWeights } from '../../planning/parameter-information-gain.js';
import type { ExpectedFreeEnergyOptions } from '../../planning/policy-point.js';
import { DEFAULT_GAMMA, policyPosterior } from '../../planning/policy-posterior.js';
import { jointStateInformationGain } from '../../planning/state-information-gain.js';
import type { Fields } from '../fields.js';
import { agreesWithCounts } from './agrees-with-counts.js';
import { goldenModel } from './golden-model.js';
import { type SoleAgent, soleAgent } from './sole-agent.js';
import type { Topic } from './topic.js';

/** Which terms each golden combination adds up. */
const COMBINATIONS = {
  utility_state: { useParameterInformationGain: false },
  utility_only: { useStateInformationGain: false, useParameterInformationGain: false },
  state_only: { useUtility: false, useParameterInformationGain: false },
  all: {},
} as const satisfies Record<string, ExpectedFreeEnergyOptions>;

/** Expected free energy of every policy, term by term; a golden `G` is its negative. */
export const efe: Topic = {
  ignored: new Set(),
  answer: (inputs) => {
    const prepared = prepareModel(goldenModel(inputs));
    const posterior = inputs.vectors('qs');
    const policies = inputs.has('policies')
      ? inputs.policies('policies')
      : enumeratePolicies(prepared.model.shape.actionCounts, inputs.number('policy_len'));
    const evaluate = (form: NoveltyForm, options: ExpectedFreeEnergyOptions = {}) =>
      expectedFreeEnergy(prepared, policies, posterior, { ...novelty(inputs, form), ...options });
    const G = (combination: keyof typeof COMBINATIONS): Float64Array =>
      evaluate('approximate', COMBINATIONS[combination]).expectedFreeEnergy;
    const q = (combination: keyof typeof COMBINATIONS): Float64Array =>
      policyPosterior(G(combination), {
        gamma: inputs.number('gamma', DEFAULT_GAMMA),
        E: prepared.model.E,
      });
    const along = <T>(visit: (beliefs: Float64Array[]) => T): T[][] =>
      policies.map((policy) => predictAlong(prepared, posterior, policy).map(visit));
    return {
      utility: () => evaluate('approximate').utility,
      state_info_gain: () => evaluate('approximate').stateInformationGain,
      state_info_gain_joint: () => along((beliefs) => jointStateInformationGain(prepared, beliefs)).map(sum),
      param_info_gain_A: () => evaluate('approximate').parameterInformationGainA,
      param_info_gain_A_exact: () => evaluate('exact').parameterInformationGainA,
      param_info_gain_B: () => evaluate('approximate').parameterInformationGainB,
      param_info_gain_B_exact: () => evaluate('exact').parameterInformationGainB,
      G_utility_state: () => negated(G('utility_state')),
      G_all: () => negated(G('all')),
      q_pi_utility_state: () => q('utility_state'),
      q_pi_utility_only: () => q('utility_only'),
      q_pi_state_only: () => q('state_only'),
      q_pi_all: () => q('all'),
      qs_pi: () => along((beliefs) => beliefs),
      qo_pi: () => along((beliefs) => predictOutcomes(prepared, beliefs)),
    };
  },
  answerInLanes: (inputs) => {
    const model = goldenModel(inputs);
    const policies = inputs.has('policies')
      ? { policies: inputs.policies('policies') }
      : { horizon: inputs.number('policy_len') };
    const gamma = inputs.number('gamma', DEFAULT_GAMMA);
    const planned = (
      useUtility: boolean,
      useStateInformationGain: boolean,
      learning: LearningOptions | null = null,
    ): SoleAgent | null => {
      const terms = { useUtility, useStateInformationGain, useParameterInformationGain: learning !== null };
      const options = { ...policies, gamma, ...terms, ...(learning === null ? {} : { learning }) };
      const sole = soleAgent(model, options, inputs.vectors('qs'));
      sole?.population.planActions({ agents: [sole.agent] });
      return sole;
    };
    const both = planned(true, true);
    const utility = planned(true, false);
    const information = planned(false, true);
    if (both === null || utility === null || information === null) return null;
    const learned = (keys: readonly ('pA' | 'pB')[]): LearningOptions | null => {
      const counts = keys.map((key) => [key, inputs.has(key) ? inputs.tensors(key) : null] as const);
      if (!counts.every(([key, own]) => own === null || agreesWithCounts(model, key, own))) return null;
      return Object.fromEntries(counts.filter(([, own]) => own !== null));
    };
    const novelty = (key: 'pA' | 'pB'): SoleAgent | null => {
      const learning = inputs.has(key) ? learned([key]) : null;
      return learning === null ? null : planned(false, false, learning);
    };
    const noveltyA = novelty('pA');
    const noveltyB = novelty('pB');
    const learning = learned(['pA', 'pB']);
    const all = learning === null ? null : planned(true, true, learning);
    return {
      ...(noveltyA === null ? {} : { param_info_gain_A: () => negated(noveltyA.expectedFreeEnergy()) }),
      ...(noveltyB === null ? {} : { param_info_gain_B: () => negated(noveltyB.expectedFreeEnergy()) }),
      ...(all === null
        ? {}
        : { G_all: () => negated(all.expectedFreeEnergy()), q_pi_all: all.policyPosterior }),
      utility: () => negated(utility.expectedFreeEnergy()),
      state_info_gain: () => negated(information.expectedFreeEnergy()),
      G_utility_state: () => negated(both.expectedFreeEnergy()),
      q_pi_utility_state: both.policyPosterior,
      q_pi_utility_only: utility.policyPosterior,
      q_pi_state_only: information.policyPosterior,
    };
  },
};

function novelty(inputs: Fields, form: NoveltyForm): ExpectedFreeEnergyOptions {
  const weights = (key: string): Tensor[] | null =>
    inputs.has(key) ? inputs.tensors(key).map((counts) => noveltyWeights(counts, form)) : null;
  return { noveltyA: weights('pA'), noveltyB: weights('pB') };
}

function predictAlong(
  prepared: PreparedModel,
  posterior: readonly Float64Array[],
  policy: Policy,
): Float64Array[][] {
  let beliefs = posterior;
  return policy.map((action) => {
    const next = predictStates(prepared, beliefs, action);
    beliefs = next;
    return next;
  });
}

const negated = (values: Float64Array): Float64Array => values.map((value) => -value);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
