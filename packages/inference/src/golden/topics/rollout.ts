import type { Counts } from '../../learning/counts.js';
import { expectedModel } from '../../learning/expected-model.js';
import { learnLikelihood } from '../../learning/learn-likelihood.js';
import { learnPrior } from '../../learning/learn-prior.js';
import { learnTransition } from '../../learning/learn-transition.js';
import { argmax } from '../../math/argmax.js';
import type { GenerativeModel } from '../../model/generative-model.js';
import { prepareModel } from '../../model/prepare-model.js';
import { type Tensor, toNested } from '../../model/tensor.js';
import { readEvidence } from '../../perception/evidence.js';
import type { PriorZeros } from '../../perception/exact-filter.js';
import { FREE_ENERGY_TOLERANCE, ITERATIONS_MAX } from '../../perception/infer-states.js';
import { meanField } from '../../perception/mean-field.js';
import { predictStates } from '../../perception/predict-states.js';
import { actionMarginals } from '../../planning/action-marginals.js';
import { enumeratePolicies, type Policy } from '../../planning/enumerate-policies.js';
import { expectedFreeEnergy } from '../../planning/expected-free-energy.js';
import { noveltyWeights } from '../../planning/parameter-information-gain.js';
import { DEFAULT_GAMMA, policyPosterior } from '../../planning/policy-posterior.js';
import { selectAction } from '../../planning/select-action.js';
import type { Answer } from '../compare.js';
import { Fields } from '../fields.js';
import { NotSupportedError } from '../golden-case.js';
import { goldenModel } from './golden-model.js';
import { rolloutInLanes } from './rollout-in-lanes.js';
import { subset } from './subset.js';
import type { Topic } from './topic.js';
import { trueStates } from './true-states.js';

/** Closed loops as the golden files define them: a prior of 0 counts as 1e-16. */
export const rollout: Topic = rolloutWith('epsilon');

/**
 * Closed loops: infer, learn, plan, act, for as many steps as were recorded.
 *
 * Observations are the recorded ones; everything else, the actions above all, is our own.
 *
 * @param ignored keys that are not results, beside those that never are
 */
export function rolloutWith(priorZeros: PriorZeros, ignored: readonly string[] = []): Topic {
  return {
    ignored: new Set(['margin', ...ignored]),
    answer: (inputs, settings, golden) => {
      checkVariant(settings);
      const observed = new Fields(golden.expected, 'expected')
        .objects('steps')
        .map((step) => step.integers('obs'));
      const { steps, counts } = run(inputs, settings, observed, priorZeros);
      return {
        steps: () => steps,
        final_pA: () => nestedCounts(counts.pA),
        final_pB: () => nestedCounts(counts.pB),
        final_pD: () => nestedCounts(counts.pD),
      };
    },
    answerInLanes: (inputs, settings, golden) => {
      checkVariant(settings);
      const observed = new Fields(golden.expected, 'expected')
        .objects('steps')
        .map((step) => step.integers('obs'));
      return rolloutInLanes(inputs, settings, observed, priorZeros);
    },
  };
}

interface LearnedSoFar {
  pA: Counts | null;
  pB: Counts | null;
  pD: Counts | null;
}

interface Outcome {
  readonly steps: Answer[];
  readonly counts: LearnedSoFar;
}

function run(
  inputs: Fields,
  settings: Fields,
  observed: readonly (readonly number[])[],
  priorZeros: PriorZeros,
): Outcome {
  let model = goldenModel(inputs);
  let prepared = prepareModel(model);
  const { actionCounts } = model.shape;
  const policies: readonly Policy[] = inputs.has('policies')
    ? inputs.policies('policies')
    : enumeratePolicies(actionCounts, settings.number('policy_len'));
  const sampling = settings.string('sampling_mode', 'marginal') === 'full' ? 'full' : 'marginal';
  const counts: LearnedSoFar = {
    pA: inputs.has('pA') ? inputs.tensors('pA') : null,
    pB: inputs.has('pB') ? inputs.tensors('pB') : null,
    pD: inputs.has('pD') ? inputs.tensors('pD') : null,
  };
  const steps: Answer[] = [];
  const world = trueStates(inputs);
  let previous: { readonly posterior: Float64Array[]; readonly action: number[] } | null = null;
  for (const [t, observations] of observed.entries()) {
    const prior: readonly Float64Array[] =
      previous === null ? model.D : predictStates(prepared, previous.posterior, previous.action);
    const inferred = meanField(readEvidence(prepared, observations), prior, {
      iterationsMax: settings.number('fpi_num_iter', ITERATIONS_MAX),
      freeEnergyTolerance: settings.number('fpi_dF_tol', FREE_ENERGY_TOLERANCE),
      priorZeros,
    });
    const { posterior } = inferred;

    const learned = learn(model, counts, { observations, posterior, previous }, settings);
    if (learned !== model) {
      model = learned;
      prepared = prepareModel(model);
    }

    const useNovelty = settings.boolean('use_param_info_gain', false);
    const { expectedFreeEnergy: cost } = expectedFreeEnergy(prepared, policies, posterior, {
      useUtility: settings.boolean('use_utility', true),
      useStateInformationGain: settings.boolean('use_states_info_gain', true),
      useParameterInformationGain: useNovelty,
      noveltyA: useNovelty ? noveltyOf(counts.pA) : null,
      noveltyB: useNovelty ? noveltyOf(counts.pB) : null,
    });
    const q = policyPosterior(cost, { gamma: settings.number('gamma', DEFAULT_GAMMA), E: model.E });
    const action = selectAction({ policyPosterior: q, policies, actionCounts, sampling });
    steps.push({
      t,
      state: world.now(),
      obs: [...observations],
      prior: [...prior],
      qs: posterior,
      n_iter: inferred.iterations,
      vfe: inferred.variationalFreeEnergy,
      action_marginals: actionMarginals(q, policies, actionCounts),
      action,
      q_pi: q,
      G: cost.map((nats) => -nats),
      best_policy: argmax(q),
      q_pi_max: q[argmax(q)]!,
    });
    world.act(action);
    previous = { posterior, action };
  }
  return { steps, counts };
}

interface Experience {
  readonly observations: readonly number[];
  readonly posterior: readonly Float64Array[];
  readonly previous: {
    readonly posterior: readonly Float64Array[];
    readonly action: readonly number[];
  } | null;
}

/** Updates the counts of what the case learns; returns the model they lead to, or the same one. */
function learn(
  model: GenerativeModel,
  counts: LearnedSoFar,
  { observations, posterior, previous }: Experience,
  settings: Fields,
): GenerativeModel {
  const learns = new Set(settings.has('learn') ? settings.list('learn') : []);
  const modalities = subset(settings, 'modalities_to_learn');
  const factors = subset(settings, 'factors_to_learn');
  const onlyFactors = factors === null ? {} : { factors };
  let result = model;
  if (learns.has('A') && counts.pA !== null) {
    counts.pA = learnLikelihood(model, counts.pA, {
      observations,
      posterior,
      learningRate: settings.number('lr_pA', 1),
      ...(modalities === null ? {} : { modalities }),
    });
    result = expectedModel(result, { pA: counts.pA });
  }
  if (learns.has('B') && counts.pB !== null && previous !== null) {
    counts.pB = learnTransition(model, counts.pB, {
      previousPosterior: previous.posterior,
      action: previous.action,
      posterior,
      learningRate: settings.number('lr_pB', 1),
      ...onlyFactors,
    });
    result = expectedModel(result, { pB: counts.pB });
  }
  // D is about how an episode begins, so only its first belief teaches it.
  if (learns.has('D') && counts.pD !== null && previous === null) {
    const learningRate = settings.number('lr_pD', 1);
    counts.pD = learnPrior(model, counts.pD, { posterior, learningRate, ...onlyFactors });
    result = expectedModel(result, { pD: counts.pD });
  }
  return result;
}

function noveltyOf(counts: Counts | null): (Tensor | null)[] | null {
  return counts?.map((count) => (count === null ? null : noveltyWeights(count))) ?? null;
}

function nestedCounts(counts: Counts | null): Answer {
  return counts?.map((count) => (count === null ? null : (toNested(count) as Answer))) ?? null;
}

function checkVariant(settings: Fields): void {
  const selection = settings.string('action_selection', 'deterministic');
  if (selection !== 'deterministic') throw new NotSupportedError(`action selection ${selection}`);
  const sampling = settings.string('sampling_mode', 'marginal');
  if (sampling !== 'marginal' && sampling !== 'full') throw new NotSupportedError(`sampling ${sampling}`);
}
