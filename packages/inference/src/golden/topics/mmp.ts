import { argmax } from '../../math/argmax.js';
import { type PreparedModel, prepareModel } from '../../model/prepare-model.js';
import type { Beliefs } from '../../perception/beliefs.js';
import {
  passMessages,
  WINDOW_ITERATIONS,
  WINDOW_STEP_SIZE,
  type WindowOptions,
  type WindowPosterior,
} from '../../perception/marginal-message-passing.js';
import { predictOutcomes } from '../../perception/predict-outcomes.js';
import type { Action } from '../../perception/predict-states.js';
import { readEvidenceSequence } from '../../perception/window.js';
import type { Policy } from '../../planning/enumerate-policies.js';
import { DEFAULT_GAMMA, policyPosterior } from '../../planning/policy-posterior.js';
import { jointStateInformationGain } from '../../planning/state-information-gain.js';
import type { Answer } from '../compare.js';
import type { Fields } from '../fields.js';
import { NotSupportedError } from '../golden-case.js';
import { goldenModel } from './golden-model.js';
import type { Topic } from './topic.js';

/**
 * Marginal message passing over one window, or in a closed loop over a window that moves.
 *
 * A golden `F` is the negative of `variationalFreeEnergy`, a golden `G` that of expected free energy.
 */
export const mmp: Topic = {
  ignored: new Set(['window', 'q_pi_margin']),
  answer: (inputs, settings) => {
    const prepared = prepareModel(goldenModel(inputs));
    const options = readOptions(settings);
    if (inputs.has('policies')) {
      const steps = closedLoop(prepared, inputs, options);
      return {
        steps: () => steps.map(report),
        actions: () => steps.slice(0, -1).map(({ action }) => alone(action)),
      };
    }
    const evidence = readEvidenceSequence(prepared, inputs.integerLists('obs_seq'));
    const previous = inputs.has('prev_actions') ? inputs.integerLists('prev_actions') : [];
    const prior = inputs.has('prior')
      ? inputs.vectors('prior')
      : prepared.model.shape.stateCounts.map((count) => new Float64Array(count).fill(1 / count));
    const actions = [...previous, ...inputs.integerLists('policy')];
    const result = passMessages(prepared, evidence, actions, prior, options);
    return {
      qs_seq: () => result.posterior,
      F: () => -result.variationalFreeEnergy,
      qs_last_spm: () => result.posterior.at(-1)!,
    };
  },
};

function readOptions(settings: Fields): WindowOptions {
  const variant = settings.string('variant', 'joint');
  if (variant !== 'joint' && variant !== 'by-modality') throw new NotSupportedError(`variant ${variant}`);
  return {
    variant,
    update: settings.boolean('grad_descent', true) ? 'gradient' : 'fixed-point',
    iterations: settings.number('num_iter', WINDOW_ITERATIONS),
    stepSize: settings.number('tau', WINDOW_STEP_SIZE),
    lastTimeStep: settings.boolean('last_timestep', false),
  };
}

/** One step of the loop: what each policy leads one to believe and costs, and what is done about it. */
interface Step {
  readonly t: number;
  readonly windows: readonly WindowPosterior[];
  /** Time points of the window that lie inside the episode, count. */
  readonly shown: number;
  readonly F: readonly number[];
  readonly G: readonly number[];
  readonly q: Float64Array;
  readonly action: Action;
}

/**
 * Each step looks back `inference_horizon` observations. Where the window has moved on, each policy's belief about
 * the first time point of the previous window is the prior of the next.
 */
function closedLoop(prepared: PreparedModel, inputs: Fields, options: WindowOptions): Step[] {
  const observed = inputs.integerLists('obs_seq');
  const evidence = readEvidenceSequence(prepared, observed);
  const policies = inputs.policies('policies');
  const horizon = inputs.number('inference_horizon');
  const taken: Action[] = [];
  const steps: Step[] = [];
  let priors: readonly Beliefs[] = policies.map(() => prepared.model.D);
  for (let t = 0; t < observed.length; t++) {
    const start = Math.max(0, t + 1 - horizon);
    const previous = steps.at(-1);
    if (start > 0) priors = previous!.windows.map(({ posterior }) => posterior[0]!);
    const windows = policies.map((policy, p) => {
      const actions = [...taken.slice(start), ...policy];
      return passMessages(prepared, evidence.slice(start, t + 1), actions, priors[p]!, options);
    });
    const G = windows.map(({ posterior }, p) => negativeCost(prepared, posterior, policies[p]!));
    const F = windows.map(({ variationalFreeEnergy }) => -variationalFreeEnergy);
    // `softmax( gamma G - F + ln E )` with the golden F, whose sign makes it prefer what explains the past worse.
    const q = policyPosterior(
      Float64Array.from(G, (nats) => -nats),
      { gamma: inputs.number('gamma', DEFAULT_GAMMA), E: prepared.model.E, variationalFreeEnergy: F },
    );
    const action = policies[argmax(q)]![0]!;
    taken.push(action);
    steps.push({ t, windows, F, shown: observed.length - start, G, q, action });
  }
  return steps;
}

/** The negative expected free energy of the last H + 1 time points: the present one is counted too. */
function negativeCost(prepared: PreparedModel, posterior: readonly Beliefs[], policy: Policy): number {
  return posterior.slice(-(policy.length + 1)).reduce((sum, beliefs) => {
    const utility = predictOutcomes(prepared, beliefs).reduce(
      (nats, qo, m) =>
        nats + qo.reduce((u, p, outcome) => u + p * prepared.logPreference[m]!.data[outcome]!, 0),
      0,
    );
    return sum + utility + jointStateInformationGain(prepared, beliefs);
  }, 0);
}

function report({ t, windows, shown, F, G, q, action }: Step): Answer {
  return {
    t,
    qs_pi_spm: windows.map(({ posterior }) => posterior.slice(0, shown).map(alone)),
    F,
    G,
    q_pi: q,
    action: alone(action),
  };
}

/** What there is one of for each factor stands by itself when there is one factor. */
const alone = <T>(perFactor: readonly T[]): T | readonly T[] =>
  perFactor.length === 1 ? perFactor[0]! : perFactor;
