import type { ActorRef, AskOptions, RefHost, SendOptions } from '../actor/actor-ref.js';
import type { ActorAddress } from '../actor/address.js';
import * as lifecycle from '../actor/lifecycle.js';
import type { RefColumn } from '../actor/ref-column.js';
import * as record from '../kernel/actor-record.js';
import * as table from '../kernel/actor-table.js';
import * as mail from '../kernel/mail-pool.js';
import { MailRun } from '../kernel/mail-run.js';
import type { Role } from '../kernel/role.js';
import type { RowFrame } from '../kernel/row-frame.js';
import { Sending } from '../kernel/scattered-rows.js';
import { isBare, isMessage } from '../mailbox/envelope.js';
import type { MessageWeights } from '../mailbox/message-size.js';
import { LEDGER } from '../system/ledger.js';
import * as scope from './scope.js';
import type { Shard } from './shard.js';

// Constants of this module are folded into its code; imported ones are loaded each time, which costs a fifth of the rate.
const { GENERATION, LIFECYCLE_MASK, MAIL_COUNT, MAIL_HEAD, MAIL_TAIL, QUEUED, BLOCKED, ROLE, STATUS } =
  record;
const { actingSlot, turnNow } = scope;
const { ASK, NEXT, SENDER_A, SENDER_B, TELL, RUN, TYPE_SHIFT, WEIGHT_BYTES, WEIGHT_SHIFT, WORD } = mail;
const { NODE_MASK, NODE_PAGE_SHIFT, NODE_SHIFT } = mail;
const { PAGE_MASK, PAGE_SHIFT } = table;
const { RECORD_SHIFT } = record;
const { RUNNING, STOPPING } = lifecycle;
const { sent: SENT } = LEDGER;

/** Messages in a row to one mailbox before they form a run: short rows are cheaper without. */
const RUN_AFTER = 8;

/** Envelopes that wait on a shard, count, from which on single messages without content are not kept as objects. */
const CROWD = 4096;

/**
 * The way of a message from a ref to a mailbox of the same shard, which is the way that most messages take: no address, no copy, no
 * envelope, and all of it in one function, for each call that is not inlined costs as much as a tenth of the whole.
 */
export class LocalPost implements RefHost {
  readonly #shard: Shard;
  readonly #pages: readonly Int32Array[];
  readonly #nodePages: readonly Int32Array[];
  readonly #payloads: unknown[][];
  readonly #roles: readonly Role[];
  /** Everything takes the longer way: messages must be copied, or the shard is closed. */
  isShut: boolean;
  /** The run that the next message joins if all is as it was; an empty one if there is none. */
  #run: MailRun;
  readonly #none: MailRun = new MailRun();
  /** Whose mailbox the last message that joined no run went to, who sent it, and how many there were in a row. */
  #lastSlot = 0;
  #lastSender = 0;
  #repeats = 0;

  constructor(shard: Shard, strict: boolean) {
    this.#shard = shard;
    this.isShut = strict;
    this.#run = this.#none;
    this.#pages = shard.table.pages;
    this.#nodePages = shard.mail.pool.pages;
    this.#payloads = shard.mail.pool.payloads;
    this.#roles = shard.roles.all;
  }

  /**
   * Puts a message into the mailbox of a slot on behalf of whoever is running, or gives it the end that its overflow rule says.
   * False, with nothing done, when there is more to decide than that: the actor is gone, stopping or elsewhere, the message is none or
   * must be copied, the shard is closed.
   *
   * @throws StaleContextError from an async call that is over
   */
  put(slot: number, generation: number, message: { readonly type: string }): boolean {
    const page = this.#pages[slot >>> PAGE_SHIFT]!;
    const at = (slot & PAGE_MASK) << RECORD_SHIFT;
    const status = page[at + STATUS]!;
    if (page[at + GENERATION] !== generation || (status & LIFECYCLE_MASK) >= STOPPING || this.isShut)
      return false;
    if (typeof message !== 'object' || message === null) return false;
    const shard = this.#shard;
    const run = this.#run;
    if (
      run.room > 0 &&
      run.slot === slot &&
      page[at + MAIL_HEAD] !== 0 && // else its last message is being met
      page[at + MAIL_TAIL] === run.node &&
      run.type === message.type && // read here for a flood alone: V8 makes this code for the kinds of message it has seen here
      (turnNow.shard === shard ? turnNow.slot : actingSlot(shard, 'send')) === run.sender
    ) {
      const mailboxes = shard.mail;
      const bytes = mailboxes.bytes + run.units * WEIGHT_BYTES;
      if (bytes <= mailboxes.bytesMax && run.add(message)) {
        mailboxes.bytes = bytes;
        mailboxes.envelopes++;
        page[at + MAIL_COUNT]!++;
        shard.row.cells[SENT]!++;
        return true;
      }
    }
    return this.#putNode(slot, TELL, message, 0, page, at, status);
  }

  /** The same for a message whose sender waits for the answer to `correlation`. */
  putQuestion(
    slot: number,
    generation: number,
    message: { readonly type: string },
    correlation: number,
  ): boolean {
    const page = this.#pages[slot >>> PAGE_SHIFT]!;
    const at = (slot & PAGE_MASK) << RECORD_SHIFT;
    const status = page[at + STATUS]!;
    if (page[at + GENERATION] !== generation || (status & LIFECYCLE_MASK) >= STOPPING || this.isShut)
      return false;
    if (typeof message !== 'object' || message === null) return false;
    return this.#putNode(slot, ASK, message, correlation, page, at, status);
  }

  /**
   * The same for a row of a frame. False also where there is no room for it, or a later message might have to make room for it, and
   * for a type that the receiver does not know.
   *
   * @throws StaleContextError from an async call that is over
   */
  putRow(slot: number, generation: number, frame: RowFrame, row: number): boolean {
    const sender = turnNow.shard === this.#shard ? turnNow.slot : actingSlot(this.#shard, 'send');
    this.#shard.heldRows.deliverOf(sender);
    return this.putSent(slot, generation, new Sending(frame, sender, this.#generationOf(sender)), row);
  }

  /** The same on behalf of whoever has sent it. */
  putSent(slot: number, generation: number, sending: Sending, row: number): boolean {
    const page = this.#pages[slot >>> PAGE_SHIFT]!;
    const at = (slot & PAGE_MASK) << RECORD_SHIFT;
    const status = page[at + STATUS]!;
    if (page[at + GENERATION] !== generation || (status & LIFECYCLE_MASK) >= STOPPING || this.isShut)
      return false;
    const role = this.#roles[page[at + ROLE]!]!;
    const { frame, sender } = sending;
    const { type, units } = frame;
    const number = type === role.lastType ? role.lastNumber : role.numberOf(type);
    const shard = this.#shard;
    const mailboxes = shard.mail;
    const bytes = mailboxes.bytes + units * WEIGHT_BYTES;
    if (
      number === 0 ||
      !role.takesRows ||
      page[at + MAIL_COUNT]! >= role.capacity ||
      bytes > mailboxes.bytesMax
    )
      return false;
    const node = this.#rowNode(frame, number, sender, page, at);
    this.#payloads[node >>> NODE_PAGE_SHIFT]![node & NODE_MASK] = frame.alone;
    shard.mail.pool.rowsOf(node >>> NODE_PAGE_SHIFT)[node & NODE_MASK] = row;
    shard.row.cells[SENT]!++;
    mailboxes.bytes = bytes;
    mailboxes.envelopes++;
    page[at + MAIL_COUNT]!++;
    if ((status & (LIFECYCLE_MASK | QUEUED | BLOCKED)) === RUNNING) {
      page[at + STATUS] = status | QUEUED;
      shard.dispatcher.push(slot, role.queue);
    }
    if (!shard.pump.scheduled) shard.pump.wake();
    return true;
  }

  scatter(refs: RefColumn<never>, frame: RowFrame, first: number): void {
    const sender = turnNow.shard === this.#shard ? turnNow.slot : actingSlot(this.#shard, 'send');
    this.#shard.heldRows.scatter(refs, new Sending(frame, sender, this.#generationOf(sender)), first);
  }

  /** Of the slot of a sender; 0 for the world outside. */
  #generationOf(slot: number): number {
    if (slot === 0) return 0;
    return this.#pages[slot >>> PAGE_SHIFT]![((slot & PAGE_MASK) << RECORD_SHIFT) + GENERATION]!;
  }

  /**
   * The same for the rows `from` to `to`, exclusive, in one node. False also where a mailbox may hold only so many messages, or they
   * are met in batches.
   *
   * @throws StaleContextError from an async call that is over
   */
  putRows(
    slot: number,
    generation: number,
    frame: RowFrame,
    from: number,
    to: number,
    senders: Int32Array | undefined,
  ): boolean {
    const shard = this.#shard;
    const sender = turnNow.shard === shard ? turnNow.slot : actingSlot(shard, 'send');
    shard.heldRows.deliverOf(sender);
    const page = this.#pages[slot >>> PAGE_SHIFT]!;
    const at = (slot & PAGE_MASK) << RECORD_SHIFT;
    const status = page[at + STATUS]!;
    if (page[at + GENERATION] !== generation || (status & LIFECYCLE_MASK) >= STOPPING || this.isShut)
      return false;
    const role = this.#roles[page[at + ROLE]!]!;
    const number = role.numberOf(frame.type);
    const mailboxes = shard.mail;
    const count = to - from;
    const bytes = mailboxes.bytes + count * frame.units * WEIGHT_BYTES;
    if (number === 0 || count === 0 || !role.takesRuns || bytes > mailboxes.bytesMax) return false;
    const node = this.#rowNode(frame, number, sender, page, at);
    const run = mailboxes.spareRuns.take();
    run.beginRows(frame, from, to, senders);
    this.#payloads[node >>> NODE_PAGE_SHIFT]![node & NODE_MASK] = run;
    shard.row.cells[SENT]! += count;
    mailboxes.bytes = bytes;
    mailboxes.envelopes += count;
    page[at + MAIL_COUNT]! += count;
    if ((status & (LIFECYCLE_MASK | QUEUED | BLOCKED)) === RUNNING) {
      page[at + STATUS] = status | QUEUED;
      shard.dispatcher.push(slot, role.queue);
    }
    if (!shard.pump.scheduled) shard.pump.wake();
    return true;
  }

  /** A node for rows of a frame, last in a mailbox. Its payload is still to be set. */
  #rowNode(frame: RowFrame, number: number, sender: number, page: Int32Array, at: number): number {
    const { pool } = this.#shard.mail;
    let node = pool.head;
    if (node === 0) node = pool.grow();
    else pool.head = this.#nodePages[node >>> NODE_PAGE_SHIFT]![(node & NODE_MASK) << NODE_SHIFT]!;
    const nodes = this.#nodePages[node >>> NODE_PAGE_SHIFT]!;
    const nodeAt = (node & NODE_MASK) << NODE_SHIFT;
    nodes[nodeAt + NEXT] = 0;
    nodes[nodeAt + WORD] = TELL | RUN | (number << TYPE_SHIFT) | (frame.units << WEIGHT_SHIFT);
    nodes[nodeAt + SENDER_A] = sender;
    nodes[nodeAt + SENDER_B] =
      sender === 0
        ? 0
        : this.#pages[sender >>> PAGE_SHIFT]![((sender & PAGE_MASK) << RECORD_SHIFT) + GENERATION]!;
    const tail = page[at + MAIL_TAIL]!;
    if (page[at + MAIL_HEAD] === 0) page[at + MAIL_HEAD] = node;
    else this.#nodePages[tail >>> NODE_PAGE_SHIFT]![((tail & NODE_MASK) << NODE_SHIFT) + NEXT] = node;
    page[at + MAIL_TAIL] = node;
    return node;
  }

  /** Gives a message a node of its own, or makes it the first of a new run. */
  #putNode(
    slot: number,
    kind: number,
    message: { readonly type: string },
    correlation: number,
    page: Int32Array,
    at: number,
    status: number,
  ): boolean {
    const { type } = message;
    const role = this.#roles[page[at + ROLE]!]!;
    const number = type === role.lastType ? role.lastNumber : role.numberOf(type);
    if (number === 0 && !isMessage(message)) return false;
    const shard = this.#shard;
    const mailboxes = shard.mail;
    const { pool } = mailboxes;
    const sender = turnNow.shard === shard ? turnNow.slot : actingSlot(shard, 'send');
    const { heldRows } = shard;
    if (heldRows.count > 0 && heldRows.isOf(sender)) {
      heldRows.deliver();
      status = page[at + STATUS]!;
    }
    const { weights } = role;
    const left = weights.unmeasured[number]!;
    let units: number;
    if (left === 0) units = weights.measure(number, message);
    else {
      weights.unmeasured[number] = left - 1;
      units = weights.units[number]!;
    }
    let node = pool.head;
    if (node === 0) node = pool.grow();
    else pool.head = this.#nodePages[node >>> NODE_PAGE_SHIFT]![(node & NODE_MASK) << NODE_SHIFT]!;
    const nodes = this.#nodePages[node >>> NODE_PAGE_SHIFT]!;
    const nodeAt = (node & NODE_MASK) << NODE_SHIFT;
    nodes[nodeAt + NEXT] = 0;
    nodes[nodeAt + WORD] = kind | (number << TYPE_SHIFT) | (units << WEIGHT_SHIFT);
    nodes[nodeAt + SENDER_A] = sender;
    nodes[nodeAt + SENDER_B] =
      sender === 0
        ? 0
        : this.#pages[sender >>> PAGE_SHIFT]![((sender & PAGE_MASK) << RECORD_SHIFT) + GENERATION]!;
    this.#payloads[node >>> NODE_PAGE_SHIFT]![node & NODE_MASK] = message;
    if (kind !== TELL) pool.setCorrelation(node, correlation);

    const bytes = mailboxes.bytes + units * WEIGHT_BYTES;
    if (page[at + MAIL_COUNT]! >= role.capacity || bytes > mailboxes.bytesMax) {
      shard.row.cells[SENT]!++;
      shard.delivery.overflow(slot, role, node);
      return true;
    }
    if (slot !== this.#lastSlot || sender !== this.#lastSender) {
      this.#lastSlot = slot;
      this.#lastSender = sender;
      this.#repeats = 0;
      if (mailboxes.envelopes > CROWD && kind === TELL && number !== 0 && role.takesRuns && isBare(message)) {
        this.#payloads[node >>> NODE_PAGE_SHIFT]![node & NODE_MASK] = role.bare[number];
        nodes[nodeAt + WORD]! |= RUN;
      }
    } else if (++this.#repeats >= RUN_AFTER && kind === TELL && number !== 0 && role.takesRuns)
      this.#beginRun(slot, node, sender, message, type, page[at + MAIL_TAIL]!, units, weights, number);
    shard.row.cells[SENT]!++; // not before: looking at a message may throw
    mailboxes.bytes = bytes;
    mailboxes.envelopes++;
    page[at + MAIL_COUNT]!++;
    const tail = page[at + MAIL_TAIL]!;
    if (page[at + MAIL_HEAD] === 0) page[at + MAIL_HEAD] = node;
    else this.#nodePages[tail >>> NODE_PAGE_SHIFT]![((tail & NODE_MASK) << NODE_SHIFT) + NEXT] = node;
    page[at + MAIL_TAIL] = node;
    if ((status & (LIFECYCLE_MASK | QUEUED | BLOCKED)) === RUNNING) {
      page[at + STATUS] = status | QUEUED;
      shard.dispatcher.push(slot, role.queue);
    }
    if (!shard.pump.scheduled) shard.pump.wake();
    return true;
  }

  /** Makes the message in `node` the first of a run, which the next ones from this sender join. */
  #beginRun(
    slot: number,
    node: number,
    sender: number,
    message: { readonly type: string },
    type: string,
    tail: number,
    units: number,
    weights: MessageWeights,
    number: number,
  ): void {
    const { mail } = this.#shard;
    const run = mail.spareRuns.take();
    const last = this.#run;
    const goesOn = last.room === 0 && last.node === tail;
    const repeats = (goesOn ? last.latest : tail !== 0 && mail.pool.payload(tail)) === message;
    run.begin(message, type, repeats, weights.unmeasured[number]!, goesOn ? last.count : 0);
    run.node = node;
    run.slot = slot;
    run.sender = sender;
    run.units = units;
    weights.unmeasured[number] = 0; // what comes after the run is measured
    mail.pool.setPayload(node, run);
    mail.pool.set(node, WORD, mail.pool.get(node, WORD) | RUN);
    this.#run = run;
  }

  /** What is sent from now on is sent by somebody else. */
  endRun(): void {
    this.#lastSlot = 0;
    if (this.#run !== this.#none) this.#run = this.#none;
  }

  tell(ref: ActorRef, message: { readonly type: string }): void {
    this.#shard.post.tell(ref, message);
  }

  tellWhenReady(ref: ActorRef, message: { readonly type: string }, options: SendOptions): Promise<void> {
    return this.#shard.post.tellWhenReady(ref, message, options);
  }

  ask(
    ref: ActorRef,
    slot: number,
    generation: number,
    message: { readonly type: string },
    options: AskOptions,
  ): Promise<unknown> {
    return this.#shard.post.ask(ref, slot, generation, message, options);
  }

  addressOf(slot: number, generation: number): ActorAddress {
    return this.#shard.addressOf(slot, generation);
  }
}
