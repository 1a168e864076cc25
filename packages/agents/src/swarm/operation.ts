import type { AgentOperation } from '../agent/agent-operation.js';
import type { CombinerSpec } from '../coordination/combiners.js';
import type { Scattered } from './column.js';

/** What all agents are asked, and how what they contribute becomes one result. Plain data, the same for all. */
export interface Operation {
  /** What an agent is told: see `AgentProtocol`. */
  readonly tell: 'step' | 'perceive' | 'act' | 'take';
  /** The swarm's step. */
  readonly tick: number;
  /** With `step` and `act`: agents contribute their action as whole numbers. */
  readonly numeric?: boolean;
  /** With `take`. */
  readonly take?: AgentOperation;
  /** With `perceive` and `act`, once something was fused: the swarm's evidence, nats or counts. */
  readonly pool?: Float64Array;
  readonly combiner: CombinerSpec;
  /** Nodes tell their parents only what has changed since the last such operation: see `SparseLink`. */
  readonly sparse?: SparseOptions;
}

/** Which operations follow each other, and how often everything is told anyway. */
export interface SparseOptions {
  /** Partial results are compared with those of the last operation of the same series. */
  readonly series: string;
  /** Of so many operations one at least is told whole, count, at least 1. */
  readonly keyFrameEvery: number;
}

/** An operation on its way down: what concerns the places below one node. */
export interface Descent {
  /** The number of this way down and up: an operation has one or two. */
  readonly round: number;
  readonly operation: Operation;
  /** How long the node waits for its children before it reports what it has, ms. */
  readonly waitMs: number;
  /** How much less each level below waits, so that its report arrives in time, ms. */
  readonly slackMs: number;
  /** For each place which of its agents it is, from 1; 0 for none. Left out: all places have their first. */
  readonly tenures?: Int32Array;
  readonly scattered?: Scattered;
  /** With `pool`: for each place the tick through which it counts. */
  readonly countedThrough?: Float64Array;
  /** Of a sparse operation: the round of the last partial result that the parent has of this node. */
  readonly known?: number;
}

/** What some agents contributed in one round, combined. Plain data. */
export interface CohortReport {
  /** Which round it answers. */
  readonly round: number;
  /** The first place it is about, index. */
  readonly from: number;
  /** Members that did not take part, index, ascending. */
  readonly missing: Int32Array;
  /** As the operation's combiner makes it; of a sparse operation what has changed of it. */
  readonly partial: unknown;
}
