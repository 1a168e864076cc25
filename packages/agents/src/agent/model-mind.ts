import {
  type Beliefs,
  type ExpectedFreeEnergy,
  enumeratePolicies,
  expectedFreeEnergy,
  type GenerativeModel,
  inferStates,
  type Observation,
  type Policy,
  type PreparedModel,
  policyPosterior,
  predictStates,
  prepareModel,
  selectAction,
  softmax,
} from '@skein/inference';
import type { StateValue } from 'xstate';
import type { Mind, MindTurn } from './mind.js';
import type { SharedEvidence } from './shared-evidence.js';

/** How a model is used: everything that all agents of a definition have in common. Made once a shard. */
export interface ModelPlan {
  readonly prepared: PreparedModel;
  readonly policies: readonly Policy[];
  readonly gamma: number;
  readonly sampling: 'marginal' | 'full';
  readonly selection: 'deterministic' | 'stochastic';
  readonly alpha: number | undefined;
  /** Factors whose evidence is shared with the swarm, and where each begins in it. */
  readonly shared: readonly {
    readonly factor: number;
    readonly offset: number;
    readonly logPrior: Float64Array;
  }[];
}

/** What an agent thought in one step. */
export interface Thought {
  /** For each factor `[S]`, probability. */
  readonly posterior: Beliefs;
  /** F, nats. */
  readonly variationalFreeEnergy: number;
  readonly policies: readonly Policy[];
  /** G of each policy and its parts, nats, lower is better. */
  readonly expectedFreeEnergy: ExpectedFreeEnergy;
  /** Posterior over policies, probability. */
  readonly policyPosterior: Float64Array;
  /** One index for each factor. */
  readonly action: readonly number[];
  /** Where its lifecycle was when it thought so; left out where there is none. */
  readonly state?: StateValue;
}

/** What an agent with a model believes, as its `reports`, `votes` and `accepts` see it. */
export interface ModelView {
  /** For each factor `[S]`, probability: after the last observation; D before the first. */
  readonly posterior: Beliefs;
  /** F of the last observation, nats. */
  readonly variationalFreeEnergy: number;
  /** What it last did, one index for each factor; empty before the first. */
  readonly action: readonly number[];
  /** Where its lifecycle is; left out, or undefined, where there is none. */
  readonly state?: StateValue | undefined;
  /**
   * Replaces what it believes about one factor; for `accepts`. Where evidence about the factor is fused by steps of the swarm, the next
   * step replaces it again.
   *
   * @param posterior `[S]`, probability; sums to 1
   */
  believe(factor: number, posterior: ArrayLike<number>): void;
}

export interface ModelPlanOptions {
  readonly horizon: number;
  readonly gamma: number;
  readonly sampling: 'marginal' | 'full';
  readonly selection: 'deterministic' | 'stochastic';
  readonly alpha: number | undefined;
  readonly shared: readonly number[];
}

export function planModel(model: GenerativeModel, options: ModelPlanOptions): ModelPlan {
  let offset = 0;
  return {
    ...options,
    prepared: prepareModel(model),
    policies: enumeratePolicies(model.shape.actionCounts, options.horizon),
    shared: options.shared.map((factor) => {
      const logPrior = model.D[factor]!.map((probability) => Math.log(probability));
      const entry = { factor, offset, logPrior };
      offset += logPrior.length;
      return entry;
    }),
  };
}

/** Numbers of shared evidence that a plan needs, count. */
export function sharedLength({ shared }: ModelPlan): number {
  return shared.reduce((length, { logPrior }) => length + logPrior.length, 0);
}

/**
 * Active inference with a discrete generative model: predict, infer the states; then evaluate the policies and
 * choose an action.
 */
export class ModelMind implements Mind<readonly Observation[], Thought> {
  readonly #plan: ModelPlan;
  #posterior: Beliefs | undefined;
  #variationalFreeEnergy = 0;
  #action: readonly number[] = [];

  constructor(plan: ModelPlan) {
    this.#plan = plan;
  }

  get view(): ModelView {
    return {
      posterior: this.#posterior ?? this.#plan.prepared.model.D,
      variationalFreeEnergy: this.#variationalFreeEnergy,
      action: this.#action,
      believe: (factor, posterior) => {
        const beliefs = [...(this.#posterior ?? this.#plan.prepared.model.D)];
        beliefs[factor] = Float64Array.from(posterior);
        this.#posterior = beliefs;
      },
    };
  }

  /** @throws ImpossibleObservationError, InputError; the belief is then as before */
  perceive(observations: readonly Observation[], { evidence }: MindTurn): void {
    const { prepared, shared } = this.#plan;
    const before = this.#posterior ?? prepared.model.D;
    const hasActed = this.#action.length > 0;
    const predicted = hasActed ? predictStates(prepared, before, this.#action) : before;
    const prior = this.#withEvidence(predicted, evidence);
    const { posterior, variationalFreeEnergy, logLikelihoods } = inferStates(prepared, {
      observations,
      prior,
    });
    for (const { factor, offset } of evidence ? shared : [])
      for (const [state, nats] of logLikelihoods[factor]!.entries()) evidence!.own[offset + state]! += nats;
    this.#posterior = posterior;
    this.#variationalFreeEnergy = variationalFreeEnergy;
  }

  act({ uniform, evidence }: MindTurn): Thought {
    const { prepared, policies, gamma, sampling, selection, alpha } = this.#plan;
    const posterior = this.#withEvidence(this.#posterior ?? prepared.model.D, evidence);
    const G = expectedFreeEnergy(prepared, policies, posterior);
    const chosen = policyPosterior(G.expectedFreeEnergy, { gamma, E: prepared.model.E });
    const action = selectAction({
      policyPosterior: chosen,
      policies,
      actionCounts: prepared.model.shape.actionCounts,
      sampling,
      selection,
      uniform,
      ...(alpha !== undefined && { alpha }),
    });
    this.#posterior = posterior;
    this.#action = action;
    return {
      posterior,
      variationalFreeEnergy: this.#variationalFreeEnergy,
      policies,
      expectedFreeEnergy: G,
      policyPosterior: chosen,
      action,
    };
  }

  /**
   * Beliefs with those about shared factors taken from all the evidence there is. What D allows stays above 0,
   * however little is left of it: a state that rounding excludes would gather no more evidence, and a belief
   * that had once become certain could never be moved again.
   */
  #withEvidence(beliefs: Beliefs, evidence: SharedEvidence | undefined): Beliefs {
    if (evidence === undefined) return beliefs;
    const all = [...beliefs];
    for (const { factor, offset, logPrior } of this.#plan.shared)
      all[factor] = softmax(
        logPrior.map((log, state) => log + evidence.pool[offset + state]! + evidence.own[offset + state]!),
      ).map((p, state) => (p === 0 && logPrior[state]! > Number.NEGATIVE_INFINITY ? Number.MIN_VALUE : p));
    return all;
  }
}
