import type { AgentArgs } from './agent-actor.js';
import type { MindSetup } from './mind.js';

/** What the minds of a shard are told when they are made: once there, for all swarms of their definition. */
export type BatchedMindSetup = Pick<MindSetup, 'extension' | 'shardLocal'>;

/**
 * The minds of many agents, kept in columns: what `Mind` is to one agent, for all of a shard that are ready, in one call.
 *
 * An agent is known by its *lane*, a small number that is its own from `add` to `remove`, and then another's; so what a mind keeps
 * of an agent stands at its lane in some array. A new life of an agent is another agent: it is added anew.
 *
 * Who else is in a call must not show in what an agent perceives and does: which agents meet is chance. An agent that cannot go on
 * is failed alone, by `turn.fail`; what a call *throws* fails all that are in it.
 */
export interface BatchedMind<Observation, Effect> {
  /** A life begins. Lanes are dense: no larger than the most agents that the shard has had at a time. */
  add(lane: number, agent: AgentArgs): void;
  /** A life has ended. */
  remove(lane: number): void;
  /** An episode begins; see `Mind.begin`. */
  begin?(lane: number): void;
  /** Takes one observation of each item in; see `Mind.perceive`. */
  perceive(turn: PerceivingTurn<Observation>): void;
  /** Decides what each item does; see `Mind.act`. One that is given no effect does `undefined`. */
  act(turn: ActingTurn<Effect>): void;
  /** What `reports`, `accepts` and `votes` are shown of an agent, at once; default: `undefined`. */
  view?(lane: number): unknown;
}

/** Several agents that perceive or act together: item `i` is one of them. Good for one call. */
export interface BatchedTurn {
  /** Items, count, at least 1. */
  readonly size: number;
  /** i32: the lane of each item. May be longer than `size`. */
  readonly lanes: Int32Array;
  /** The swarm's step, from 1; 0 for agents that have only been asked to `observe`. */
  readonly tick: number;
  /** Evidence shared with the swarm; undefined for a definition that shares none. */
  readonly evidence: CountedEvidence | undefined;
  /** In [0, 1): decided by (seed, index, tick) alone. */
  uniform(item: number): number;
  /** The agent fails, as if its own mind had thrown `error`; the other items do not notice. */
  fail(item: number, error: unknown): void;
}

/** Agents that perceive. */
export interface PerceivingTurn<Observation> extends BatchedTurn {
  /** What the item observes; of a step in columns a number, or a view of its row. Not to be changed, nor kept. */
  observation(item: number): Observation;
}

/** Agents that act. */
export interface ActingTurn<Effect> extends BatchedTurn {
  /** What the item does. */
  effect(item: number, effect: Effect): void;
}

/**
 * The evidence that agents of batched minds share: whole numbers, *counts* of what was seen, in a layout that all agents of a
 * definition agree on, and from which beliefs are worked out. Counts add up without rounding, in any order; so the swarm adds them
 * up sparsely, and the sum is the same for any tree.
 *
 * What agents have in common is kept once: the pool. What the pool does not count yet is an agent's own: see `SharedEvidence`, which is the same for one.
 */
export interface CountedEvidence {
  /** f64[evidenceLength], counts: what everybody has seen, as far as the swarm has fused it. The same for all items. Not to be changed. */
  readonly pool: Float64Array;
  /**
   * An item has seen `times` more of what is counted at `at`. An item for which these are no whole numbers, or whose count leaves 32 bits,
   * fails with AgentContributionError.
   */
  add(item: number, at: number, times?: number): void;
  /** Whether the pool counts all that the item has seen: it then knows what everybody knows, and no more. */
  isPooled(item: number): boolean;
  /** Adds what the pool does not count of what the item has seen to `sum`, f64[evidenceLength]. */
  addOwn(item: number, sum: Float64Array): void;
}
