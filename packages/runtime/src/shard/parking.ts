import { HAS_PARKED, MAIL_COUNT, ROLE, STATUS } from '../kernel/actor-record.js';
import { NEXT } from '../kernel/mail-pool.js';
import type { Shard } from './shard.js';

/** Messages that may wait for room on one shard, count. */
const PARKED_MAX = 65_536;

/**
 * Messages whose senders wait until there is room for them (`sendWhenReady`), per mailbox in the order they came. They
 * count as queued. The mailbox that gives a message to its actor admits the next one; a credit is the room itself.
 */
export class Parking {
  readonly #shard: Shard;
  readonly #slots = new Set<number>();
  #count = 0;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** False when too many wait already. */
  park(slot: number, node: number): boolean {
    if (this.#count === PARKED_MAX) return false;
    const cell = this.#shard.cellOf(slot);
    const { pool } = this.#shard.mail;
    pool.set(node, NEXT, 0);
    if (cell.parkedTail === 0) cell.parkedHead = node;
    else pool.set(cell.parkedTail, NEXT, node);
    cell.parkedTail = node;
    this.#shard.mail.envelopes++;
    this.#count++;
    this.#slots.add(slot);
    this.#mark(slot, true);
    return true;
  }

  /** Moves what has room now from the parking of `slot` to its mailbox. */
  admit(slot: number): void {
    const { mail, table, roles } = this.#shard;
    const { capacity } = roles.all[table.get(slot, ROLE)]!;
    for (;;) {
      const node = this.#shard.cellOf(slot).parkedHead;
      if (node === 0) return;
      const bytes = mail.pool.bytes(node);
      if (table.get(slot, MAIL_COUNT) >= capacity || mail.bytes + bytes > mail.bytesMax) return;
      this.take(slot);
      mail.put(slot, node, bytes);
      this.#shard.post.admitNode(node);
      this.#shard.dispatcher.offer(slot);
    }
  }

  /** Room in the shard's budget may have come up that no mailbox has noticed. */
  admitAll(): void {
    if (this.#count > 0) for (const slot of [...this.#slots]) this.admit(slot);
  }

  /** Takes the oldest out, for whatever end; 0 when none waits. */
  take(slot: number): number {
    const cell = this.#shard.cellOf(slot);
    const node = cell.parkedHead;
    if (node === 0) return 0;
    cell.parkedHead = this.#shard.mail.pool.get(node, NEXT);
    this.#count--;
    this.#shard.mail.envelopes--;
    if (cell.parkedHead === 0) {
      cell.parkedTail = 0;
      this.#slots.delete(slot);
      this.#mark(slot, false);
    }
    return node;
  }

  #mark(slot: number, parked: boolean): void {
    const { table } = this.#shard;
    const status = table.get(slot, STATUS);
    table.set(slot, STATUS, parked ? status | HAS_PARKED : status & ~HAS_PARKED);
  }
}
