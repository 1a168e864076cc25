import { HAS_PARKED, MAIL_COUNT, ROLE, STATUS } from '../kernel/actor-record.js';
import { KIND_MASK, NEXT, TELL, TELL_READY, WORD } from '../kernel/mail-pool.js';
import type { ActorCell } from './actor-cell.js';
import type { Shard } from './shard.js';

/** Messages that may wait for room on one shard, count. */
const PARKED_MAX = 65_536;

/**
 * Messages whose senders wait until there is room for them (`sendWhenReady`), per mailbox in the order they came. They
 * count as queued. The mailbox that gives a message to its actor admits the next one, and its sender is told; a credit is the room itself. A
 * message whose sender gives up is taken out. Messages of sources wait here too; nobody is told of those.
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
    const { mail, table, roles, burial } = this.#shard;
    const { capacity } = roles.all[table.get(slot, ROLE)]!;
    for (;;) {
      const node = this.#shard.cellOf(slot).parkedHead;
      if (node === 0) return;
      const bytes = mail.pool.bytes(node);
      if (table.get(slot, MAIL_COUNT) >= capacity || mail.bytes + bytes > mail.bytesMax) return;
      if (this.#isGivenUp(node)) {
        burial.buryNode(this.take(slot), slot, 'withdrawn', undefined);
        continue;
      }
      this.take(slot);
      mail.put(slot, node, bytes);
      this.#admitted(node);
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
    return cell.parkedHead === 0 ? 0 : this.#unlink(cell, 0, cell.parkedHead);
  }

  /** From here on a message that was parked is one like others in the mailbox, and its sender is told. */
  #admitted(node: number): void {
    if (!this.#isWaitedFor(node)) return;
    const { mail, envelopes } = this.#shard;
    const { pool } = mail;
    this.tellAdmitted(envelopes.senderShardOf(node), pool.correlation(node));
    pool.set(node, WORD, (pool.get(node, WORD) & ~KIND_MASK) | TELL);
  }

  /** Tells a sender that waited for room that its message is in the mailbox. */
  tellAdmitted(senderShard: number, correlation: number): void {
    if (senderShard === this.#shard.index) this.takeAdmission(correlation);
    else this.#shard.links.sendAdmission(senderShard, correlation);
  }

  /** A message of this shard that waited for room has found it. */
  takeAdmission(correlation: number): void {
    this.#shard.questions.resolve(correlation, undefined);
  }

  /** A sender on `senderShard` has given up waiting for room. Too late for a message that has found it. */
  withdraw(target: number, senderShard: number, correlation: number): void {
    const shard = this.#shard;
    const slot = shard.resolve(target);
    if (slot === 0 || (shard.table.get(slot, STATUS) & HAS_PARKED) === 0) return;
    const node = this.#takeOut(slot, senderShard, correlation);
    if (node === 0) return;
    shard.burial.buryNode(node, slot, 'withdrawn', undefined);
    this.admit(slot);
    shard.wake();
  }

  /** Takes one out by its sender; 0 when it does not wait any more. Mostly that is the oldest. */
  #takeOut(slot: number, senderShard: number, correlation: number): number {
    const cell = this.#shard.cellOf(slot);
    const { mail, envelopes } = this.#shard;
    let before = 0;
    for (let node = cell.parkedHead; node !== 0; node = mail.pool.get(node, NEXT)) {
      if (
        this.#isWaitedFor(node) &&
        mail.pool.correlation(node) === correlation &&
        envelopes.senderShardOf(node) === senderShard
      )
        return this.#unlink(cell, before, node);
      before = node;
    }
    return 0;
  }

  #unlink(cell: ActorCell, before: number, node: number): number {
    const { mail } = this.#shard;
    const next = mail.pool.get(node, NEXT);
    if (before === 0) cell.parkedHead = next;
    else mail.pool.set(before, NEXT, next);
    if (next === 0) cell.parkedTail = before;
    this.#count--;
    mail.envelopes--;
    if (cell.parkedHead === 0) {
      this.#slots.delete(cell.slot);
      this.#mark(cell.slot, false);
    }
    return node;
  }

  /** A sender of this shard has given up, and has not come yet to take its message back. */
  #isGivenUp(node: number): boolean {
    const { mail, index, questions, envelopes } = this.#shard;
    return (
      this.#isWaitedFor(node) &&
      envelopes.senderShardOf(node) === index &&
      questions.describe(mail.pool.correlation(node)) === undefined
    );
  }

  /** A sender waits for the message: it comes from no source. */
  #isWaitedFor(node: number): boolean {
    return (this.#shard.mail.pool.get(node, WORD) & KIND_MASK) === TELL_READY;
  }

  #mark(slot: number, parked: boolean): void {
    const { table } = this.#shard;
    const status = table.get(slot, STATUS);
    table.set(slot, STATUS, parked ? status | HAS_PARKED : status & ~HAS_PARKED);
  }
}
