import { KeyedDraws } from './draws.js';
import { EPISODE, NOTHING_SHOWN, type World, type WorldBatch } from './world.js';

/** A copy that failed, by its item in the batch of whoever gathers. */
export interface CopyFailure {
  readonly item: number;
  readonly error: unknown;
}

/** A batch that is gathered item by item, handed to a world, and used again. It grows as it must. */
export class CopyBatch implements WorldBatch {
  size = 0;
  lanes: Int32Array = new Int32Array(0);
  copies: Int32Array = new Int32Array(0);
  steps: Int32Array = new Int32Array(0);
  readonly actions: Int32Array[];
  readonly outcomes: Int32Array[];
  rewards: Float64Array = new Float64Array(0);
  endings: Uint8Array = new Uint8Array(0);
  /** What each entry is to whoever gathers it. */
  items: Int32Array = new Int32Array(0);
  /** Whether each entry has failed. */
  failed: Uint8Array = new Uint8Array(0);
  readonly failures: CopyFailure[] = [];
  #seeds: Float64Array = new Float64Array(0);
  #ticks: Float64Array = new Float64Array(0);
  readonly #draws = new KeyedDraws();

  constructor({ actionCounts, outcomeCounts }: Pick<World, 'actionCounts' | 'outcomeCounts'>) {
    this.actions = actionCounts.map(() => new Int32Array(0));
    this.outcomes = outcomeCounts.map(() => new Int32Array(0));
  }

  clear(): void {
    this.size = 0;
    this.failures.length = 0;
  }

  /** Adds an item, which shows nothing yet, earns nothing and goes on. @returns its entry */
  add(item: number, lane: number, copy: number, seed: number, tick: number, steps: number): number {
    const entry = this.size++;
    if (entry === this.lanes.length) this.#grow(Math.max(64, entry * 2));
    this.items[entry] = item;
    this.lanes[entry] = lane;
    this.copies[entry] = copy;
    this.steps[entry] = steps;
    this.rewards[entry] = 0;
    this.endings[entry] = EPISODE.running;
    this.failed[entry] = 0;
    this.#seeds[entry] = seed;
    this.#ticks[entry] = tick;
    for (const column of this.outcomes) column[entry] = NOTHING_SHOWN;
    return entry;
  }

  draws(entry: number): KeyedDraws {
    return this.#draws.turnTo(this.#seeds[entry]!, this.copies[entry]!, this.#ticks[entry]!);
  }

  fail(entry: number, error: unknown): void {
    if (this.failed[entry] === 1) return;
    this.failed[entry] = 1;
    this.failures.push({ item: this.items[entry]!, error });
  }

  #grow(length: number): void {
    this.items = longer(this.items, new Int32Array(length));
    this.lanes = longer(this.lanes, new Int32Array(length));
    this.copies = longer(this.copies, new Int32Array(length));
    this.steps = longer(this.steps, new Int32Array(length));
    this.rewards = longer(this.rewards, new Float64Array(length));
    this.endings = longer(this.endings, new Uint8Array(length));
    this.failed = longer(this.failed, new Uint8Array(length));
    this.#seeds = longer(this.#seeds, new Float64Array(length));
    this.#ticks = longer(this.#ticks, new Float64Array(length));
    for (const columns of [this.actions, this.outcomes])
      for (let c = 0; c < columns.length; c++) columns[c] = longer(columns[c]!, new Int32Array(length));
  }
}

/** What a column holds, in `room`. */
function longer<C extends Int32Array | Float64Array | Uint8Array>(column: C, room: C): C {
  room.set(column);
  return room;
}
