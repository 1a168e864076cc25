import { InputError } from '../errors.js';
import { softmax } from '../math/softmax.js';
import { support } from '../math/tensor-contraction.js';
import type { PreparedModel } from '../model/prepare-model.js';
import { type Beliefs, checkBeliefs } from '../perception/beliefs.js';
import { readEvidence } from '../perception/evidence.js';
import type { PriorZeros } from '../perception/exact-filter.js';
import { FREE_ENERGY_TOLERANCE, ITERATIONS_MAX } from '../perception/infer-states.js';
import { isPossible } from '../perception/is-possible.js';
import { meanField } from '../perception/mean-field.js';
import { predictOutcomes } from '../perception/predict-outcomes.js';
import { type Action, checkAction } from '../perception/predict-states.js';
import { enumeratePolicies } from './enumerate-policies.js';
import { type ExpectedFreeEnergyOptions, startingPoint, stepEvaluation, totalOf } from './policy-point.js';
import { DEFAULT_GAMMA } from './policy-posterior.js';
import { preferenceSteps } from './utility.js';

/** What is not followed further when nothing is said, probability; that of pymdp. */
export const PRUNE_THRESHOLD: number = 1 / 16;
/** What an action not followed further costs, nats; that of pymdp. */
export const PRUNE_PENALTY = 512;
/** Beliefs that a search may evaluate unless the caller raises it, count: about a second's work for a small model. */
export const NODE_COUNT_MAX = 100_000;

/** How far to look, what to leave out, and which terms count. */
export interface SophisticatedInferenceOptions extends ExpectedFreeEnergyOptions {
  /** Actions ahead, count, at least 1; 1 looks at the next action only. */
  readonly horizon: number;
  /** The actions to choose among at every level. Default: every combination of the factors' actions. */
  readonly actions?: readonly Action[];
  /** Precision of the choices that the agent expects itself to make, dimensionless, at least 0. Default 16. */
  readonly gamma?: number;
  /** Actions less probable than this after one step are not followed, in [0, 1]; 0 follows all. Default 1/16. */
  readonly actionThreshold?: number;
  /** Joint outcomes less probable than this are not followed, in [0, 1]; 0 follows all. Default 1/16. */
  readonly outcomeThreshold?: number;
  /** What an action that is not followed costs beside its first step, nats, at least 0. Default 512. */
  readonly prunePenalty?: number;
  /** Beliefs evaluated at most, count. Default 100 000. */
  readonly nodeCountMax?: number;
  /** Mean-field sweeps of each belief update, count. Default 10. */
  readonly iterationsMax?: number;
  /** Stop the sweeps when free energy moves by less than this, nats; 0 runs all. Default 0.001. */
  readonly freeEnergyTolerance?: number;
  /** How a predicted probability of exactly 0 is read. Default `exclude`: impossible outcomes are not followed. */
  readonly priorZeros?: PriorZeros;
}

/** What a search found, and what it left out. */
export interface SophisticatedPlan {
  /** The actions chosen among, `[action][factor]`. */
  readonly actions: readonly Action[];
  /** G of each action with all that is expected to follow, `[action]`, nats, **lower is better**. */
  readonly expectedFreeEnergy: Float64Array;
  /** `softmax(-gamma G)`, `[action]`, probability. */
  readonly policyPosterior: Float64Array;
  /** Probability of the outcomes not followed, after each first action, `[action]`; 1 for a pruned action. */
  readonly prunedProbability: Float64Array;
  /** The greatest probability of outcomes not followed after any action that was followed, at any level. */
  readonly prunedProbabilityMax: number;
  /** Actions that got the penalty, at all levels, count. */
  readonly prunedActionCount: number;
  /** Beliefs whose actions were evaluated, the present one included, count. */
  readonly nodeCount: number;
}

/**
 * Sophisticated inference: what each action is expected to cost, counting what the agent will then see, believe and do.
 *
 *     G(u, q) = G_1(u, q) + sum over outcomes o of  P(o) * sum_u' Q(u') G(u', q_o),    Q = softmax(-gamma G(., q_o))
 *
 * `G_1` is the expected free energy of one step (see `expectedFreeEnergy`, whose terms and options apply at every
 * level), `P(o)` the product over modalities of the outcomes predicted after u, and `q_o` the belief inferred from o.
 * `horizon` actions are looked at; the last is not followed. A plain policy fixes its actions now; here each later
 * action answers to what was seen before it, so an agent values finding out what it can still act upon.
 *
 * **What is left out.** Two things are not followed, and both are reported:
 *
 * - Joint outcomes less probable than `outcomeThreshold`. One step of utility and state information gain costs at most
 *   `g = max( sum_m max_o -ln softmax(C_m)[o], sum_m ln O_m )` in size; so if outcomes of the probability
 *   `delta = prunedProbabilityMax` were left out, then (with `actionThreshold` 0) a G over h steps is off by at most
 *
 *       e(h) = delta * (h - 1) * g + (1 + 2 ln n) * e(h - 1),   e(1) = 0,   n = number of actions,
 *
 *   and beside combinations of outcomes that no state can show, delta is never greater than `outcomeThreshold` times
 *   the number of joint outcomes. The factor is how much a softmax-weighted mean can amplify an error of its
 *   elements, whatever gamma.
 * - Actions that one-step `softmax(-gamma G_1)` finds less probable than `actionThreshold`: they keep G_1 and pay
 *   `prunePenalty` instead of their future. No bound holds for these: what is bad at once and good later is lost.
 *   Where such detours matter, set it to 0.
 *
 * Time grows as `(actions * outcomes) ^ (horizon - 1)`; the search stops with an error, not with a poor answer, when
 * it would evaluate more than `nodeCountMax` beliefs.
 *
 * @param posterior the belief now, for each factor `[S]`
 * @throws InputError `INFERENCE_SEARCH_EXCEEDED`; `INFERENCE_BELIEF_INVALID`; `INFERENCE_POLICY_INVALID` for the
 *   actions; `INFERENCE_OPTION_INVALID`, also for a horizon beyond preferences that change over time
 * @see Friston et al. (2021), Sophisticated inference
 *
 * @example
 * const maze = prepareModel(tMaze());
 * const plan = sophisticatedInference(maze, maze.model.D, { horizon: 3 });
 * plan.actions[argmax(plan.policyPosterior)] // to the cue first: what it says can be acted upon
 */
export function sophisticatedInference(
  prepared: PreparedModel,
  posterior: Beliefs,
  options: SophisticatedInferenceOptions,
): SophisticatedPlan {
  const settings = {
    ...options,
    actions: options.actions ?? allActions(prepared),
    gamma: options.gamma ?? DEFAULT_GAMMA,
    actionThreshold: options.actionThreshold ?? PRUNE_THRESHOLD,
    outcomeThreshold: options.outcomeThreshold ?? PRUNE_THRESHOLD,
    prunePenalty: options.prunePenalty ?? PRUNE_PENALTY,
    nodeCountMax: options.nodeCountMax ?? NODE_COUNT_MAX,
    iterationsMax: options.iterationsMax ?? ITERATIONS_MAX,
    freeEnergyTolerance: options.freeEnergyTolerance ?? FREE_ENERGY_TOLERANCE,
    priorZeros: options.priorZeros ?? 'exclude',
  };
  checkBeliefs(prepared.model.shape, posterior, 'posterior');
  checkSettings(prepared, settings);
  const found: Found = { nodeCount: 0, prunedActionCount: 0, prunedProbabilityMax: 0 };
  const { actions } = settings;
  const choice = choose(prepared, posterior, 0, settings, found);
  return { actions, ...choice, ...found };
}

type Settings = ExpectedFreeEnergyOptions &
  Required<Omit<SophisticatedInferenceOptions, keyof ExpectedFreeEnergyOptions>>;

/** What the search has met so far. */
interface Found {
  nodeCount: number;
  prunedActionCount: number;
  prunedProbabilityMax: number;
}

/** One belief's actions: their G, how probable each is, and what was not followed after it. */
type Choice = Pick<SophisticatedPlan, 'expectedFreeEnergy' | 'policyPosterior' | 'prunedProbability'>;

/** Evaluates every action of a belief that stands `level` actions ahead. */
function choose(
  prepared: PreparedModel,
  beliefs: Beliefs,
  level: number,
  settings: Settings,
  found: Found,
): Choice {
  countNode(found, settings.nodeCountMax);
  const { actions, gamma, horizon, actionThreshold, prunePenalty } = settings;
  const evaluate = stepEvaluation(prepared, beliefs, settings);
  const points = actions.map((action) => evaluate(startingPoint(beliefs), action, level));
  const G = Float64Array.from(points, (point) => totalOf(point.sums, settings));
  const prunedProbability = new Float64Array(actions.length);
  if (level + 1 < horizon) {
    const oneStep = softmax(G.map((nats) => -gamma * nats));
    points.forEach((point, i) => {
      if (oneStep[i]! < actionThreshold) {
        G[i]! += prunePenalty;
        prunedProbability[i] = 1;
        found.prunedActionCount++;
        return;
      }
      const future = expectFuture(prepared, point.beliefs, level + 1, settings, found);
      G[i]! += future.expectedFreeEnergy;
      prunedProbability[i] = future.pruned;
      found.prunedProbabilityMax = Math.max(found.prunedProbabilityMax, future.pruned);
    });
  }
  const policyPosterior = softmax(G.map((nats) => -gamma * nats));
  return { expectedFreeEnergy: G, policyPosterior, prunedProbability };
}

/** Averages over what may be seen next: the expected free energy of the choices it would lead to. */
function expectFuture(
  prepared: PreparedModel,
  predicted: Beliefs,
  level: number,
  settings: Settings,
  found: Found,
): { readonly expectedFreeEnergy: number; readonly pruned: number } {
  let expected = 0;
  let followed = 0;
  const outcomes = predictOutcomes(prepared, predicted);
  for (const { outcome, probability } of likelyOutcomes(outcomes, settings.outcomeThreshold)) {
    const evidence = readEvidence(prepared, outcome);
    // The product of marginals may expect together what no state shows together.
    if (settings.priorZeros === 'exclude' && !isPossible(evidence, predicted)) continue;
    const { posterior } = meanField(evidence, predicted, settings);
    const { expectedFreeEnergy, policyPosterior } = choose(prepared, posterior, level, settings, found);
    const mean = expectedFreeEnergy.reduce((sum, G, action) => sum + policyPosterior[action]! * G, 0);
    expected += probability * mean;
    followed += probability;
  }
  return { expectedFreeEnergy: expected, pruned: Math.max(0, 1 - followed) };
}

/** The joint outcomes of at least this probability, the last modality varying fastest. */
function* likelyOutcomes(
  outcomes: readonly Float64Array[],
  threshold: number,
  head: readonly number[] = [],
  probability = 1,
): Generator<{ readonly outcome: readonly number[]; readonly probability: number }> {
  const distribution = outcomes[head.length];
  if (distribution === undefined) {
    yield { outcome: head, probability };
    return;
  }
  for (const outcome of support(distribution)) {
    const joint = probability * distribution[outcome]!;
    // A product only falls as factors join it, so nothing likely is lost here.
    if (joint >= threshold) yield* likelyOutcomes(outcomes, threshold, [...head, outcome], joint);
  }
}

function allActions({ model }: PreparedModel): Action[] {
  return enumeratePolicies(model.shape.actionCounts, 1).map(([action]) => action!);
}

function countNode(found: Found, nodeCountMax: number): void {
  found.nodeCount++;
  if (found.nodeCount <= nodeCountMax) return;
  const expected = `at most ${nodeCountMax} beliefs to evaluate`;
  throw new InputError('INFERENCE_SEARCH_EXCEEDED', 'horizon', expected, 'more');
}

/** Levels of a search at most, count: each is a call within a call. */
export const SEARCH_HORIZON_MAX = 100;

/** @throws InputError `INFERENCE_OPTION_INVALID` */
export function checkHorizon(horizon: number): void {
  if (Number.isInteger(horizon) && horizon >= 1 && horizon <= SEARCH_HORIZON_MAX) return;
  const expected = `a count in [1, ${SEARCH_HORIZON_MAX}]`;
  throw new InputError('INFERENCE_OPTION_INVALID', 'horizon', expected, String(horizon));
}

function checkSettings(prepared: PreparedModel, settings: Settings): void {
  const fail = (argument: string, expected: string, got: unknown): never => {
    throw new InputError('INFERENCE_OPTION_INVALID', argument, expected, String(got));
  };
  const { horizon, actions, gamma, prunePenalty, nodeCountMax, iterationsMax, freeEnergyTolerance } =
    settings;
  checkHorizon(horizon);
  for (const [name, count] of Object.entries({ nodeCountMax, iterationsMax })) {
    if (!(Number.isInteger(count) && count >= 1)) fail(name, 'a count of at least 1', count);
  }
  const steps = preferenceSteps(prepared.logPreference);
  if (steps !== null && horizon > steps) fail('horizon', `at most ${steps}, as many steps as C has`, horizon);
  for (const [name, value] of Object.entries({ gamma, prunePenalty })) {
    if (!(value >= 0 && Number.isFinite(value))) fail(name, 'a finite number of at least 0', value);
  }
  for (const name of ['actionThreshold', 'outcomeThreshold'] as const) {
    if (!(settings[name] >= 0 && settings[name] <= 1)) fail(name, 'a probability', settings[name]);
  }
  if (!(freeEnergyTolerance >= 0)) fail('freeEnergyTolerance', 'at least 0 nats', freeEnergyTolerance);
  const { priorZeros } = settings;
  if (priorZeros !== 'exclude' && priorZeros !== 'epsilon') {
    fail('priorZeros', '"exclude" or "epsilon"', priorZeros);
  }
  if (actions.length === 0) {
    throw new InputError('INFERENCE_POLICY_INVALID', 'actions', 'at least 1 action', 'none');
  }
  actions.forEach((action, i) => {
    checkAction(prepared.model, action, `actions[${i}]`);
  });
}
