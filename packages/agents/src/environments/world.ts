import type { Draws } from './draws.js';

/** How an episode stands after a step. The first two are what Gymnasium calls terminated. */
export const EPISODE: Readonly<{ running: 0; succeeded: 1; failed: 2; truncated: 3 }> = {
  running: 0,
  succeeded: 1,
  failed: 2,
  truncated: 3,
};

/** Marks, among outcomes, a modality that shows nothing. */
export const NOTHING_SHOWN = -1;

/**
 * A world of any number of copies, each with an agent of its own: what an agent can see and do in it, and how it goes on.
 * The batched seam; whoever has a world of a single copy writes a {@link SingleWorld} and has it lifted by `worldOf`.
 */
export interface World {
  /** Outcomes of each modality, count. */
  readonly outcomeCounts: readonly number[];
  /** Actions of each factor, count. */
  readonly actionCounts: readonly number[];
  /** Names what the world is made of, for recordings; worlds of the same fingerprint are the same. */
  readonly fingerprint?: string;
  /** Makes room for copies: once a shard. */
  open(): WorldCopies;
}

/** Copies of a world on one shard. What `reset` or `step` throws fails all copies of that batch: see {@link WorldBatch.fail} for one. */
export interface WorldCopies {
  /** Begins an episode of each, and shows the first outcomes. */
  reset(batch: WorldBatch): void;
  /** Takes each one step on, by its actions. Only of copies whose episode is running. */
  step(batch: WorldBatch): void;
  /** Forgets a copy. Its lane may be given to another, which is reset first. */
  release?(lane: number): void;
}

/**
 * Some copies, in columns, one item a copy. Columns may be longer than `size`, are used again, and are good for one call.
 * Copies do not notice each other: what becomes of one depends on its own lane, actions and draws.
 */
export interface WorldBatch {
  /** Items, count, at least 1. */
  readonly size: number;
  /** Where the world keeps the copy: a small integer, no two copies the same. */
  readonly lanes: Int32Array;
  /** Which copy it is: the index of its agent. */
  readonly copies: Int32Array;
  /** Steps of the episode, this one included, count; 0 when it begins. */
  readonly steps: Int32Array;
  /** For each factor the action of each item; in range. */
  readonly actions: readonly Int32Array[];
  /** To be written: for each modality the outcome of each item, or {@link NOTHING_SHOWN}. */
  readonly outcomes: readonly Int32Array[];
  /** To be written by a step: 0 unless it is. */
  readonly rewards: Float64Array;
  /** To be written by a step, one of {@link EPISODE}: running unless it is. */
  readonly endings: Uint8Array;
  /** All chance of an item. One object for all: turn to an item, then draw. */
  draws(item: number): Draws;
  /** This copy fails, and no other; its supervisor begins it anew. */
  fail(item: number, error: unknown): void;
}
