import { LEAVING, ROLE, STATUS } from '../kernel/actor-record.js';
import { NEXT } from '../kernel/mail-pool.js';
import type { Shard } from './shard.js';

/** Mail that actors have put aside. It still counts as queued and against the budget. */
export class Stash {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  sizeOf(slot: number): { readonly count: number; readonly capacity: number } {
    const { table, roles } = this.#shard;
    const { stashCapacity } = roles.all[table.get(slot, ROLE)]!.definition;
    return { count: this.#shard.cellOf(slot).stashCount, capacity: stashCapacity };
  }

  /** Puts a node aside that was taken from the mailbox. */
  add(slot: number, node: number): void {
    this.#shard.witness?.stashed(slot, node);
    const cell = this.#shard.cellOf(slot);
    const { mail } = this.#shard;
    mail.pool.set(node, NEXT, 0);
    if (cell.stashTail === 0) cell.stashHead = node;
    else mail.pool.set(cell.stashTail, NEXT, node);
    cell.stashTail = node;
    cell.stashCount++;
    mail.envelopes++;
    mail.bytes += mail.pool.bytes(node);
  }

  /** Puts everything back before what waits. */
  putBack(slot: number): void {
    const cell = this.#shard.peekCell(slot);
    if (cell === undefined || cell.stashCount === 0) return;
    if (this.#shard.atHand.slot === slot) this.#shard.atHand.putBack();
    if ((this.#shard.table.get(slot, STATUS) & LEAVING) !== 0) this.#shard.stops.putMarkFirst(slot);
    this.#shard.mail.putBack(slot, cell.stashHead, cell.stashTail, cell.stashCount);
    cell.stashHead = 0;
    cell.stashTail = 0;
    cell.stashCount = 0;
    this.#shard.dispatcher.offer(slot);
  }
}
