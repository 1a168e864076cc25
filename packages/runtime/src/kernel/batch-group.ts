import type { Batch } from '../actor/batch.js';
import { STOPPED } from '../actor/lifecycle.js';
import type { Protocol } from '../actor/protocol.js';
import { ROLE, STATUS } from './actor-record.js';
import type { ActorTable } from './actor-table.js';
import { ReadyQueue } from './ready-queue.js';
import { ScatteredRows } from './scattered-rows.js';

export type AnyBatchHandler = (batch: Batch<Protocol, unknown, string>) => unknown;

/**
 * The ready actors of one role that has `receiveBatch`: they stand in a line of their own, and have their turn together.
 */
export class BatchGroup {
  readonly line: ReadyQueue;
  /** Rows for actors that stand in no line. */
  readonly scattered: ScatteredRows = new ScatteredRows();
  /** Whose turn it was last: when both wait they take turns. */
  scatteredWereLast = false;
  /** Stands for them all in the queue of their class: a slot of the table in which no actor lives. */
  readonly standIn: number;
  /** Actors a turn, count. */
  readonly sizeMax: number;
  /** By number of the message type; undefined for one that is met alone. */
  readonly handlers: readonly (AnyBatchHandler | undefined)[];

  /** @throws TooManyActorsError */
  constructor(
    role: number,
    handlers: readonly (AnyBatchHandler | undefined)[],
    sizeMax: number,
    table: ActorTable<unknown>,
  ) {
    this.handlers = handlers;
    this.sizeMax = sizeMax;
    this.line = new ReadyQueue(table.pages);
    this.standIn = table.allocate();
    table.set(this.standIn, STATUS, STOPPED);
    table.set(this.standIn, ROLE, role);
  }
}
