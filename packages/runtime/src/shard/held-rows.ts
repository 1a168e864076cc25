import type { ActorRef } from '../actor/actor-ref.js';
import { ColumnPart } from '../actor/column-part.js';
import type { RefColumn } from '../actor/ref-column.js';
import { ROLE, ROWS_HELD, STATUS } from '../kernel/actor-record.js';
import { WEIGHT_BYTES } from '../kernel/mail-pool.js';
import type { RowFrame } from '../kernel/row-frame.js';
import { Scatter, type Sending } from '../kernel/scattered-rows.js';
import { LEDGER } from '../system/ledger.js';
import { turnNow } from './scope.js';
import type { Shard } from './shard.js';

/** The row of the actor at a place of a scatter. */
export type HeldRow = readonly [scatter: Scatter, place: number];

/**
 * The rows that the groups of one shard hold (see `ScatteredRows`), and their order among other mail. They come before whatever else their
 * sender does: as soon as it sends, answers, gives a signal or ends, and before any signal at all, {@link deliver} puts all
 * that is held into the mailboxes. So a sender has at most one sending of which rows are held, and lives as long as they are.
 */
export class HeldRows {
  readonly #shard: Shard;
  /** Scatters that groups hold, count. */
  count = 0;
  /** Rows of the world outside are held. */
  #areOfOutside = false;
  #isClosed = false;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** Hands out the rows of a sending, `first` to the first ref of a column. What cannot be held goes into the mailboxes. */
  scatter(refs: RefColumn<never>, sending: Sending, first: number): void {
    for (const [index, ref] of refs.elsewhere) (ref as ActorRef).send(sending.frame.message(first + index));
    this.deliverOf(sending.sender);
    refs.parts ??= this.#divide(refs);
    for (const part of refs.parts) {
      const scatter = new Scatter(part, sending, first);
      if (!this.#hold(scatter))
        this.#putAll(Array.from({ length: part.count }, (_, place) => [scatter, place]));
    }
  }

  /** Rows of a sender are held. */
  isOf(sender: number): boolean {
    if (sender === 0) return this.#areOfOutside;
    return (this.#shard.table.get(sender, STATUS) & ROWS_HELD) !== 0;
  }

  /** Sees that rows of a sender come before what it does now. */
  deliverOf(sender: number): void {
    if (this.count > 0 && this.isOf(sender)) this.deliver();
  }

  /** Puts all rows into the mailboxes. */
  deliver(): void {
    if (this.count === 0) return;
    const rows: HeldRow[] = [];
    for (const { group } of this.#shard.roles.all) {
      if (group === undefined) continue;
      const { scattered } = group;
      for (let scatter = scattered.first; scatter !== undefined; scatter = scattered.first) {
        const end = scatter.part.count;
        for (let { place } = scattered; place < end; place++) rows.push([scatter, place]);
        scattered.advance(end);
        this.release(scatter);
      }
    }
    this.divert(rows);
  }

  /** Puts rows that are not held any more, but counted as if they were, into the mailboxes. */
  divert(rows: readonly HeldRow[]): void {
    for (const [{ sending }] of rows) this.#count(-1, sending.frame);
    this.#putAll(rows);
  }

  /** A group does not hold a scatter any more. */
  release({ sending }: Scatter): void {
    this.count--;
    if (--sending.held === 0) this.#mark(sending.sender, false);
  }

  /** Delivers all; from now on nothing is held. */
  close(): void {
    this.#isClosed = true;
    this.deliver();
  }

  /** Lets the group of its actors hold a scatter; false, with nothing done, if its rows must go into the mailboxes. */
  #hold(scatter: Scatter): boolean {
    const { roles, inspector, mail, local, dispatcher, pump } = this.#shard;
    const { part, sending } = scatter;
    const { frame } = sending;
    const role = roles.all[part.role]!;
    const { group } = role;
    const number = role.numberOf(frame.type);
    const rows = part.count;
    if (local.isShut || this.#isClosed || inspector !== undefined) return false;
    if (group?.handlers[number] === undefined || !role.scatters) return false;
    if (mail.bytes + rows * frame.units * WEIGHT_BYTES > mail.bytesMax) return false;
    const { scattered } = group;
    if (scattered.count > 0 && scattered.type !== number) return false;
    scattered.type = number;
    scattered.add(scatter);
    this.count++;
    if (sending.held++ === 0) {
      local.endRun(); // what the sender sends next must not join it unseen
      this.#mark(sending.sender, true);
    }
    this.#count(rows, frame);
    dispatcher.offerWaiting(group, role.rank);
    if (!pump.scheduled) pump.wake();
    return true;
  }

  /** Puts rows into mailboxes. Those that nobody takes come last, for whoever hears of a dead letter may do anything. */
  #putAll(rows: readonly HeldRow[]): void {
    const { local } = this.#shard;
    const refused = rows.filter(([scatter, place]) => {
      const { part, sending } = scatter;
      return !local.putSent(part.slotAt(place), part.generationAt(place), sending, scatter.rowOf(place));
    });
    for (const [scatter, place] of refused) this.#send(scatter, place);
  }

  /** Sends a row as the message that it is, on behalf of its sender. */
  #send(scatter: Scatter, place: number): void {
    const { part, sending } = scatter;
    const { shard: outerShard, slot: outerSlot } = turnNow;
    turnNow.shard = this.#shard;
    turnNow.slot = sending.sender;
    try {
      const ref = part.refs.at(part.indices === undefined ? place : part.indices[place]!);
      (ref as ActorRef | undefined)?.send(sending.frame.message(scatter.rowOf(place)));
    } finally {
      turnNow.shard = outerShard;
      turnNow.slot = outerSlot;
    }
  }

  /** Counts rows as sent and waiting; takes that back where `rows` is below 0. */
  #count(rows: number, { units }: RowFrame): void {
    const { mail, row } = this.#shard;
    row.cells[LEDGER.sent]! += rows;
    mail.bytes += rows * units * WEIGHT_BYTES;
    mail.envelopes += rows;
  }

  #mark(sender: number, held: boolean): void {
    const { table } = this.#shard;
    if (sender === 0) {
      this.#areOfOutside = held;
      return;
    }
    const status = table.get(sender, STATUS);
    table.set(sender, STATUS, held ? status | ROWS_HELD : status & ~ROWS_HELD);
  }

  /** The actors of a column that live here, by role. */
  #divide(refs: RefColumn<never>): ColumnPart[] {
    const { slots } = refs;
    const places = new Map<number, number[]>();
    for (const [index, slot] of slots.entries()) {
      if (slot === 0) continue;
      const role = this.#shard.table.get(slot, ROLE);
      if (places.has(role)) places.get(role)!.push(index);
      else places.set(role, [index]);
    }
    return Array.from(
      places,
      ([role, indices]) => new ColumnPart(refs, role, indices.length === slots.length ? undefined : indices),
    );
  }
}
