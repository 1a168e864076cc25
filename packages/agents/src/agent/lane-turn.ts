import type { Batch, Column, Rows } from '@skein/runtime';
import { AgentContributionError } from '../errors.js';
import type { FusedEvidence } from './agent-actor.js';
import type { ActingTurn, CountedEvidence, PerceivingTurn } from './batched-mind.js';
import type { OwnCounts } from './own-counts.js';

/** A batch of agents that are told to step, perceive, act or observe, as far as a turn looks at it. */
export interface MindBatch extends Pick<Batch, 'size' | 'rows' | 'fail'> {
  frame(item: number): Rows | undefined;
  message(item: number): object;
}

/** What a message may say; of rows what all of them say. */
export interface Told extends Partial<FusedEvidence> {
  readonly round?: number;
  readonly tick?: number;
  readonly numeric?: boolean;
  readonly observation?: unknown;
}

/** What an item is told, as far as it needs no message of its own to be made: of rows what they have in common. */
export function toldOf(batch: MindBatch, item: number): Told {
  const common = batch.frame(item)?.common as Told | undefined;
  // Rows may have anything in columns. Those of a swarm have not, and they are what should cost nothing.
  return common?.tick === undefined ? (batch.message(item) as Told) : common;
}

/** One field of what an item is told, from its column if it has one. */
export function toldField(batch: MindBatch, item: number, field: 'observation' | 'countedThrough'): unknown {
  const frame = batch.frame(item);
  const column = (frame?.columns as Readonly<Record<string, Column | undefined>> | undefined)?.[field];
  if (column === undefined) return (batch.message(item) as Told)[field];
  const row = batch.rows[item]!;
  const width = column.length / frame!.count;
  return width === 1 ? column[row] : column.subarray(row * width, (row + 1) * width);
}

/** The items of a batch that perceive or act in one call of their minds. Used again by the next. */
export class LaneTurn implements PerceivingTurn<unknown>, ActingTurn<unknown>, CountedEvidence {
  size = 0;
  tick = 0;
  lanes: Int32Array = new Int32Array(0);
  pool: Float64Array;
  readonly evidence: CountedEvidence | undefined;
  /** Of each item of the turn which of the batch it is. */
  #items = new Int32Array(0);
  readonly #own: OwnCounts | undefined;
  readonly #uniformOf: (item: number) => number;
  #batch: MindBatch | undefined;
  /** Of each item of the batch: 1 if it takes no part, or no longer. */
  #out = new Uint8Array(0);
  #effects: unknown[] = [];

  /** @param uniformOf the random number of an item of the batch */
  constructor(own: OwnCounts | undefined, uniformOf: (item: number) => number) {
    this.pool = new Float64Array(own?.length ?? 0);
    this.evidence = own && this;
    this.#own = own;
    this.#uniformOf = uniformOf;
  }

  /** A batch begins: nobody has failed, nor done anything. */
  open(batch: MindBatch): void {
    const { size } = batch;
    this.#batch = batch;
    if (this.#items.length < size) {
      this.#items = new Int32Array(size);
      this.lanes = new Int32Array(size);
      this.#out = new Uint8Array(size);
    } else this.#out.fill(0, 0, size);
    this.#effects = new Array(size).fill(undefined);
  }

  /** A turn of the batch begins, with nobody in it. */
  begin(tick: number, pool: Float64Array): void {
    this.tick = tick;
    this.pool = pool;
    this.size = 0;
  }

  put(item: number, lane: number): void {
    this.#items[this.size] = item;
    this.lanes[this.size++] = lane;
  }

  /** Leaves those out that have failed. */
  compact(): void {
    let size = 0;
    for (let item = 0; item < this.size; item++) {
      if (!this.takesPart(this.#items[item]!)) continue;
      this.#items[size] = this.#items[item]!;
      this.lanes[size++] = this.lanes[item]!;
    }
    this.size = size;
  }

  /** Whether an item of the batch has neither failed nor been left out. */
  takesPart(item: number): boolean {
    return this.#out[item] === 0;
  }

  /** Leaves an item of the batch out. */
  leaveOut(item: number): void {
    this.#out[item] = 1;
  }

  /** What an item of the batch does. */
  effectOf(item: number): unknown {
    return this.#effects[item];
  }

  failAll(error: unknown): void {
    for (let item = 0; item < this.size; item++) this.fail(item, error);
  }

  uniform(item: number): number {
    return this.#uniformOf(this.#items[item]!);
  }

  observation(item: number): unknown {
    return toldField(this.#batch!, this.#items[item]!, 'observation');
  }

  effect(item: number, effect: unknown): void {
    this.#effects[this.#items[item]!] = effect;
  }

  fail(item: number, error: unknown): void {
    const at = this.#items[item]!;
    this.leaveOut(at);
    this.#batch!.fail(at, error);
  }

  add(item: number, at: number, times = 1): void {
    const own = this.#own!;
    if (own.add(this.lanes[item]!, at, times)) return;
    const expected = `a whole number of 32 bits, counted at 0 to ${own.length - 1}`;
    this.fail(item, new AgentContributionError('evidence', `${times} at ${at}`, expected));
  }

  isPooled(item: number): boolean {
    return this.#own!.isEmpty(this.lanes[item]!);
  }

  addOwn(item: number, sum: Float64Array): void {
    this.#own!.addTo(this.lanes[item]!, sum);
  }
}
