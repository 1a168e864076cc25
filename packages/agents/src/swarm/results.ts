import type { Argmax } from '../coordination/argmax.js';
import type { FusedBelief, FuseRule } from '../coordination/fuse.js';
import type { Tally } from '../coordination/tally.js';
import type { Ranking } from '../coordination/top-k.js';
import type { VoteRule } from '../coordination/vote-rule.js';

/** How long an operation may take, and what then. */
export interface OperationOptions {
  /**
   * Longest time each way down and up the tree may take, ms; default 30 000. Each cohort reports what it has a little earlier than the one
   * above it, the lowest after at least three quarters of this. If not even the root answers, the operation rejects.
   */
  readonly deadlineMs?: number;
  /**
   * What becomes of an operation in which not all agents take part, because they have failed, are gone or are late:
   * `return`, the default, gives what there is and names the missing; `reject` throws PartialResultError.
   */
  readonly partial?: 'return' | 'reject';
}

/** Who took no part in an operation. */
export interface Attendance {
  /** Agents that failed, were not there, or were late, index, ascending. What they were told may have reached them all the same. */
  readonly missing: readonly number[];
}

/** What the agents of a swarm did in one step. */
export interface StepResult<Effect> extends Attendance {
  /** The step's number, from 1. */
  readonly tick: number;
  /** For each place what its agent does; undefined for one that is missing, and where there is none. */
  readonly actions: readonly (Effect | undefined)[];
  /**
   * Agents whose observations do not count. Most are missing too; one whose cohort had just failed may have seen its observation
   * late and acted upon it, and then it counts with its next. Those that are only missing failed when they acted.
   */
  readonly unseen: readonly number[];
}

/** The same of agents whose actions are numbers. */
export interface ColumnStepResult extends Attendance {
  readonly tick: number;
  /** For each factor i32[capacity], the action; -1 for an agent that is missing, and where there is none. */
  readonly actions: readonly Int32Array[];
  /** As in {@link StepResult}. */
  readonly unseen: readonly number[];
}

/** One report of all agents. */
export interface GatherResult extends Attendance {
  /** f64[capacity, width], row-major; NaN for an agent that is missing, and where there is none. */
  readonly column: Float64Array;
  /** Numbers a report, count. */
  readonly width: number;
}

/**
 * How reports become one result. By name: of each component, or, for `argmax`, of the first; `top`, the agents with the
 * largest first components; `own`, what the definition declares in `combiners`.
 */
export type Reduction =
  | 'sum'
  | 'mean'
  | 'max'
  | 'logsumexp'
  | 'argmax'
  | { readonly top: number }
  | { readonly own: string };

/** What a reduction gives. */
export interface ReduceResult<By extends Reduction> extends Attendance {
  /** Of nobody: zeros, NaN, or -Infinity; undefined for `argmax` and `own`. */
  readonly value: By extends 'argmax'
    ? Argmax | undefined
    : By extends { readonly top: number }
      ? Ranking
      : By extends { readonly own: string }
        ? unknown
        : Float64Array;
}

/** What is asked, and when it is decided. */
export interface VoteOptions extends OperationOptions {
  readonly rule: VoteRule;
  /** What the vote is about: shown to every agent. */
  readonly about?: unknown;
}

/** What was voted. */
export interface VoteResult extends Attendance, Tally {
  /** The choice that won by the rule; undefined if none did. */
  readonly choice: number | undefined;
}

/** What is elected for. */
export interface ElectOptions extends OperationOptions {
  /** A whole number, greater than that of any election before. */
  readonly term: number;
  /** The agent with the largest report of this name leads, of equals the one with the least index. Default: by lot. */
  readonly by?: string;
}

/** Who leads a term. */
export interface ElectResult extends Attendance {
  readonly term: number;
  /** The agent that leads, and has said that it knows; undefined if none does. */
  readonly leader: number | undefined;
}

/** How beliefs become one. */
export interface FuseOptions extends OperationOptions {
  readonly rule: FuseRule;
  /** The report that is an agent's precision, dimensionless, at least 0; default: 1 for all. */
  readonly precision?: string;
  /** Cohorts tell what has changed since the last fusion of the same name; of so many one at least is told whole. */
  readonly keyFrameEvery?: number;
}

/** What all believe together. */
export interface FuseResult extends Attendance, FusedBelief {}

/** How agents gossip. */
export interface GossipOptions extends OperationOptions {
  /** Rounds, count, at least 1: in each, every agent gives a share to `fanOut` others. */
  readonly rounds: number;
  /** Count, at least 1; of fewer others all. */
  readonly fanOut: number;
}

/** What agents believe after gossip. */
export interface GossipResult extends Attendance {
  /** f64[capacity]: for each agent what it believes to be the mean; NaN for one that is missing, and where there is none. */
  readonly estimates: Float64Array;
}

/** Some agents, and what they report. */
export interface SampleResult extends Attendance {
  /** Who is in the sample, index, ascending. */
  readonly indices: Int32Array;
  /** f64[indices.length, width], row-major. */
  readonly values: Float64Array;
  readonly width: number;
}
