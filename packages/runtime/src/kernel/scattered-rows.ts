import { NEXT_READY } from './actor-record.js';
import { type ActorTable, offsetOf, pageOf } from './actor-table.js';
import { doubled } from './doubled.js';
import type { RowFrame } from './row-frame.js';

/**
 * Rows of one type for idle actors of one group, one each, that are in no mailbox: they are about to be met together, and nearly
 * always nothing comes between. Each actor's record says that its first mail is here (`ROW_WAITS`), and where: in the place of its
 * next in line, as it stands in no other.
 */
export class ScatteredRows {
  /** What all rows are, by number of the type. */
  type = 0;
  /** The first that has not been met, and one past the last. */
  head = 0;
  end = 0;
  slots: Int32Array = new Int32Array(16);
  rows: Int32Array = new Int32Array(16);
  readonly frames: (RowFrame | undefined)[] = [];
  /** Who sent each row, slot and generation. */
  senders: Int32Array = new Int32Array(16);
  senderGenerations: Int32Array = new Int32Array(16);
  readonly #pages: readonly Int32Array[];

  constructor(table: ActorTable<unknown>) {
    this.#pages = table.pages;
  }

  /** Adds a row for an actor whose record begins at `at` of `page`. */
  add(
    slot: number,
    page: Int32Array,
    at: number,
    frame: RowFrame,
    row: number,
    sender: number,
    senderGeneration: number,
  ): void {
    const place = this.end++;
    if (place === this.slots.length) {
      this.slots = doubled(this.slots);
      this.rows = doubled(this.rows);
      this.senders = doubled(this.senders);
      this.senderGenerations = doubled(this.senderGenerations);
    }
    this.slots[place] = slot;
    this.rows[place] = row;
    this.frames[place] = frame;
    this.senders[place] = sender;
    this.senderGenerations[place] = senderGeneration;
    page[at + NEXT_READY] = place;
  }

  get count(): number {
    return this.end - this.head;
  }

  /** The first `count` have been met. */
  leave(count: number): void {
    this.frames.fill(undefined, this.head, this.head + count);
    this.head += count;
    if (this.head < this.end) return;
    this.head = 0;
    this.end = 0;
  }

  /** Where the row of an actor is. */
  placeOf(slot: number): number {
    return this.#pages[pageOf(slot)]![offsetOf(slot) + NEXT_READY]!;
  }
}
