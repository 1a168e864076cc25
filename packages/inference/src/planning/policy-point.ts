import type { PreparedModel } from '../model/prepare-model.js';
import type { ModelTensor } from '../model/sparse-tensor.js';
import type { Beliefs } from '../perception/beliefs.js';
import { modalitySupport, outcomeDistribution } from '../perception/predict-outcomes.js';
import { type Action, parentSupport, pushBeliefs } from '../perception/predict-states.js';
import type { GoalDistances } from './goal-distances.js';
import { checkInductive, INDUCTIVE_EPSILON, inductiveUtility, movesLeft } from './inductive-inference.js';
import { parameterInformationGain } from './parameter-information-gain.js';
import { stateInformationGain } from './state-information-gain.js';
import { utility } from './utility.js';

/** Which terms count towards the total. */
export interface ExpectedFreeEnergyOptions {
  /** Count preferences. Default true. */
  readonly useUtility?: boolean;
  /** Count what outcomes reveal about states. Default true. */
  readonly useStateInformationGain?: boolean;
  /** Count what outcomes teach about A, B. Default true; it is 0 unless novelty weights are given. */
  readonly useParameterInformationGain?: boolean;
  /** `noveltyWeights` of the counts of each modality's A; null for a modality that is not learned. */
  readonly noveltyA?: readonly (ModelTensor | null)[] | null;
  /** `noveltyWeights` of the counts of each factor's B; null for a factor that is not learned. */
  readonly noveltyB?: readonly (ModelTensor | null)[] | null;
  /** Ways to a goal, of `goalDistances`: straying from them counts when they are given. Default null. */
  readonly goalDistances?: GoalDistances | null;
  /** How improbable it is to stray from them, in (0, 1], probability. Default 1e-3, which is 6.9 nats. */
  readonly inductiveEpsilon?: number;
}

/** What an expected free energy is made of, nats; `T` is one value, or one for each policy. */
export interface EfeTerms<T> {
  /** Expected log preference, at most 0. */
  readonly utility: T;
  /** Expected information about states, modality by modality. */
  readonly stateInformationGain: T;
  /** Expected information about A. */
  readonly parameterInformationGainA: T;
  /** Expected information about B. */
  readonly parameterInformationGainB: T;
  /** `ln epsilon` times the probability of straying from the ways to the goal, at most 0; 0 without a goal. */
  readonly inductiveUtility: T;
}

/** A point on a policy's way: the belief there, the terms summed up to there. */
export interface PolicyPoint {
  readonly beliefs: Beliefs;
  readonly sums: EfeTerms<number>;
}

/** Goes one action further from a point; `step` is the number of steps before it, count. */
export type StepEvaluation = (before: PolicyPoint, action: Action, step: number) => PolicyPoint;

/** Now: a belief, and nothing summed up yet. */
export function startingPoint(posterior: Beliefs): PolicyPoint {
  const sums = {
    utility: 0,
    stateInformationGain: 0,
    parameterInformationGainA: 0,
    parameterInformationGainB: 0,
    inductiveUtility: 0,
  };
  return { beliefs: posterior, sums };
}

/**
 * How steps are evaluated of an agent that now believes `posterior`: the belief is pushed through B, and the outcomes
 * that it then predicts are judged.
 *
 * @throws InputError `INFERENCE_OPTION_INVALID` for distances or an epsilon that do not fit the model
 */
export function stepEvaluation(
  prepared: PreparedModel,
  posterior: Beliefs,
  options: ExpectedFreeEnergyOptions,
): StepEvaluation {
  const { goalDistances: distances = null, inductiveEpsilon: epsilon = INDUCTIVE_EPSILON } = options;
  checkInductive(prepared.model.shape, distances, epsilon);
  const moves = distances === null ? [] : movesLeft(distances, posterior);
  return (before, action, step) => {
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
    if (distances !== null) sums.inductiveUtility += inductiveUtility(distances, moves, beliefs, epsilon);
    return { beliefs, sums };
  };
}

/** G of some terms, nats, lower is better: minus the sum of those in use. */
export function totalOf(terms: EfeTerms<number>, options: ExpectedFreeEnergyOptions): number {
  const { useUtility = true, useStateInformationGain = true, useParameterInformationGain = true } = options;
  let gain = 0;
  if (useUtility) gain += terms.utility;
  if (useStateInformationGain) gain += terms.stateInformationGain;
  if (useParameterInformationGain) {
    gain += terms.parameterInformationGainA + terms.parameterInformationGainB;
  }
  return -(gain + terms.inductiveUtility);
}
