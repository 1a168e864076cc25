/**
 * The books of a system, in shared memory so that they outlive the thread that wrote them: one row a shard,
 * written by that shard alone, read by all.
 *
 * Promise: every envelope (message, reply, fired timer) is counted as sent once and ends in exactly one of
 * handled, dead, or waiting. Over all rows, `sent - handled - dead` is what waits.
 *
 * The cells are float64 because counts pass 2^32. A plain store of an aligned 8-byte number is not torn on
 * any machine that Node runs on; the order between cells is not promised, so a reader that needs a
 * consistent picture compares two in a row.
 */
export const LEDGER = {
  sent: 0,
  handled: 1,
  dead: 2,
  /** Turns run. */
  turns: 3,
  /** Async calls that have not settled. */
  callsRunning: 4,
  /** Envelopes waiting in mailboxes. */
  mailWaiting: 5,
  /** Living actors. */
  actors: 6,
  /** Actors ordered from other shards: see `orderedId`. */
  orderCount: 7,
  /** Restarts ordered by the supervisors of this shard. */
  restarts: 8,
  /** Questions waiting for a reply. */
  questionsOpen: 9,
  /** Frames waiting because a ring is full. */
  outboxFrames: 10,
  /** 1 while the shard has something to do. */
  busy: 11,
  /** Starts of this shard's thread. */
  epoch: 12,
  /** Questions ever asked. Names them, so it must not begin anew with the thread. */
  asked: 13,
  /** Of this thread: orders of the main thread obeyed, and reports sent to it. */
  ordersTaken: 14,
  reportsSent: 15,
  /** The highest generation that a slot of this shard has had: a new thread begins above it. */
  generationTop: 16,
  /** Replies to questions that were not open any more; among the dead. */
  lateReplies: 17,
  /**
   * Whose turn it is, for a watchdog on another thread: id of the actor, number of its definition (see
   * `DefinitionRegistry.numbered`), number of the message's type, 0 for other parts of a life. Between slices the id is 0.
   */
  runningId: 18,
  runningDefinition: 19,
  runningType: 20,
  /** Pages of the actor table: ever used, and those that no new thread uses again. See `ActorTable`. */
  pagesUsed: 21,
  pagesRetired: 22,
  /**
   * Written by the watchdog of the shard, on a cache line of its own: the turn that it found slow, by the count of turns;
   * the number of the message's type, and since when, in milliseconds since the epoch.
   */
  slowTurn: 56,
  slowType: 57,
  slowSinceMs: 58,
} as const;

export type LedgerColumn = keyof typeof LEDGER;

/** Cells a row, 8 bytes each: eight cache lines, so that two shards never write to one. */
const ROW_CELLS = 64;

export function createLedgerMemory(shardCount: number): SharedArrayBuffer {
  return new SharedArrayBuffer(shardCount * ROW_CELLS * Float64Array.BYTES_PER_ELEMENT);
}

/** One shard's row. Only its owner may call `add` and `set`, but for the columns that say otherwise. */
export class LedgerRow {
  /** For hot code: `cells[LEDGER.sent]`. */
  cells: Float64Array;

  constructor(memory: SharedArrayBuffer, shard: number) {
    this.cells = new Float64Array(memory, shard * ROW_CELLS * Float64Array.BYTES_PER_ELEMENT, ROW_CELLS);
  }

  /** Goes on in memory of its own: a successor writes the row from now on. */
  detach(): void {
    this.cells = this.cells.slice();
  }

  get(column: LedgerColumn): number {
    return this.cells[LEDGER[column]]!;
  }

  set(column: LedgerColumn, value: number): void {
    this.cells[LEDGER[column]] = value;
  }

  add(column: LedgerColumn, amount: number): number {
    const value = this.cells[LEDGER[column]]! + amount;
    this.cells[LEDGER[column]] = value;
    return value;
  }
}
