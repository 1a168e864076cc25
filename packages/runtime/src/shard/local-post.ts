import type { ActorRef, AskOptions, RefHost, SendOptions } from '../actor/actor-ref.js';
import type { ActorAddress } from '../actor/address.js';
import * as lifecycle from '../actor/lifecycle.js';
import type { ColumnPart, RefColumn } from '../actor/ref-column.js';
import * as record from '../kernel/actor-record.js';
import * as table from '../kernel/actor-table.js';
import * as mail from '../kernel/mail-pool.js';
import { MailRun } from '../kernel/mail-run.js';
import type { Role } from '../kernel/role.js';
import type { RowFrame } from '../kernel/row-frame.js';
import { Scatter, Sending } from '../kernel/scattered-rows.js';
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
const { RECORD_SHIFT, ROWS_HELD } = record;
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
  /** Scatters that groups hold, count; and those among them of the world outside. */
  #held = 0;
  #heldOfOutside = 0;

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
    const { type } = message;
    const shard = this.#shard;
    const run = this.#run;
    if (
      run.room > 0 &&
      run.slot === slot &&
      page[at + MAIL_HEAD] !== 0 && // else its last message is being met
      page[at + MAIL_TAIL] === run.node &&
      run.type === type &&
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
    return this.#putNode(slot, TELL, message, type, 0, page, at, status);
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
    return this.#putNode(slot, ASK, message, message.type, correlation, page, at, status);
  }

  /**
   * The same for a row of a frame. False also where there is no room for it, or a later message might have to make room for it, and
   * for a type that the receiver does not know.
   *
   * @throws StaleContextError from an async call that is over
   */
  putRow(slot: number, generation: number, frame: RowFrame, row: number): boolean {
    const sender = turnNow.shard === this.#shard ? turnNow.slot : actingSlot(this.#shard, 'send');
    this.deliverHeldOf(sender);
    return this.#putRow(slot, generation, new Sending(frame, sender, this.#generationOf(sender)), row);
  }

  #putRow(slot: number, generation: number, sending: Sending, row: number): boolean {
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
    const shard = this.#shard;
    const sender = turnNow.shard === shard ? turnNow.slot : actingSlot(shard, 'send');
    const sending = new Sending(frame, sender, this.#generationOf(sender));
    for (const [index, ref] of refs.elsewhere()) (ref as ActorRef).send(frame.message(first + index));
    this.deliverHeldOf(sender);
    refs.parts ??= this.#divide(refs);
    for (const part of refs.parts) {
      const scatter = new Scatter(part, sending, first);
      if (!this.#hold(scatter))
        for (let place = 0; place < part.slots.length; place++) this.#putScattered(scatter, place);
    }
  }

  /** The actors of a column that live here, by role. */
  #divide(refs: RefColumn<never>): ColumnPart[] {
    const { slots, generations } = refs;
    const places = new Map<number, number[]>();
    for (const [index, slot] of slots.entries()) {
      if (slot === 0) continue;
      const role = this.#pages[slot >>> PAGE_SHIFT]![((slot & PAGE_MASK) << RECORD_SHIFT) + ROLE]!;
      if (places.has(role)) places.get(role)!.push(index);
      else places.set(role, [index]);
    }
    return Array.from(places, ([role, indices]) => {
      if (indices.length === slots.length) return { refs, role, indices: undefined, slots, generations };
      const of = (column: Int32Array): Int32Array => Int32Array.from(indices, (index) => column[index]!);
      return {
        refs,
        role,
        indices: Int32Array.from(indices),
        slots: of(slots),
        generations: of(generations),
      };
    });
  }

  /** Lets the group of its actors hold a scatter; false, with nothing done, if its rows must go into the mailboxes. */
  #hold(scatter: Scatter): boolean {
    const shard = this.#shard;
    const { part, sending } = scatter;
    const { slots } = part;
    const { frame } = sending;
    const role = this.#roles[part.role]!;
    const { group } = role;
    const number = role.numberOf(frame.type);
    const bytes = slots.length * frame.units * WEIGHT_BYTES;
    if (this.isShut || shard.inspector !== undefined || group === undefined || !role.scatters) return false;
    if (group.handlers[number] === undefined || shard.mail.bytes + bytes > shard.mail.bytesMax) return false;
    const { scattered } = group;
    if (scattered.count > 0 && scattered.type !== number) return false;
    scattered.type = number;
    scattered.add(scatter);
    this.#held++;
    if (sending.held++ === 0) this.#beginHolding(sending.sender);
    this.countHeld(slots.length, frame);
    shard.dispatcher.offerWaiting(group, role.rank);
    if (!shard.pump.scheduled) shard.pump.wake();
    return true;
  }

  /** Puts the row of the actor at a place of a scatter into its mailbox, on behalf of the sender. */
  #putScattered({ part, sending, first }: Scatter, place: number): void {
    const { refs, indices, slots, generations } = part;
    const index = indices === undefined ? place : indices[place]!;
    if (this.#putRow(slots[place]!, generations[place]!, sending, first + index)) return;
    const { shard: outerShard, slot: outerSlot } = turnNow;
    turnNow.shard = this.#shard;
    turnNow.slot = sending.sender;
    try {
      (refs.at(index) as ActorRef | undefined)?.send(sending.frame.message(first + index));
    } finally {
      turnNow.shard = outerShard;
      turnNow.slot = outerSlot;
    }
  }

  /** Counts rows that groups hold as sent and waiting; takes them back where `rows` is below 0. */
  countHeld(rows: number, { units }: RowFrame): void {
    const { mail, row } = this.#shard;
    row.cells[SENT]! += rows;
    mail.bytes += rows * units * WEIGHT_BYTES;
    mail.envelopes += rows;
  }

  /** From here on, before anybody can hear of the scatter, what its sender does comes after it. */
  #beginHolding(sender: number): void {
    this.endRun(); // what the sender sends next must not join it unseen
    if (sender === 0) this.#heldOfOutside++;
    else this.#setHeld(sender, ROWS_HELD);
  }

  /** A scatter is not held any more. Its sender still lives: see `endings.ts`. */
  release({ sending }: Scatter): void {
    this.#held--;
    if (--sending.held > 0) return;
    if (sending.sender === 0) this.#heldOfOutside--;
    else this.#setHeld(sending.sender, 0);
  }

  /** Puts the row of an actor that a group holds, and that it cannot meet there, into its mailbox. */
  divert(scatter: Scatter, place: number): void {
    this.countHeld(-1, scatter.sending.frame);
    this.#putScattered(scatter, place);
  }

  /** Sees that rows which groups hold of a sender come before what it sends now. */
  deliverHeldOf(sender: number): void {
    if (this.#held > 0 && this.#holds(sender)) this.deliverHeld();
  }

  /** Puts all rows that groups hold into the mailboxes. So they come before what their senders send, or cause, from now on. */
  deliverHeld(): void {
    if (this.#held === 0) return;
    const scatters: (readonly [scatter: Scatter, from: number])[] = [];
    for (const { group } of this.#roles) {
      if (group === undefined) continue;
      const { scattered } = group;
      for (let scatter = scattered.first; scatter !== undefined; scatter = scattered.first) {
        scatters.push([scatter, scattered.place]);
        scattered.advance(scatter.part.slots.length);
        this.release(scatter);
      }
    }
    for (const [scatter, from] of scatters)
      for (let place = from; place < scatter.part.slots.length; place++) this.divert(scatter, place);
  }

  /** Rows of a sender are held. */
  #holds(sender: number): boolean {
    if (sender === 0) return this.#heldOfOutside > 0;
    const page = this.#pages[sender >>> PAGE_SHIFT]!;
    return (page[((sender & PAGE_MASK) << RECORD_SHIFT) + STATUS]! & ROWS_HELD) !== 0;
  }

  #setHeld(sender: number, bit: number): void {
    const page = this.#pages[sender >>> PAGE_SHIFT]!;
    const at = ((sender & PAGE_MASK) << RECORD_SHIFT) + STATUS;
    page[at] = (page[at]! & ~ROWS_HELD) | bit;
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
    this.deliverHeldOf(sender);
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
    type: string,
    correlation: number,
    page: Int32Array,
    at: number,
    status: number,
  ): boolean {
    const role = this.#roles[page[at + ROLE]!]!;
    const number = type === role.lastType ? role.lastNumber : role.numberOf(type);
    if (number === 0 && !isMessage(message)) return false;
    const shard = this.#shard;
    const mailboxes = shard.mail;
    const { pool } = mailboxes;
    const sender = turnNow.shard === shard ? turnNow.slot : actingSlot(shard, 'send');
    if (this.#held > 0 && this.#holds(sender)) {
      this.deliverHeld();
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
