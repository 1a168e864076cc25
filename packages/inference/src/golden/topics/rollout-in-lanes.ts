import type { LearningOptions } from '../../compile/compile-options.js';
import { expectedModel } from '../../learning/expected-model.js';
import { argmax } from '../../math/argmax.js';
import type { GenerativeModel } from '../../model/generative-model.js';
import { prepareModel } from '../../model/prepare-model.js';
import { type ModelTensor, toDense } from '../../model/sparse-tensor.js';
import { type Tensor, toNested } from '../../model/tensor.js';
import type { PriorZeros } from '../../perception/exact-filter.js';
import { FREE_ENERGY_TOLERANCE, ITERATIONS_MAX } from '../../perception/infer-states.js';
import { predictStates } from '../../perception/predict-states.js';
import { actionMarginals } from '../../planning/action-marginals.js';
import { DEFAULT_GAMMA } from '../../planning/policy-posterior.js';
import type { Answer } from '../compare.js';
import type { Fields } from '../fields.js';
import { agreesWithCounts } from './agrees-with-counts.js';
import { goldenModel } from './golden-model.js';
import { soleAgent } from './sole-agent.js';
import { subset } from './subset.js';
import type { Answers } from './topic.js';
import { trueStates } from './true-states.js';

/**
 * The closed loop of `rollout`, by one agent in lanes.
 *
 * @returns null for a case that the lanes do not cover; one whose tensors are not what its counts lead one to expect,
 *   or that counts the novelty of some modalities and learns others, is done as the golden files do
 */
export function rolloutInLanes(
  inputs: Fields,
  settings: Fields,
  observed: readonly (readonly number[])[],
  priorZeros: PriorZeros,
): Answers | null {
  const model = goldenModel(inputs);
  const learning = learningOf(inputs, settings, model);
  if (learning === null) return null;
  const sole = soleAgent(model, {
    ...(inputs.has('policies')
      ? { policies: inputs.policies('policies') }
      : { horizon: settings.number('policy_len') }),
    ...(Object.keys(learning).length > 0 ? { learning } : {}),
    useUtility: settings.boolean('use_utility', true),
    useStateInformationGain: settings.boolean('use_states_info_gain', true),
    useParameterInformationGain: settings.boolean('use_param_info_gain', false),
    gamma: settings.number('gamma', DEFAULT_GAMMA),
    sampling: settings.string('sampling_mode', 'marginal') === 'full' ? 'full' : 'marginal',
    iterationsMax: settings.number('fpi_num_iter', ITERATIONS_MAX),
    freeEnergyTolerance: settings.number('fpi_dF_tol', FREE_ENERGY_TOLERANCE),
    priorZeros,
  });
  if (sole === null) return null;
  const { population, agent } = sole;
  const { policies } = population.compiled.settings;
  const world = trueStates(inputs);
  const steps: Answer[] = [];
  for (const [t, observations] of observed.entries()) {
    const lastAction = population.lastAction(agent);
    const before = population.readBeliefs(agent);
    // The one thing that a population does not tell: what it expected before it looked.
    const learned = prepareModel(expectedModel(model, population.readCounts(agent)));
    const prior = lastAction === null ? before : predictStates(learned, before, lastAction);
    const { failures } = population.step({ agents: [agent], outcomes: observations.map((o) => [o]) });
    if (failures.length > 0) return null;
    const q = sole.policyPosterior();
    const action = sole.action();
    steps.push({
      t,
      state: world.now(),
      obs: [...observations],
      prior,
      qs: population.readBeliefs(agent),
      n_iter: population.results.iterations[0]!,
      vfe: population.results.freeEnergy[0]!,
      action_marginals: actionMarginals(q, policies, model.shape.actionCounts),
      action,
      q_pi: q,
      G: sole.expectedFreeEnergy().map((nats) => -nats),
      best_policy: argmax(q),
      q_pi_max: q[argmax(q)]!,
    });
    world.act(action);
  }
  const final = population.readCounts(agent);
  const nested = (key: 'pA' | 'pB' | 'pD'): Answer => {
    if (!inputs.has(key)) return null;
    return inputs.tensors(key).map((prior, i) => toNested(toDense(final[key]?.[i] ?? prior)) as Answer);
  };
  return {
    steps: () => steps,
    final_pA: () => nested('pA'),
    final_pB: () => nested('pB'),
    final_pD: () => nested('pD'),
  };
}

/** What the case learns, as a compilation takes it; null when a compilation cannot. */
function learningOf(inputs: Fields, settings: Fields, model: GenerativeModel): LearningOptions | null {
  const learns = new Set(settings.has('learn') ? settings.list('learn') : []);
  const countsNovelty = settings.boolean('use_param_info_gain', false);
  const learned: { pA?: (ModelTensor | null)[]; pB?: (ModelTensor | null)[]; pD?: (Tensor | null)[] } = {};
  const rates = { A: 0, B: 0, D: 0 };
  for (const kind of ['A', 'B', 'D'] as const) {
    const key = `p${kind}` as const;
    const isLearned = learns.has(kind);
    // What is not learned may still count as novel: it is learned at a rate of 0.
    if (!inputs.has(key) || !(isLearned || (countsNovelty && kind !== 'D'))) continue;
    const only = subset(settings, kind === 'A' ? 'modalities_to_learn' : 'factors_to_learn');
    if (isLearned && only !== null && countsNovelty) return null;
    const counts = inputs.tensors(key);
    if (!agreesWithCounts(model, key, counts)) return null;
    rates[kind] = isLearned ? settings.number(`lr_${key}`, 1) : 0;
    learned[key] = counts.map((count, i) => (!isLearned || (only?.includes(i) ?? true) ? count : null));
  }
  return Object.keys(learned).length === 0 ? {} : { ...learned, rates };
}
