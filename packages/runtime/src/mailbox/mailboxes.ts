import * as record from '../kernel/actor-record.js';
import { type ActorTable, offsetOf, pageOf } from '../kernel/actor-table.js';
import * as mailPool from '../kernel/mail-pool.js';
import { MailPool } from '../kernel/mail-pool.js';
import { type MailRun, SpareRuns } from '../kernel/mail-run.js';
import type { Sending } from '../kernel/scattered-rows.js';

// See `local-post.ts`.
const { MAIL_COUNT, MAIL_HEAD, MAIL_TAIL } = record;
const { NEXT, NODE_MASK, NODE_PAGE_SHIFT, NODE_SHIFT, NOTICE_BIT, RUN, SENDER_A, SENDER_B, WORD } = mailPool;
const { TELL, TYPE_SHIFT, WEIGHT_SHIFT } = mailPool;

/**
 * The mailboxes of one shard: for each actor a first-in-first-out queue of nodes of one pool, envelopes and notices alike. Only
 * envelopes count against an actor's capacity and the shard's budget of bytes; a notice always fits.
 */
export class Mailboxes {
  readonly pool: MailPool = new MailPool();
  readonly spareRuns: SpareRuns = new SpareRuns();
  /** What all mailboxes of the shard may hold together, bytes. */
  bytesMax: number;
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

  /** Puts an envelope first. */
  putFirst(slot: number, node: number, bytes: number): void {
    this.bytes += bytes;
    this.envelopes++;
    this.putBack(slot, node, node, 1);
  }

  /** Puts a notice last. */
  putNotice(slot: number, kind: number, payload: unknown): void {
    const node = this.pool.allocate();
    this.pool.set(node, WORD, kind);
    this.pool.setPayload(node, payload);
    this.#link(this.#pages[pageOf(slot)]!, offsetOf(slot), node);
  }

  /** Puts a notice first. */
  putNoticeFirst(slot: number, kind: number, payload: unknown): void {
    const page = this.#pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    const head = page[at + MAIL_HEAD]!;
    if (head === 0) {
      this.putNotice(slot, kind, payload);
      return;
    }
    const node = this.pool.allocate();
    this.pool.set(node, WORD, kind);
    this.pool.set(node, NEXT, head);
    this.pool.setPayload(node, payload);
    page[at + MAIL_HEAD] = node;
  }

  /** Takes the next in line out; 0 when nothing waits. The node is the caller's to free. */
  take(slot: number): number {
    const page = this.#pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    const node = page[at + MAIL_HEAD]!;
    if (node === 0) return 0;
    const nodes = this.pool.pages[node >>> NODE_PAGE_SHIFT]!;
    const nodeAt = (node & NODE_MASK) << NODE_SHIFT;
    if ((nodes[nodeAt + WORD]! & RUN) !== 0) return this.#takeFromRun(page, at, node);
    const next = nodes[nodeAt + NEXT]!;
    page[at + MAIL_HEAD] = next;
    if ((nodes[nodeAt + WORD]! & NOTICE_BIT) === 0) {
      page[at + MAIL_COUNT]!--;
      this.bytes -= this.pool.bytes(node);
      this.envelopes--;
    }
    return node;
  }

  /** Writes a row of a scattered frame into a node. */
  writeRow(node: number, type: number, { frame, sender, senderGeneration }: Sending, row: number): void {
    const { pool } = this;
    pool.set(node, NEXT, 0);
    pool.set(node, WORD, TELL | RUN | (type << TYPE_SHIFT) | (frame.units << WEIGHT_SHIFT));
    pool.set(node, SENDER_A, sender);
    pool.set(node, SENDER_B, senderGeneration);
    pool.setPayload(node, frame.alone);
    pool.rowsOf(node >>> NODE_PAGE_SHIFT)[node & NODE_MASK] = row;
  }

  /** Takes a row out that is next in line, and alone in its node, as it is. */
  takeRow(slot: number): number {
    const page = this.#pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    const node = page[at + MAIL_HEAD]!;
    page[at + MAIL_HEAD] = this.pool.get(node, NEXT);
    page[at + MAIL_COUNT]!--;
    this.bytes -= this.pool.bytes(node);
    this.envelopes--;
    return node;
  }

  /** Puts a message into a node of its own in place of the row that it is. */
  takeAsMessage(node: number, message: unknown): void {
    this.pool.set(node, WORD, this.pool.get(node, WORD) & ~RUN);
    this.pool.setPayload(node, message);
  }

  #takeFromRun(page: Int32Array, at: number, node: number): number {
    const run = this.pool.payload(node) as MailRun;
    const message = this.nextOfRun(node, run);
    if (run.at === run.count) {
      const next = this.pool.get(node, NEXT);
      page[at + MAIL_HEAD] = next;
    }
    const single = this.outOfRun(node, message, run);
    page[at + MAIL_COUNT]!--;
    this.bytes -= this.pool.bytes(single);
    this.envelopes--;
    return single;
  }

  /** The next message of the run in `node`, which says then who sent it. */
  nextOfRun(node: number, run: MailRun): { readonly type: string } {
    const { pool } = this;
    if (run.frame === undefined) return run.shift();
    if (run.isShared) return run.frame.message(pool.row(node));
    this.tellSender(node, run, run.at);
    return run.shift();
  }

  /** Lets the node of a run say who sent one of its rows. */
  tellSender(node: number, { senders, frame }: MailRun, row: number): void {
    if (senders === undefined) return;
    this.pool.set(node, SENDER_A, senders[row]!);
    this.pool.set(node, SENDER_B, senders[frame!.count + row]!);
  }

  /** A node of its own for a message that was taken from a run in `node`; that is freed with the last one. */
  outOfRun(node: number, message: unknown, run: MailRun): number {
    const { pool } = this;
    const single = pool.allocate();
    pool.set(single, WORD, pool.get(node, WORD) & ~RUN);
    pool.set(single, SENDER_A, pool.get(node, SENDER_A));
    pool.set(single, SENDER_B, pool.get(node, SENDER_B));
    pool.setPayload(single, message);
    if (run.at === run.count) this.freeRun(node, run);
    return single;
  }

  /** A message has been met that was in `node`, or the latest of the run there: lets go of what nothing is left in. */
  release(node: number, run: MailRun | undefined): void {
    if (run === undefined) this.pool.free(node);
    else if (run.at === run.count) this.freeRun(node, run);
  }

  /** Frees a run that is empty, and out of its mailbox, with its node. */
  freeRun(node: number, run: MailRun): void {
    this.pool.free(node);
    if (run.isShared) return;
    run.node = 0;
    run.room = 0; // whoever still holds it as the latest run adds nothing
    this.spareRuns.giveBack(run);
  }

  /** The envelope that has waited longest; 0 when there is none. */
  oldestEnvelope(slot: number): number {
    let node = this.#pages[pageOf(slot)]![offsetOf(slot) + MAIL_HEAD]!;
    while (node !== 0 && (this.pool.get(node, WORD) & NOTICE_BIT) !== 0) node = this.pool.get(node, NEXT);
    return node;
  }

  /** Takes the envelope out that has waited longest, past notices, which keep their places; 0 when there is none. */
  takeOldestEnvelope(slot: number): number {
    const page = this.#pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    let before = 0;
    let node = page[at + MAIL_HEAD]!;
    while (node !== 0 && (this.pool.get(node, WORD) & NOTICE_BIT) !== 0) {
      before = node;
      node = this.pool.get(node, NEXT);
    }
    if (node === 0 || before === 0) return node === 0 ? 0 : this.take(slot);
    const next = this.pool.get(node, NEXT);
    this.pool.set(before, NEXT, next);
    if (next === 0) page[at + MAIL_TAIL] = before;
    page[at + MAIL_COUNT]!--;
    this.bytes -= this.pool.bytes(node);
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
    const nodes = this.pool.pages[node >>> NODE_PAGE_SHIFT]!;
    nodes[((node & NODE_MASK) << NODE_SHIFT) + NEXT] = 0;
    const tail = page[at + MAIL_TAIL]!;
    if (page[at + MAIL_HEAD] === 0) page[at + MAIL_HEAD] = node;
    else this.pool.pages[tail >>> NODE_PAGE_SHIFT]![((tail & NODE_MASK) << NODE_SHIFT) + NEXT] = node;
    page[at + MAIL_TAIL] = node;
  }
}
