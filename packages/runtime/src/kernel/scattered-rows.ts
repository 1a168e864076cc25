import { NEXT_READY } from './actor-record.js';
import { type ActorTable, offsetOf, pageOf } from './actor-table.js';
import { doubled } from './doubled.js';
import type { RowFrame } from './row-frame.js';
import { ValueRuns } from './value-runs.js';

/** Rows of a frame that one actor has sent: what all of them have in common. */
export class Sending {
  readonly frame: RowFrame;
  /** Who sent them, slot and generation; 0 for the world outside. */
  readonly sender: number;
  readonly senderGeneration: number;

  constructor(frame: RowFrame, sender: number, senderGeneration: number) {
    this.frame = frame;
    this.sender = sender;
    this.senderGeneration = senderGeneration;
  }
}

/**
 * Rows of one type for idle actors of one group, one each, that are in no mailbox: they are about to be met together, and nearly
 * always nothing comes between. Each actor's record says that its first mail is here (`ROW_WAITS`), and where: in the place of its
 * next in line, as it stands in no other.
 *
 * ```
 *            head          end
 *   slots      |  7  9  4  |        met from the front, added at the end; when the end is reached
 *   rows       |  0  1  2  |        they move to the front, if that makes room enough
 *   sendings   |  a  -  b  |           one for all rows of it that lie side by side
 * ```
 */
export class ScatteredRows {
  /** What all rows are, by number of the type. */
  type = 0;
  /** The first that has not been met, and one past the last. */
  head = 0;
  end = 0;
  slots: Int32Array = new Int32Array(16);
  rows: Int32Array = new Int32Array(16);
  readonly sendings: ValueRuns<Sending> = new ValueRuns();
  readonly #pages: readonly Int32Array[];

  constructor(table: ActorTable<unknown>) {
    this.#pages = table.pages;
  }

  /** Adds a row for an actor whose record begins at `at` of `page`. */
  add(slot: number, page: Int32Array, at: number, sending: Sending, row: number): void {
    if (this.end === this.slots.length) this.#makeRoom();
    const place = this.end++;
    this.slots[place] = slot;
    this.rows[place] = row;
    if (sending !== this.sendings.last) this.sendings.begin(sending, place);
    page[at + NEXT_READY] = place;
  }

  get count(): number {
    return this.end - this.head;
  }

  /** The first `count` have been met. */
  leave(count: number): void {
    this.head += count;
    if (this.head < this.end) {
      this.sendings.leave(this.head);
      return;
    }
    this.sendings.clear();
    this.head = 0;
    this.end = 0;
  }

  /** Where the row of an actor is. */
  placeOf(slot: number): number {
    return this.#pages[pageOf(slot)]![offsetOf(slot) + NEXT_READY]!;
  }

  /** At the front, where at least half has been met: so moving costs each row less than being added did. Else behind. */
  #makeRoom(): void {
    const { head, end } = this;
    if (head < end / 2) {
      this.slots = doubled(this.slots);
      this.rows = doubled(this.rows);
      return;
    }
    this.slots.copyWithin(0, head, end);
    this.rows.copyWithin(0, head, end);
    this.sendings.shift(head);
    this.head = 0;
    this.end = end - head;
    for (let place = 0; place < this.end; place++) {
      const slot = this.slots[place]!;
      this.#pages[pageOf(slot)]![offsetOf(slot) + NEXT_READY] = place;
    }
  }
}
