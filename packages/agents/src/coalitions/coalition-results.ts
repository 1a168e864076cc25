import type { FusedBelief, FuseRule } from '../coordination/fuse.js';
import type { OperationOptions } from '../swarm/results.js';

/** How long each round of an operation may take. */
export type Deadline = Pick<OperationOptions, 'deadlineMs'>;

/** How coalitions are formed. */
export interface FormOptions extends Deadline {
  /**
   * - `hierarchical`, the default: each cohort of the tree forms from what its children propose, in one way up.
   * - `greedy`: all candidates at once, by whoever asks.
   * - `optimal`: the least expected free energy there is; of at most 12 candidates.
   */
  readonly algorithm?: 'hierarchical' | 'greedy' | 'optimal';
  /** The report that is an agent's belief, probability for each state of the tasks' models. */
  readonly belief?: string;
  /** What each member costs its coalition, nats, at least 0; default 0. */
  readonly memberCost?: number;
  /** With `hierarchical`: agents in no coalition that a cohort names to the one above it, count, at most; default 256. */
  readonly freeMax?: number;
}

/** What becomes of coalitions that lose a member. */
export interface CoalitionOptions {
  /**
   * A member that has crashed, left, or not answered in time is no member any more. `shrink`, the default: its coalition stands while the others cover what
   * the task requires; `dissolve`: it ends.
   */
  readonly onLoss?: 'shrink' | 'dissolve';
}

/** A coalition, as it was after the last operation. */
export interface Coalition {
  /** Its number, from 1: no two of a swarm ever have one. */
  readonly id: number;
  /** The name of what it takes on. */
  readonly task: string;
  /** Agents, index, ascending. */
  readonly members: readonly number[];
  /** G when it was formed, nats, lower is better. */
  readonly expectedFreeEnergy: number;
  /** Who speaks for it, agent index; undefined before an election, and when the speaker is lost. */
  readonly speaker: number | undefined;
  /** What its members believe together since they last shared; undefined before. */
  readonly belief: Float64Array | undefined;
}

/** What an operation of coalitions has cost them. */
export interface CoalitionLosses {
  /** Agents that are not in their coalitions any more, index, ascending. */
  readonly lost: readonly number[];
  /** Coalitions that have ended. */
  readonly dissolved: readonly number[];
}

/** How a speaker is elected. */
export interface SpeakerOptions extends Deadline {
  /** The member with the largest report of this name speaks, of equals the one with the least index. Default: by lot. */
  readonly by?: string;
}

/** Who speaks. */
export interface SpeakerResult extends CoalitionLosses {
  /** Of the swarm: no other election of coalitions has it. */
  readonly term: number;
  /** By coalition the agent that speaks for it, and has said that it knows. */
  readonly speakers: ReadonlyMap<number, number>;
}

/** How members share what they believe. */
export interface ShareOptions extends Deadline {
  /** Default `product`: what each has learned since they last shared counts once. */
  readonly rule?: FuseRule;
  /** The report that is a member's precision, dimensionless, at least 0; default: 1 for all. */
  readonly precision?: string;
  /** What is declared in `accepts` to take in what all believe; default: the name of the report. */
  readonly as?: string;
  /** What all believed before they shared anything, probability; default: uniform. */
  readonly prior?: ArrayLike<number>;
}

/** What members believe together. */
export interface ShareResult extends CoalitionLosses {
  /** By coalition. One whose members exclude every state has NaN, and they keep what they believed. */
  readonly beliefs: ReadonlyMap<number, FusedBelief>;
}

/** What came of forming. */
export interface FormResult extends CoalitionLosses {
  /** The coalitions that are new and stand. */
  readonly formed: readonly Coalition[];
}
