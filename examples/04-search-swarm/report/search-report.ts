import type { CohortNode } from '@skein/agents';
import type { Find, SearchArm } from '@skein/agents/environments';
import type { Accounting } from '@skein/runtime';

/** How one way of searching went. */
export interface ArmReport {
  readonly complete: boolean;
  /** Ticks until the last find, or all that were allowed, count. */
  readonly ticks: number;
  readonly finds: readonly Find[];
  /** Wrong claims, count. */
  readonly falseClaims: number;
}

/** One moment of the fused search. */
export interface SearchFrame {
  readonly tick: number;
  /** For each searcher the sector it is in. */
  readonly sectors: Uint16Array;
  /** For each target a row over the sectors and, last, *removed*: what the swarm believes; f32, probability. */
  readonly beliefs: Float32Array;
  /** Searchers that crashed in this tick, index. */
  readonly crashed: readonly number[];
}

/** Everything that a report shows: the outcome of a run, and how it came about. */
export interface SearchReport {
  readonly mapName: string;
  /** Cells. */
  readonly width: number;
  readonly height: number;
  /** u8[height * width], row-major: 1 for a free cell. */
  readonly free: Uint8Array;
  /** i32[height * width]: the sector of each cell, -1 for none. */
  readonly sectorOfCell: Int32Array;
  readonly sectorCount: number;
  /** What was left out of the search, one sentence each. */
  readonly notes: readonly string[];
  readonly seed: number;
  readonly threads: number;
  readonly searchers: number;
  /** For each target the sector where it is hidden. */
  readonly targetSectors: Uint16Array;
  readonly arms: Readonly<Record<SearchArm, ArmReport>>;
  /** The fused search, every tick or, in a long run, every so many ticks. */
  readonly frames: readonly SearchFrame[];
  /** The supervision tree of the fused swarm. */
  readonly tree: CohortNode;
  /** Probability with which a searcher was made to crash, each tick. */
  readonly chaos: number;
  /** Restarts that supervisors ordered in the fused search, count. */
  readonly restarts: number;
  readonly accounting: Accounting;
  /** Envelopes handled by each shard, count; the main one first. */
  readonly handledPerShard: readonly number[];
  /** Steps of one searcher, a second, over the fused search. */
  readonly stepsPerSecond: number;
  /** The command that repeats this run; without it one is put together from the rest. */
  readonly command?: string;
}
