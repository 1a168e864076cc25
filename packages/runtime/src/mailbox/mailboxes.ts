import { MAIL_COUNT, MAIL_HEAD, MAIL_TAIL } from '../kernel/actor-record.js';
import { type ActorTable, offsetOf, pageOf } from '../kernel/actor-table.js';
import { BYTES, KIND, MailPool, NEXT, NOTICE_BIT, nodeOffsetOf, nodePageOf } from '../kernel/mail-pool.js';

/**
 * The mailboxes of one shard: for each actor a first-in-first-out queue of nodes of one pool, envelopes and notices alike. Only
 * envelopes count against an actor's capacity and the shard's budget of bytes; a notice always fits.
 */
export class Mailboxes {
  readonly pool: MailPool = new MailPool();
  /** What all mailboxes of the shard may hold together, bytes. */
  readonly bytesMax: number;
  bytes = 0;
  /** Envelopes that wait, also stashed and parked ones, count. */
  envelopes = 0;
  readonly #pages: readonly Int32Array[];

  constructor(table: ActorTable<unknown>, bytesMax: number) {
    this.#pages = table.pages;
    this.bytesMax = bytesMax;
  }

  /** Puts an envelope last. Whether there is room was asked before. */
  put(slot: number, node: number, bytes: number): void {
    this.bytes += bytes;
    this.envelopes++;
    const page = this.#pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    page[at + MAIL_COUNT]!++;
    this.#link(page, at, node);
  }

  /** Puts a notice last. */
  putNotice(slot: number, kind: number, payload: unknown): void {
    const node = this.pool.allocate();
    this.pool.set(node, KIND, kind);
    this.pool.set(node, BYTES, 0);
    this.pool.setPayload(node, payload);
    this.#link(this.#pages[pageOf(slot)]!, offsetOf(slot), node);
  }

  /** Takes the next in line out; 0 when nothing waits. The node is the caller's to free. */
  take(slot: number): number {
    const page = this.#pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    const node = page[at + MAIL_HEAD]!;
    if (node === 0) return 0;
    const nodes = this.pool.pages[nodePageOf(node)]!;
    const nodeAt = nodeOffsetOf(node);
    const next = nodes[nodeAt + NEXT]!;
    page[at + MAIL_HEAD] = next;
    if (next === 0) page[at + MAIL_TAIL] = 0;
    if ((nodes[nodeAt + KIND]! & NOTICE_BIT) === 0) {
      page[at + MAIL_COUNT]!--;
      this.bytes -= nodes[nodeAt + BYTES]!;
      this.envelopes--;
    }
    return node;
  }

  /** The envelope that has waited longest; 0 when there is none. */
  oldestEnvelope(slot: number): number {
    let node = this.#pages[pageOf(slot)]![offsetOf(slot) + MAIL_HEAD]!;
    while (node !== 0 && (this.pool.get(node, KIND) & NOTICE_BIT) !== 0) node = this.pool.get(node, NEXT);
    return node;
  }

  /** Takes the envelope out that has waited longest, past notices, which keep their places; 0 when there is none. */
  takeOldestEnvelope(slot: number): number {
    const page = this.#pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    let before = 0;
    let node = page[at + MAIL_HEAD]!;
    while (node !== 0 && (this.pool.get(node, KIND) & NOTICE_BIT) !== 0) {
      before = node;
      node = this.pool.get(node, NEXT);
    }
    if (node === 0 || before === 0) return node === 0 ? 0 : this.take(slot);
    const next = this.pool.get(node, NEXT);
    this.pool.set(before, NEXT, next);
    if (next === 0) page[at + MAIL_TAIL] = before;
    page[at + MAIL_COUNT]!--;
    this.bytes -= this.pool.get(node, BYTES);
    this.envelopes--;
    return node;
  }

  /** Puts a list of `count` envelopes before all others: what was stashed. */
  putBack(slot: number, head: number, tail: number, count: number): void {
    if (count === 0) return;
    const page = this.#pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    this.pool.set(tail, NEXT, page[at + MAIL_HEAD]!);
    if (page[at + MAIL_HEAD] === 0) page[at + MAIL_TAIL] = tail;
    page[at + MAIL_HEAD] = head;
    page[at + MAIL_COUNT]! += count;
  }

  #link(page: Int32Array, at: number, node: number): void {
    const nodes = this.pool.pages[nodePageOf(node)]!;
    nodes[nodeOffsetOf(node) + NEXT] = 0;
    const tail = page[at + MAIL_TAIL]!;
    if (tail === 0) page[at + MAIL_HEAD] = node;
    else this.pool.pages[nodePageOf(tail)]![nodeOffsetOf(tail) + NEXT] = node;
    page[at + MAIL_TAIL] = node;
  }
}
