import type { ColumnPart } from '../actor/column-part.js';
import type { RowFrame } from './row-frame.js';

/** Rows of a frame that one actor has sent: what all of them have in common. */
export class Sending {
  readonly frame: RowFrame;
  /** Who sent them, slot and generation; 0 for the world outside. */
  readonly sender: number;
  readonly senderGeneration: number;
  /** Scatters of it that groups hold, count. */
  held = 0;

  constructor(frame: RowFrame, sender: number, senderGeneration: number) {
    this.frame = frame;
    this.sender = sender;
    this.senderGeneration = senderGeneration;
  }
}

/** Rows for actors of one role, one each. */
export class Scatter {
  readonly part: ColumnPart;
  readonly sending: Sending;
  /** The row of the first ref of the column, index. */
  readonly first: number;

  constructor(part: ColumnPart, sending: Sending, first: number) {
    this.part = part;
    this.sending = sending;
    this.first = first;
  }

  /** Which row the actor at a place of the part is sent. */
  rowOf(place: number): number {
    const { indices } = this.part;
    return this.first + (indices === undefined ? place : indices[place]!);
  }
}

/**
 * Rows of one type for actors of one group that lie in no mailbox yet: they are about to be met together, and nearly always nothing comes
 * between. So they are held as they were scattered, nothing is written into anybody's record, and each actor is looked up
 * once, when it meets its row: who is not idle then gets it into the mailbox. To the books they are mail that waits.
 *
 * They come before whatever else their senders send: see `HeldRows`.
 */
export class ScatteredRows {
  /** What all rows are, by number of the type. */
  type = 0;
  /** Rows that wait, count. */
  count = 0;
  /** Actors of the first scatter that have been seen to, count. */
  place = 0;
  readonly #scatters: (Scatter | undefined)[] = [];
  #head = 0;

  add(scatter: Scatter): void {
    this.#scatters.push(scatter);
    this.count += scatter.part.count;
  }

  /** Places that are taken up by scatters, waiting or gone, count. */
  get placesTaken(): number {
    return this.#scatters.length;
  }

  /** The one that has waited longest. */
  get first(): Scatter | undefined {
    return this.#scatters[this.#head];
  }

  /** Of the first scatter, the actors before `place` have been seen to. True when those were the last, and the scatter is gone. */
  advance(place: number): boolean {
    this.count -= place - this.place;
    this.place = place;
    if (place < this.first!.part.count) return false;
    this.place = 0;
    this.#scatters[this.#head++] = undefined;
    // When half of them are gone: so closing up costs each less than being added did, also where there are always more.
    if (this.#head * 2 >= this.#scatters.length) {
      this.#scatters.splice(0, this.#head);
      this.#head = 0;
    }
    return true;
  }
}
