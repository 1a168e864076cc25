import { InputError } from '../errors.js';
import { logSumExp } from '../math/log-sum-exp.js';
import { softmax } from '../math/softmax.js';
import type { PreparedModel } from '../model/prepare-model.js';
import { type Beliefs, checkBeliefs } from './beliefs.js';
import type { Evidence } from './evidence.js';
import { impossibleObservation } from './impossible-observation.js';
import { logTransition, pullLog, pushLog } from './log-transition.js';
import type { Action } from './predict-states.js';
import { type ObservationSequence, readActions, readEvidenceSequence } from './window.js';

/** A sequence of observations, and the actions between them. */
export interface SmoothStatesInput {
  /** What was seen, `[time][modality]`, T time points, at least 1; soft or missing ones are welcome. */
  readonly observations: ObservationSequence;
  /** The T - 1 actions between them. May be left out for one time point, or where nothing is controlled. */
  readonly actions?: readonly Action[];
  /** Belief at the first time point, before its observation, `[1][S]`. Default: the model's D. */
  readonly prior?: Beliefs;
}

/** Exact beliefs about the states of a hidden Markov model over time. */
export interface SmoothedStates {
  /** `P(s_t given o_1 .. o_t)`, `[time]`, each `[S]`, probability: what could be known by then. */
  readonly filtered: Float64Array[];
  /** `P(s_t given o_1 .. o_T)`, `[time]`, each `[S]`, probability: what is known in hindsight. */
  readonly smoothed: Float64Array[];
  /** `ln P(o_1 .. o_T)`, nats. */
  readonly logEvidence: number;
  /** `ln P(o_t given o_1 .. o_{t-1})`, `[time]`, nats: how expected each observation was. Adds up to `logEvidence`. */
  readonly logEvidencePerTime: Float64Array;
  /** F = `-logEvidence`, nats: the least any beliefs can have, reached because these are exact. */
  readonly variationalFreeEnergy: number;
}

/**
 * Exact filter, smoother and evidence of a model with one hidden factor, a hidden Markov model with actions.
 *
 * The filter runs forwards, the smoother multiplies it with what runs backwards:
 *
 *     alpha_t(s) = P(o_t | s) sum_s' B[s, s', u_{t-1}] alpha_{t-1}(s')         normalised; the norms are the evidence
 *     beta_t(s)  = sum_s' B[s', s, u_t] P(o_{t+1} | s') beta_{t+1}(s')
 *     smoothed_t ∝ alpha_t beta_t
 *
 * all in logarithms, so that no sequence is too long and no state too improbable: only a probability of exactly 0
 * is impossible. Zeros are zeros here; nothing is added to them as in `marginalMessagePassing`, whose beliefs this
 * is the measure of. Takes of the order of T times the transitions of one action that are not 0.
 *
 * @param prepared a model from `prepareModel`, of one factor
 * @throws InputError `INFERENCE_MODEL_UNSUITED` for several factors, `INFERENCE_OBSERVATION_INVALID`,
 *   `INFERENCE_POLICY_INVALID`, `INFERENCE_BELIEF_INVALID`
 * @throws ImpossibleObservationError with the time point and the belief before it, when the observations up to
 *   there have probability 0
 * @see Rabiner (1989), A tutorial on hidden Markov models and selected applications in speech recognition
 *
 * @example
 * const { filtered, smoothed, logEvidence } = smoothStates(prepared, {
 *   observations: [[0], [0], [1]],
 *   actions: [[1], [1]],
 * });
 */
export function smoothStates(prepared: PreparedModel, input: SmoothStatesInput): SmoothedStates {
  const { shape } = prepared.model;
  if (shape.stateCounts.length !== 1) {
    const got = `${shape.stateCounts.length} factors`;
    throw new InputError('INFERENCE_MODEL_UNSUITED', 'prepared.model', 'a model of one hidden factor', got);
  }
  const prior = input.prior ?? prepared.model.D;
  checkBeliefs(shape, prior, 'prior');
  const evidence = readEvidenceSequence(prepared, input.observations);
  const actions = readActions(prepared, input.actions, evidence.length - 1, 'actions').map((u) => u[0]!);
  const transition = logTransition(prepared);
  const logLikelihoods = evidence.map((slice) => logLikelihood(slice, shape.stateCounts[0]!));

  const logFiltered: Float64Array[] = [];
  const logEvidencePerTime = new Float64Array(evidence.length);
  for (let t = 0; t < evidence.length; t++) {
    const predicted =
      t === 0 ? prior[0]!.map(Math.log) : pushLog(transition, logFiltered[t - 1]!, actions[t - 1]!);
    const joint = predicted.map((value, s) => value + logLikelihoods[t]![s]!);
    const evidenceNow = logSumExp(joint);
    if (evidenceNow === Number.NEGATIVE_INFINITY) {
      throw impossibleObservation(prepared, input.observations[t]!, [softmax(predicted)], t);
    }
    logEvidencePerTime[t] = evidenceNow;
    logFiltered.push(joint.map((value) => value - evidenceNow));
  }

  const smoothed: Float64Array[] = new Array(evidence.length);
  let logBackward: Float64Array = new Float64Array(shape.stateCounts[0]!);
  for (let t = evidence.length - 1; t >= 0; t--) {
    smoothed[t] = softmax(logFiltered[t]!.map((value, s) => value + logBackward[s]!));
    if (t === 0) break;
    // The norm changes no belief; it keeps the numbers small, so that a long sequence costs no digits.
    const heard = logBackward.map((value, s) => value + logLikelihoods[t]![s]! - logEvidencePerTime[t]!);
    logBackward = pullLog(transition, heard, actions[t - 1]!);
  }

  const logEvidence = logEvidencePerTime.reduce((sum, value) => sum + value, 0);
  return {
    filtered: logFiltered.map(softmax),
    smoothed,
    logEvidence,
    logEvidencePerTime,
    variationalFreeEnergy: -logEvidence,
  };
}

/** `sum_m ln P(o_m given s)`, `[S]`, nats, without an epsilon; of a modality that no state affects, a constant. */
function logLikelihood(evidence: readonly Evidence[], stateCount: number): Float64Array {
  const sum = new Float64Array(stateCount);
  for (const { factors, likelihood } of evidence) {
    for (let s = 0; s < stateCount; s++) sum[s]! += Math.log(likelihood[factors.length === 0 ? 0 : s]!);
  }
  return sum;
}
