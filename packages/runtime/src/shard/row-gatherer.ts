import * as lifecycle from '../actor/lifecycle.js';
import * as record from '../kernel/actor-record.js';
import * as table from '../kernel/actor-table.js';
import type { BatchGroup } from '../kernel/batch-group.js';
import * as pool from '../kernel/mail-pool.js';
import type { Scatter } from '../kernel/scattered-rows.js';
import type { BatchItems } from './batch-items.js';
import type { HeldRow } from './held-rows.js';
import type { Shard } from './shard.js';

// See `local-post.ts`.
const { GENERATION, MAIL_HEAD, RECORD_SHIFT, STATUS } = record;
const { PAGE_MASK, PAGE_SHIFT } = table;
const { WEIGHT_BYTES } = pool;
const { RUNNING } = lifecycle;

/** In the status of an actor that may meet a scattered row: all but what does not matter is as at rest. */
const AT_REST: number = ~(record.HAS_STATE | record.ORDERED_HERE | record.ROWS_HELD);

/** Batches after which they are counted anew. */
const STAMP_MAX: number = 2 ** 31 - 1;

/** Before the first actor is looked up. */
const NO_PAGE: Int32Array = new Int32Array(0);
const NO_COLUMN: readonly unknown[] = [];

/** Makes a batch of rows that lie in no mailbox yet (see `ScatteredRows`): each of an actor that is idle, and of each actor one. */
export class RowGatherer {
  readonly #shard: Shard;
  readonly #items: BatchItems;
  /** Rows of the batch at hand that their actors cannot meet in it. */
  readonly #diverted: HeldRow[] = [];
  /** By slot: the batch that an actor was in last, if it met a scattered row there. */
  #stamps = new Int32Array(0);
  #stamp = 0;

  /** @param items the batch that is filled */
  constructor(shard: Shard, items: BatchItems) {
    this.#shard = shard;
    this.#items = items;
  }

  /** Fills the batch with rows that a group holds, as many as it may have; those whose actors are not idle go into the mailboxes. */
  gather({ scattered, sizeMax }: BatchGroup): void {
    const { mail, heldRows } = this.#shard;
    const items = this.#items;
    const most = Math.min(scattered.count, sizeMax);
    items.beginScattered(most);
    this.#beginStamp();
    let units = 0;
    let isCut = false;
    for (let scatter = scattered.first; scatter !== undefined && items.size < most && !isCut; ) {
      const { sending } = scatter;
      const { size } = items;
      const place = this.#gatherPart(scatter, scattered.place, most);
      isCut = place < scatter.part.count; // nobody has two messages in one batch
      if (items.size > size) {
        items.sendings.extend(sending, size);
        items.frames.extend(sending.frame, size);
        units += (items.size - size) * sending.frame.units;
      }
      if (scattered.advance(place)) heldRows.release(scatter);
      scatter = scattered.first;
    }
    mail.bytes -= units * WEIGHT_BYTES;
    mail.envelopes -= items.size;
    items.effects.begin(items.size);
    // First, for who sent them may be among those who now meet theirs.
    if (this.#diverted.length > 0) heldRows.divert(this.#diverted.splice(0));
  }

  /**
   * Takes rows of one scatter from `place` on, until there are `most` items or an actor comes that is one of them already. Returns the place
   * of the first that is left. Most of what a row costs the kernel is this loop: all that it needs is at hand.
   */
  #gatherPart(scatter: Scatter, place: number, most: number): number {
    const { part, first } = scatter;
    const { indices } = part;
    const { pages, states: columns } = this.#shard.table;
    const items = this.#items;
    const { slots, rows, generations, states } = items;
    const stamps = this.#stamps;
    const stamp = this.#stamp;
    const end = part.count;
    let number = -1;
    let page = NO_PAGE;
    let column: readonly unknown[] = NO_COLUMN;
    let item = items.size;
    for (; place < end && item < most; place++) {
      const slot = part.slotAt(place);
      if (slot >>> PAGE_SHIFT !== number) {
        number = slot >>> PAGE_SHIFT;
        page = pages[number]!;
        column = columns[number]!;
      }
      const at = (slot & PAGE_MASK) << RECORD_SHIFT;
      const generation = part.generationAt(place);
      if (
        page[at + GENERATION] !== generation ||
        (page[at + STATUS]! & AT_REST) !== RUNNING ||
        page[at + MAIL_HEAD] !== 0
      ) {
        this.#diverted.push([scatter, place]);
        continue;
      }
      if (stamps[slot] === stamp) break;
      stamps[slot] = stamp;
      slots[item] = slot;
      rows[item] = first + (indices === undefined ? place : indices[place]!);
      generations[item] = generation;
      states[item] = column[slot & PAGE_MASK];
      item++;
    }
    items.size = item;
    return place;
  }

  /** What says by slot who is in the batch at hand. */
  #beginStamp(): void {
    const { length } = this.#shard.table.pages;
    if (this.#stamps.length < length << PAGE_SHIFT) this.#stamps = new Int32Array(length << PAGE_SHIFT);
    this.#stamp = this.#stamp === STAMP_MAX ? 1 : this.#stamp + 1;
    if (this.#stamp === 1) this.#stamps.fill(0);
  }
}
