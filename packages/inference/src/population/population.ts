import type { CompiledModel } from '../compile/compiled-model.js';
import type { InferenceError } from '../errors.js';
import type { LearnedCounts } from '../learning/expected-model.js';
import type { Beliefs } from '../perception/beliefs.js';
import type { Action } from '../perception/predict-states.js';

/**
 * Names an agent of a population: `generation * 2^32 + lane`, an integer. Never used again after the agent was
 * removed, although its lane is.
 *
 * A handle does not say which population it is of: another population may have an agent of the same handle, and cannot
 * tell. Whoever keeps several populations keeps their handles apart.
 */
export type AgentHandle = number;

/** Marks, among outcomes, a modality that was not observed. */
export const NOT_OBSERVED = -1;
/** Marks, among outcomes, a modality observed as a distribution; see `PopulationBatch.weights`. */
export const SOFT_OUTCOME = -2;
/** Stands for an action where there is none: before the first choice, or after a failed inference. */
export const NO_ACTION = -1;

/** What came of one agent's inference. */
export const AGENT_STATUS = {
  /** Its belief is the posterior. */
  ok: 0,
  /** No state that its prior allows could have produced the observation. Its belief is untouched. */
  impossibleObservation: 2,
  /** Its belief is no distribution (NaN, or everything collapsed to 0). It is untouched. */
  invalidBelief: 3,
  /** Its policies have no posterior, for a number is not finite, or a search found no end. Its belief is the posterior. */
  noPlan: 4,
  /** It was removed before it could learn from its inference. */
  removed: 5,
} as const;

/** Who begins where. */
export interface AddAgentOptions {
  /** Who draws, for random choices; an integer in [0, 2^32). Default: how many agents were added before. */
  readonly key?: number;
  /** What it believes at first, for each factor `[S]`, probability. Default: the model's D. */
  readonly beliefs?: Beliefs;
}

/**
 * Some agents of a population, in columns, one entry an agent. Columns may be longer than the batch.
 */
export interface PopulationBatch {
  /** Each at most once, in any order. */
  readonly agents: ArrayLike<AgentHandle>;
  /** Entries in use, count. Default: the length of `agents`. */
  readonly count?: number;
  /** For each modality the outcome that each agent saw, an index, `NOT_OBSERVED` or `SOFT_OUTCOME`. */
  readonly outcomes: readonly ArrayLike<number>[];
  /** For each modality with soft outcomes the distributions, `[entry, O]` row-major, probability; others null. */
  readonly weights?: readonly (ArrayLike<number> | null)[];
  /** For each factor what each agent did last, an action index or `NO_ACTION`. Default: what it chose itself. */
  readonly lastActions?: readonly ArrayLike<number>[];
}

/** An agent whose inference failed: a typed error, and no action in place of the one it could not choose. */
export interface AgentFailure {
  /** Its index in the batch. */
  readonly entry: number;
  readonly agent: AgentHandle;
  readonly error: InferenceError;
}

/** What came of a batch. One object for each population, overwritten by the next call. */
export interface BatchReport {
  /** Agents in the batch, count. */
  readonly count: number;
  readonly failures: readonly AgentFailure[];
  /** Agents that single precision could not decide and the reference did, count. */
  readonly referred: number;
}

/** Results of the last batch in columns, indexed as it was. Views: the next batch overwrites them. */
export interface BatchResults {
  /** A value of `AGENT_STATUS`, `[entry]`. */
  readonly status: Int32Array;
  /** Variational free energy, nats, `[entry]`; of agents whose status is `ok`. */
  readonly freeEnergy: Float32Array | Float64Array;
  /** Mass that compression spread evenly, of the factor where it is most, probability, `[entry]`; null without it. */
  readonly compressionError: Float32Array | null;
  /** Mean-field sweeps, count, `[entry]`. */
  readonly iterations: Int32Array;
  /** For each factor the action chosen, or `NO_ACTION`, `[entry]`. */
  readonly actions: readonly Int32Array[];
  /**
   * G, nats, lower is better, `[entry, policy]`; null unless the population keeps policies. What was not evaluated is
   * NaN: of an agent planned with a shorter horizon (`DeadlineStepper`) the policies of that horizon stand first, in
   * their order, and nothing after them; of one that carried on, nothing.
   */
  readonly expectedFreeEnergy: Float32Array | Float64Array | null;
  /** Posterior over policies, probability, `[entry, policy]`, laid out like G; null unless the population keeps policies. */
  readonly policyPosterior: Float32Array | Float64Array | null;
}

/**
 * The beliefs of many agents of one compiled model.
 *
 * In lanes, in single precision: what is possible and less probable than 1e-30 counts as 1e-30. However long something
 * was seen, 69 nats of evidence to the contrary are enough to change an agent's mind.
 *
 * Agents are independent: a batch gives, bit for bit, what its agents give one by one, in any order and grouping.
 * An agent whose inference fails keeps its belief and is reported; the others go on.
 */
export interface Population extends Disposable {
  readonly compiled: CompiledModel;
  /** Agents that fit, count. */
  readonly capacity: number;
  /** Agents there are, count. */
  readonly size: number;
  /** Results of the last batch. */
  readonly results: BatchResults;
  /**
   * Adds an agent.
   *
   * @throws PopulationError `INFERENCE_POPULATION_FULL`; InputError `INFERENCE_BELIEF_INVALID`, `INFERENCE_OPTION_INVALID`
   */
  add(options?: AddAgentOptions): AgentHandle;
  /** Adds agents that begin with the model's D; all or, when they do not fit, none. */
  addMany(count: number): Float64Array;
  /**
   * Takes over an agent of another population, whose model has the same shape: what it believes, did last and has learned, who draws and
   * how often it has. It goes on as it would have there, by this model and its settings. The policy that it was on is left.
   *
   * @returns the agent's handle here; there it is gone
   * @throws InputError `INFERENCE_OPTION_INVALID` for a model of another shape, one that learns where the other does not, or this very
   *   population; ModelError for counts that do not fit; PopulationError `INFERENCE_POPULATION_FULL`, `INFERENCE_AGENT_UNKNOWN`,
   *   `INFERENCE_MEMORY_EXHAUSTED`; all before anything has changed
   */
  adopt(agent: AgentHandle, from: Population): AgentHandle;
  /** Removes an agent. @throws PopulationError `INFERENCE_AGENT_UNKNOWN` */
  remove(agent: AgentHandle): void;
  /** Whether the handle names an agent; of a population that was disposed of none does. */
  has(agent: AgentHandle): boolean;
  /**
   * Begins an episode: the model's D, as far as the agent has learned it, no last action, no draws made.
   *
   * @param key who draws from now on, as in {@link AddAgentOptions}; default: as before, so the draws are those of the episode before
   * @throws InputError `INFERENCE_OPTION_INVALID`
   */
  reset(agent: AgentHandle, key?: number): void;
  /** An agent's belief, for each factor `[S]`, probability; a copy. */
  readBeliefs(agent: AgentHandle): Float64Array[];
  /** Replaces an agent's belief. @throws InputError `INFERENCE_BELIEF_INVALID` */
  writeBeliefs(agent: AgentHandle, beliefs: Beliefs): void;
  /** What an agent did last, or null. */
  lastAction(agent: AgentHandle): number[] | null;
  /** Tells an agent what it did last, or null for nothing. */
  setLastAction(agent: AgentHandle, action: Action | null): void;
  /**
   * One step of each agent: predict from its last action, observe, infer states, learn what is to be learned,
   * evaluate policies, choose.
   *
   * @throws PopulationError `INFERENCE_AGENT_UNKNOWN`; InputError `INFERENCE_OBSERVATION_INVALID`,
   *   `INFERENCE_OPTION_INVALID`; all before any agent has changed
   */
  step(batch: PopulationBatch): BatchReport;
  /** The first half of a step: predict, observe, infer states. */
  inferStates(batch: PopulationBatch): BatchReport;
  /** The second half: evaluate policies from present beliefs, choose. */
  planActions(batch: Pick<PopulationBatch, 'agents' | 'count'>): BatchReport;
  /**
   * Teaches the agents of the last `inferStates` what they experienced, from the beliefs they now have; `step` does so
   * by itself.
   *
   * @throws InputError `INFERENCE_OPTION_INVALID` for a model that was compiled without `learning`
   */
  learn(): void;
  /** What an agent has learned: its Dirichlet counts, in the form of their priors; a copy. */
  readCounts(agent: AgentHandle): LearnedCounts;
  /**
   * Replaces what an agent has learned: by what `readCounts` gave of an agent of the same model, say. What is left out is as its prior.
   *
   * @throws InputError `INFERENCE_OPTION_INVALID` for a model that was compiled without `learning`; ModelError for counts that
   *   do not fit the model; PopulationError `INFERENCE_MEMORY_EXHAUSTED`; all before anything has changed
   */
  writeCounts(agent: AgentHandle, counts: LearnedCounts): void;
}

/**
 * Keep only the most probable states of each belief, and spread the rest of its mass evenly over the others.
 *
 * The belief that is kept is at most that mass away from the posterior, in total variation;
 * `results.compressionError` has it for every agent. With `topK` alone it never exceeds `1 - topK / S`, with `threshold`
 * alone `S x threshold`, with both their sum. A prediction through B does not widen it. A state that was impossible becomes barely possible.
 */
export interface CompressionOptions {
  /** States of each factor that are listed at most, count. Default: as many as `threshold` allows. */
  readonly topK?: number;
  /** States less probable than this are not listed, probability. Default 0. */
  readonly threshold?: number;
}

/** How large a population is and what it remembers. */
export interface PopulationOptions {
  /** Agents that fit, count; an integer in [1, 2^22]. */
  readonly capacity: number;
  /** Keep G and the posterior of every policy in the results. Default false. */
  readonly keepPolicies?: boolean;
  /** Remember which policy each agent is on, so that `DeadlineStepper` can have it carried on. Default false. */
  readonly keepCourses?: boolean;
  /** Keep beliefs compressed, 6 bytes a state that is listed instead of 4 a state there is. Default: as they are. */
  readonly compression?: CompressionOptions;
}

/** Agents in one population at most, count. */
export const CAPACITY_MAX: number = 2 ** 22;
