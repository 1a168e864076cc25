import { InputError } from '../errors.js';
import { safeLogs } from '../math/safe-log.js';
import { softmax } from '../math/softmax.js';
import type { PreparedModel } from '../model/prepare-model.js';
import { type Beliefs, checkBeliefs } from './beliefs.js';
import type { Evidence } from './evidence.js';
import { impossibleObservation } from './impossible-observation.js';
import { type Action, checkAction } from './predict-states.js';
import { findImpossibleTime } from './reachable-states.js';
import { type ObservationSequence, readActions, readEvidenceSequence } from './window.js';
import { combineModalities, futureMessage, outcomeMessage, pastMessages } from './window-messages.js';

/**
 * How the modalities of a time point are combined, and how the future counts.
 *
 * - `joint`: the product of all modalities is averaged over the other factors, then the logarithm is taken; the
 *   message from the future counts in full. This is what SPM computes.
 * - `by-modality`: each modality is averaged and its logarithm taken by itself, then they are added; the message
 *   from the future counts half, and co-parents of a transition are read one time point later. This is what pymdp's
 *   agents compute, and it needs no joint states.
 */
export type WindowVariant = 'joint' | 'by-modality';

/** How a belief follows its messages: a step down the gradient of free energy, or all the way at once. */
export type WindowUpdate = 'gradient' | 'fixed-point';

/** Sweeps over the window, count. */
export const WINDOW_ITERATIONS = 10;
/** Step down the gradient, dimensionless; SPM's and pymdp's. */
export const WINDOW_STEP_SIZE = 0.25;

/** `MarginalMessagePassingInput` without what is seen and done, nothing left to default. */
export interface WindowOptions {
  readonly variant: WindowVariant;
  readonly update: WindowUpdate;
  readonly iterations: number;
  readonly stepSize: number;
  readonly lastTimeStep: boolean;
}

/** A window of observations, the actions taken in it, and a policy that goes on from there. */
export interface MarginalMessagePassingInput {
  /** What was seen, `[time][modality]`, T time points, at least 1; soft or missing ones are welcome. */
  readonly observations: ObservationSequence;
  /** The T - 1 actions between them. May be left out for one time point, or where nothing is controlled. */
  readonly previousActions?: readonly Action[];
  /** The H actions to come, at least 1; the first of them leaves the last observed time point. */
  readonly policy: readonly Action[];
  /** Belief at the first time point, before its observation, for each factor `[S]`. Default: the model's D. */
  readonly prior?: Beliefs;
  /** Default `joint`. */
  readonly variant?: WindowVariant;
  /** Default `gradient`. */
  readonly update?: WindowUpdate;
  /** Sweeps, count, at least 1. Default 10. */
  readonly iterations?: number;
  /** Step tau down the gradient, dimensionless, above 0. Default 0.25; a fixed-point update does not read it. */
  readonly stepSize?: number;
  /** Leave out the last time point that the policy reaches, as SPM does when an episode ends. Default false. */
  readonly lastTimeStep?: boolean;
}

/** Beliefs about every time point of a window, and what they cost. */
export interface WindowPosterior {
  /** Q(s_t) under the policy, `[time][factor]`, each `[S]`, probability; T + H time points (T + H - 1). */
  readonly posterior: Float64Array[][];
  /** F of the last sweep, nats, lower is better; see `marginalMessagePassing` for what it sums. */
  readonly variationalFreeEnergy: number;
  /** F during each sweep, nats. */
  readonly freeEnergyPerIteration: number[];
}

/**
 * Beliefs about past, present and future under a policy, by marginal message passing.
 *
 * Each factor at each time point hears what its outcomes say (a), what the time point before says (past) and what
 * the one after says (future). In each sweep, over time and then over factors, every belief is updated in place by
 *
 *     e = k a + past + future - k ln q,    q <- softmax( ln q + tau (e - mean of e) )
 *
 * or at once by `q <- softmax( a + past + future )`. With n time points, k is 2, or 1 from time point T + H - 2 on,
 * where no message comes from the future; there are no outcomes from time T on. All beliefs begin uniform;
 * `ln x` is `ln(x + 1e-16)` throughout, for the prior too. The messages are those of `window-messages.ts`.
 *
 * Free energy is `F = -sum_{t,f} q . w`, with q and e before their update, where w is `e / 2` at both ends of the
 * window and `(e - (n_f - 1) / n_f a) / 2` between, n_f the number of factors. It is SPM's and pymdp's F with the
 * opposite sign, so that lower is better as everywhere in this package. It compares policies over one window; it is
 * neither a bound on the evidence nor comparable with that of `inferStates` (at a single time point that is the
 * last it is half of it). `smoothStates` gives the exact one, `-ln P(observations)`, for a single factor.
 *
 * @param prepared a model from `prepareModel`
 * @returns beliefs `[time][factor][S]`, and free energy
 * @throws InputError `INFERENCE_OBSERVATION_INVALID`, `INFERENCE_BELIEF_INVALID`, `INFERENCE_POLICY_INVALID`,
 *   `INFERENCE_OPTION_INVALID`
 * @throws ImpossibleObservationError with the time point, when no state that prior and actions lead to could have
 *   produced its observation; for several factors some contradictions pass (see `findImpossibleTime`)
 * @see Parr, Markovic, Kiebel & Friston (2019), Neuronal message passing using mean-field, Bethe, and marginal
 *   approximations
 *
 * @example
 * const { posterior } = marginalMessagePassing(prepared, {
 *   observations: [[0], [1]],   // seen one after the other
 *   previousActions: [[1]],     // done in between
 *   policy: [[0]],              // and what if we now did this?
 * });
 * posterior[2]; // the beliefs it would lead to
 */
export function marginalMessagePassing(
  prepared: PreparedModel,
  input: MarginalMessagePassingInput,
): WindowPosterior {
  const prior = input.prior ?? prepared.model.D;
  const options: WindowOptions = {
    variant: input.variant ?? 'joint',
    update: input.update ?? 'gradient',
    iterations: input.iterations ?? WINDOW_ITERATIONS,
    stepSize: input.stepSize ?? WINDOW_STEP_SIZE,
    lastTimeStep: input.lastTimeStep ?? false,
  };
  checkOptions(options);
  checkBeliefs(prepared.model.shape, prior, 'prior');
  const evidence = readEvidenceSequence(prepared, input.observations);
  const previous = readActions(prepared, input.previousActions, evidence.length - 1, 'previousActions');
  checkPolicy(prepared, input.policy);
  const impossible = findImpossibleTime(prepared, evidence, previous, prior);
  if (impossible !== null) {
    const { time, reachable } = impossible;
    throw impossibleObservation(prepared, input.observations[time]!, reachable, time);
  }
  return passMessages(prepared, evidence, [...previous, ...input.policy], prior, options);
}

/**
 * `marginalMessagePassing` for arguments already checked; also of observations that are impossible.
 *
 * @param evidence what each of the T observed time points said
 * @param actions  the T - 1 previous ones and the H of the policy
 * @throws InputError `INFERENCE_OPTION_INVALID` for too many joint states
 */
export function passMessages(
  prepared: PreparedModel,
  evidence: readonly (readonly Evidence[])[],
  actions: readonly Action[],
  prior: Beliefs,
  { variant, update, iterations, stepSize, lastTimeStep }: WindowOptions,
): WindowPosterior {
  const { stateCounts } = prepared.model.shape;
  const factorCount = stateCounts.length;
  const timeCount = actions.length + (lastTimeStep ? 0 : 1); // n = T + H, and actions are T - 1 + H
  const futureEnd = actions.length - 1; // T + H - 2
  // For each observed time point and each factor: the likelihoods that speak to it.
  const likelihoods = evidence.map((slice) => {
    if (variant === 'by-modality') {
      return stateCounts.map((_, f) => slice.filter(({ factors }) => factors.includes(f)));
    }
    const combined = [combineModalities(slice, stateCounts)];
    return stateCounts.map(() => combined);
  });
  const logPrior = prior.map(safeLogs);
  const posterior = Array.from({ length: timeCount }, () => stateCounts.map(uniform));
  const freeEnergyPerIteration: number[] = [];
  for (let sweep = 0; sweep < iterations; sweep++) {
    let freeEnergy = 0;
    for (let t = 0; t < timeCount; t++) {
      const now = posterior[t]!;
      const past = t === 0 ? logPrior : pastMessages(prepared, posterior[t - 1]!, actions[t - 1]!);
      const k = t >= futureEnd ? 1 : 2;
      for (let f = 0; f < factorCount; f++) {
        const a = outcomeMessage(likelihoods[t]?.[f] ?? [], now, f, stateCounts[f]!);
        const future =
          t >= futureEnd
            ? new Float64Array(stateCounts[f]!)
            : messageFromFuture(prepared, f, actions[t]!, now, posterior[t + 1]!, variant);
        const q = now[f]!;
        const logq = safeLogs(q);
        const error = q.map((_, s) => k * a[s]! + past[f]![s]! + future[s]! - k * logq[s]!);
        const overlap = t === 0 || t === timeCount - 1 ? 0 : (factorCount - 1) / factorCount;
        freeEnergy -= q.reduce((sum, p, s) => sum + (p * (error[s]! - overlap * a[s]!)) / 2, 0);
        now[f] =
          update === 'gradient'
            ? gradientStep(logq, error, stepSize)
            : softmax(a.map((value, s) => value + past[f]![s]! + future[s]!));
      }
    }
    freeEnergyPerIteration.push(freeEnergy);
  }
  return { posterior, variationalFreeEnergy: freeEnergyPerIteration.at(-1)!, freeEnergyPerIteration };
}

/** `q <- softmax( ln q + tau (e - mean of e) )`; the mean keeps the step from growing with what all states share. */
function gradientStep(logq: Float64Array, error: Float64Array, stepSize: number): Float64Array {
  const mean = error.reduce((sum, value) => sum + value, 0) / error.length;
  return softmax(logq.map((value, s) => value + stepSize * (error[s]! - mean)));
}

function messageFromFuture(
  prepared: PreparedModel,
  factor: number,
  action: Action,
  now: Beliefs,
  next: Beliefs,
  variant: WindowVariant,
): Float64Array {
  if (variant === 'joint') return futureMessage(prepared, factor, action, next, now);
  // Co-parents belong to the time point of the factor itself; pymdp, whose numbers this variant keeps, reads `next`.
  return futureMessage(prepared, factor, action, next, next).map((nats) => nats / 2);
}

const uniform = (stateCount: number): Float64Array => new Float64Array(stateCount).fill(1 / stateCount);

function checkPolicy({ model }: PreparedModel, policy: readonly Action[]): void {
  if (policy.length === 0) {
    throw new InputError('INFERENCE_POLICY_INVALID', 'policy', 'at least 1 step', 'none');
  }
  policy.forEach((action, step) => void checkAction(model, action, `policy[${step}]`));
}

function checkOptions({ variant, update, iterations, stepSize }: WindowOptions): void {
  const fail = (argument: string, expected: string, got: unknown): never => {
    throw new InputError('INFERENCE_OPTION_INVALID', argument, expected, String(got));
  };
  if (variant !== 'joint' && variant !== 'by-modality') fail('variant', '"joint" or "by-modality"', variant);
  if (update !== 'gradient' && update !== 'fixed-point') {
    fail('update', '"gradient" or "fixed-point"', update);
  }
  if (!Number.isInteger(iterations) || iterations < 1) {
    fail('iterations', 'a count of at least 1', iterations);
  }
  if (!(stepSize > 0 && Number.isFinite(stepSize))) fail('stepSize', 'a finite number above 0', stepSize);
}
