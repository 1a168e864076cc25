import type { ActorRef, AskOptions, RefHost, SendOptions } from '../actor/actor-ref.js';
import { type ActorAddress, NOBODY, pathOfId } from '../actor/address.js';
import type { ScheduledMessage } from '../actor/context.js';
import { STOPPING } from '../actor/lifecycle.js';
import { AskRejectedError, InvalidOptionError, SendRefusedError } from '../errors.js';
import { LIFECYCLE_MASK, MAIL_COUNT, ROLE, STATUS } from '../kernel/actor-record.js';
import { offsetOf, pageOf } from '../kernel/actor-table.js';
import {
  ASK,
  BYTES,
  CORRELATION_HIGH,
  CORRELATION_LOW,
  FED,
  fromHalves,
  highHalf,
  KIND,
  KIND_MASK,
  lowHalf,
  nodeColumnOf,
  nodeOffsetOf,
  nodePageOf,
  SENDER_A,
  SENDER_B,
  SENDER_SHARD,
  TELL,
  TELL_READY,
  TYPE_SHIFT,
} from '../kernel/mail-pool.js';
import type { Role } from '../kernel/role.js';
import { type Envelope, isMessage, UNKNOWN_MESSAGE } from '../mailbox/envelope.js';
import type { MessageCodec } from '../remote/links.js';
import type { DeadLetter, DeadLetterReason, RejectionReason } from '../system/dead-letters.js';
import { LEDGER } from '../system/ledger.js';
import type { Question } from './question.js';
import { actingSlot } from './scope.js';
import type { Shard } from './shard.js';

const KINDS = { tell: TELL, ask: ASK, 'tell-ready': TELL_READY } as const;
const KIND_NAMES = ['tell', 'ask', 'tell-ready', 'tell'] as const;

/**
 * Routes the envelopes of one shard and keeps the books on them: each is counted as sent once, and ends as
 * handled or as a dead letter, here or on the shard it went to.
 */
export class PostOffice implements RefHost {
  readonly #shard: Shard;
  readonly #codec: MessageCodec;
  readonly #strict: boolean;
  readonly #onDeadLetter: (letter: DeadLetter) => void;

  constructor(
    shard: Shard,
    codec: MessageCodec,
    strict: boolean,
    onDeadLetter: (letter: DeadLetter) => void,
  ) {
    this.#shard = shard;
    this.#codec = codec;
    this.#strict = strict;
    this.#onDeadLetter = onDeadLetter;
  }

  // --- out ---------------------------------------------------------------------------------------------

  tell(ref: ActorRef, slot: number, generation: number, message: { readonly type: string }): void {
    const sender = actingSlot(this.#shard, 'send');
    this.#shard.row.cells[LEDGER.sent]!++;
    if (slot !== 0 && this.#shard.local.post(slot, generation, TELL, message, sender, 0)) return;
    this.#route(ref.address, TELL, message, sender, 0);
  }

  ask(
    ref: ActorRef,
    slot: number,
    generation: number,
    message: { readonly type: string },
    options: AskOptions,
  ): Promise<unknown> {
    let reply: Promise<unknown>;
    let sender: number;
    const { questions } = this.#shard;
    try {
      sender = actingSlot(this.#shard, 'ask');
      if (options.deadlineMs === undefined)
        throw new InvalidOptionError('deadlineMs', undefined, 'more than 0 ms');
      reply = questions.open(ref, isMessage(message) ? message.type : UNKNOWN_MESSAGE.type, options);
    } catch (error) {
      return Promise.reject(error);
    }
    const correlation = questions.lastOpened;
    this.#shard.row.cells[LEDGER.sent]!++;
    if (slot === 0 || !this.#shard.local.post(slot, generation, ASK, message, sender, correlation))
      this.#route(ref.address, ASK, message, sender, correlation);
    return reply;
  }

  tellWhenReady(ref: ActorRef, message: { readonly type: string }, options: SendOptions): Promise<void> {
    let admitted: Promise<unknown>;
    let sender: number;
    const { questions } = this.#shard;
    try {
      sender = actingSlot(this.#shard, 'sendWhenReady');
      admitted = questions.open(ref, isMessage(message) ? message.type : UNKNOWN_MESSAGE.type, options);
    } catch (error) {
      return Promise.reject(error);
    }
    this.#shard.row.cells[LEDGER.sent]!++;
    this.#route(ref.address, TELL_READY, message, sender, questions.lastOpened);
    return admitted as Promise<void>;
  }

  addressOf(slot: number, generation: number): ActorAddress {
    return this.#shard.addressOf(slot, generation);
  }

  /** Sends a message of an actor to itself, later. */
  schedule(
    slot: number,
    delayMs: number,
    message: { readonly type: string },
    periodic: boolean,
  ): ScheduledMessage {
    const shard = this.#shard;
    const cell = shard.cellOf(slot);
    const { generation } = cell;
    let current = 0;
    const fire = (): void => {
      cell.timers.delete(current);
      if (periodic) arm();
      shard.row.cells[LEDGER.sent]!++;
      if (!shard.local.post(slot, generation, TELL, message, slot, 0))
        this.#route(shard.addressOf(slot, generation), TELL, message, slot, 0);
    };
    const arm = (): void => {
      current = shard.timers.set(delayMs, fire);
      cell.timers.add(current);
    };
    arm();
    return {
      cancel: () => {
        shard.timers.cancel(current);
        cell.timers.delete(current);
      },
    };
  }

  /**
   * Puts a message of one of its sources into the mailbox of an actor, or parks it.
   *
   * @throws TypeError, or TransportError in strict mode, for what cannot be a message
   */
  feed(slot: number, message: { readonly type: string }, source: number): void {
    const shard = this.#shard;
    if (!isMessage(message))
      throw new TypeError('A source must give messages: objects with a `type` that is a string.');
    const copy = this.strictCopy(message);
    const id = shard.idOf(slot);
    shard.row.cells[LEDGER.sent]!++;
    this.deliver(
      id,
      { kind: 'tell', message: copy, sender: id, senderShard: shard.index, correlation: source },
      FED,
    );
    shard.wake();
  }

  /** Hands a message on to another actor, with its sender and its question. */
  forward(target: ActorAddress, envelope: Envelope): void {
    this.#shard.row.cells[LEDGER.sent]!++;
    if (target.shard !== this.#shard.index) this.#routeThere(target, envelope);
    else this.deliver(target.id, envelope);
  }

  /** Gives the reply to a question, if there is one to give it to. */
  reply(replier: number, question: Question, value: unknown): void {
    this.#shard.row.cells[LEDGER.sent]!++;
    if (!question.isAsk) this.#deadReply(replier, question, 'no-question');
    else if (question.answered) this.#deadReply(replier, question, 'second-reply');
    else {
      question.answered = true;
      if (question.senderShard === this.#shard.index) this.#replyHere(replier, question, value);
      else this.#replyThere(replier, question, value);
    }
  }

  /** Tells an asker that there will be no reply, and why. */
  reject(rejecter: number, question: Question, error: unknown): void {
    if (question.isAsk && !question.answered) {
      question.answered = true;
      this.#rejectAsker(question, this.#shard.idOf(rejecter), 'rejected', error);
    } else {
      this.#shard.row.cells[LEDGER.sent]!++;
      this.#deadReply(rejecter, question, question.isAsk ? 'second-reply' : 'no-question', error);
    }
  }

  /** The way to any actor, by its address. */
  #route(
    target: ActorAddress,
    kind: number,
    message: { readonly type: string },
    sender: number,
    correlation: number,
  ): void {
    const shard = this.#shard;
    const plain: Envelope = {
      kind: KIND_NAMES[kind]!,
      message,
      sender: sender === 0 ? NOBODY : shard.idOf(sender),
      senderShard: shard.index,
      correlation,
    };
    if (!isMessage(message)) {
      const cause = new TypeError('A message must be an object with a `type` that is a string.');
      this.deadLetter({ ...plain, message: UNKNOWN_MESSAGE }, target, 'invalid-message', cause);
    } else if (shard.isClosed) {
      this.deadLetter(plain, target, 'stopped', undefined);
    } else if (target.shard !== shard.index) {
      this.#routeThere(target, plain);
    } else {
      let copy: { readonly type: string };
      try {
        copy = this.strictCopy(message);
      } catch (error) {
        this.deadLetter(plain, target, 'invalid-message', error);
        return;
      }
      this.deliver(target.id, copy === message ? plain : { ...plain, message: copy });
      shard.wake();
    }
  }

  /** In strict mode what another thread would get: the value encoded and decoded. Else the value itself. */
  strictCopy<T>(value: T): T {
    return this.#strict ? (this.#codec.decode(this.#codec.encode(value)) as T) : value;
  }

  #routeThere(target: ActorAddress, envelope: Envelope): void {
    let refusal: DeadLetterReason | undefined;
    try {
      if (envelope.senderShard === this.#shard.index)
        refusal = this.#shard.links.sendEnvelope(target, envelope, this.#codec.encode(envelope.message));
      else refusal = this.#shard.links.forwardEnvelope(target, envelope);
    } catch (error) {
      this.deadLetter(envelope, target, 'invalid-message', error);
      return;
    }
    if (refusal !== undefined) this.deadLetter(envelope, target, refusal, undefined);
  }

  #replyHere(replier: number, question: Question, value: unknown): void {
    let copy: unknown;
    try {
      copy = this.strictCopy(value);
    } catch (error) {
      this.#invalidReply(replier, question, error);
      return;
    }
    if (this.#shard.questions.resolve(question.correlation, copy)) this.#shard.row.cells[LEDGER.handled]!++;
    else this.#lateReply(this.#shard.addressOf(replier));
  }

  #replyThere(replier: number, question: Question, value: unknown): void {
    let payload: Uint8Array;
    try {
      payload = this.#codec.encode(value);
    } catch (error) {
      this.#invalidReply(replier, question, error);
      return;
    }
    const refusal = this.#shard.links.sendReply(question, this.#shard.idOf(replier), payload);
    if (refusal !== undefined) this.#deadReply(replier, question, refusal);
  }

  #invalidReply(replier: number, question: Question, error: unknown): void {
    this.#deadReply(replier, question, 'invalid-message', error);
    this.#rejectAsker(question, this.#shard.idOf(replier), 'invalid-message', error);
  }

  #deadReply(replier: number, question: Question, reason: DeadLetterReason, cause?: unknown): void {
    this.#shard.row.cells[LEDGER.dead]!++;
    const asker = this.#addressOrId(question.senderId, question.senderShard);
    this.#describe(reason, asker, this.#shard.addressOf(replier), 'reply', cause);
  }

  // --- in ----------------------------------------------------------------------------------------------

  /** An envelope for an actor of this shard, from wherever. */
  deliver(id: number, envelope: Envelope, nodeKind: number = KINDS[envelope.kind]): void {
    const shard = this.#shard;
    const slot = shard.resolve(id);
    if (slot === 0) {
      if (shard.limbo.holds(id, shard.index)) shard.limbo.keepEnvelope(id, envelope);
      else {
        const address = { path: pathOfId(id), id, shard: shard.index };
        this.deadLetter(envelope, address, 'no-such-actor', undefined);
      }
      return;
    }
    const page = shard.table.pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    if ((page[at + STATUS]! & LIFECYCLE_MASK) >= STOPPING) {
      this.deadLetter(envelope, shard.addressOf(slot), 'stopped', undefined);
      return;
    }
    const role = shard.roles.all[page[at + ROLE]!]!;
    const { kind, message, sender, senderShard, correlation } = envelope;
    const type = role.numberOf(message.type);
    const bytes = role.weights.weigh(type, message);
    const isHere = senderShard === shard.index && sender !== NOBODY;
    const senderSlot = isHere ? shard.resolve(sender) : 0;
    const [a, b] =
      senderShard !== shard.index
        ? [lowHalf(sender), highHalf(sender)]
        : [senderSlot, senderSlot === 0 ? 0 : shard.generationOf(senderSlot)];
    const node = this.#fill(nodeKind, type, bytes, message, a, b, senderShard, correlation);
    const { mail } = shard;
    if (page[at + MAIL_COUNT]! >= role.capacity || mail.bytes + bytes > mail.bytesMax)
      this.overflow(slot, role, node);
    else {
      mail.put(slot, node, bytes);
      if (kind === 'tell-ready') this.#admitted(senderShard, correlation);
    }
    shard.dispatcher.offer(slot);
  }

  #fill(
    kind: number,
    type: number,
    bytes: number,
    message: object,
    senderA: number,
    senderB: number,
    senderShard: number,
    correlation: number,
  ): number {
    const { pool } = this.#shard.mail;
    const node = pool.allocate();
    const nodes = pool.pages[nodePageOf(node)]!;
    const at = nodeOffsetOf(node);
    nodes[at + KIND] = kind | (type << TYPE_SHIFT);
    nodes[at + BYTES] = bytes;
    nodes[at + SENDER_A] = senderA;
    nodes[at + SENDER_B] = senderB;
    nodes[at + SENDER_SHARD] = senderShard;
    if (kind !== TELL) {
      nodes[at + CORRELATION_LOW] = lowHalf(correlation);
      nodes[at + CORRELATION_HIGH] = highHalf(correlation);
    }
    pool.payloads[nodePageOf(node)]![nodeColumnOf(node)] = message;
    return node;
  }

  /** The mailbox of `slot`, or the budget, has no room for the envelope in `node`. */
  overflow(slot: number, role: Role, node: number): void {
    const shard = this.#shard;
    const { mail } = shard;
    const { pool } = mail;
    const kind = pool.get(node, KIND) & KIND_MASK;
    if (kind === TELL_READY || kind === FED) {
      if (!shard.parking.park(slot, node)) this.buryNode(node, slot, 'mailbox-full', undefined);
      return;
    }
    const bytes = pool.get(node, BYTES);
    const full = mail.bytes + bytes > mail.bytesMax;
    if (role.overflow === 'drop-oldest') {
      const oldest = full ? this.#oldestIfItMakesRoom(slot, bytes) : mail.takeOldestEnvelope(slot);
      if (oldest !== 0) {
        mail.put(slot, node, bytes);
        this.buryNode(oldest, slot, 'dropped-oldest', undefined);
        return;
      }
    }
    this.buryNode(node, slot, role.overflow === 'drop-newest' ? 'dropped-newest' : 'mailbox-full', undefined);
  }

  #oldestIfItMakesRoom(slot: number, bytes: number): number {
    const { mail } = this.#shard;
    const oldest = mail.oldestEnvelope(slot);
    if (oldest === 0 || mail.bytes - mail.pool.get(oldest, BYTES) + bytes > mail.bytesMax) return 0;
    return mail.takeOldestEnvelope(slot);
  }

  /** Tells a sender that waited for room that its message is in the mailbox. */
  #admitted(senderShard: number, correlation: number): void {
    if (senderShard === this.#shard.index) this.takeAdmission(correlation);
    else this.#shard.links.sendAdmission(senderShard, correlation);
  }

  /** The same for a message that was parked and that is in the mailbox now. */
  admitNode(node: number): void {
    const { pool } = this.#shard.mail;
    if ((pool.get(node, KIND) & KIND_MASK) === TELL_READY)
      this.#admitted(pool.get(node, SENDER_SHARD), this.correlationOf(node));
  }

  /** A message of this shard that waited for room has found it. */
  takeAdmission(correlation: number): void {
    this.#shard.questions.resolve(correlation, undefined);
  }

  /** The reply to a question of this shard, from another. */
  takeReply(replier: ActorAddress, correlation: number, value: unknown): void {
    if (this.#shard.questions.resolve(correlation, value)) this.#shard.row.cells[LEDGER.handled]!++;
    else this.#lateReply(replier);
  }

  #lateReply(replier: ActorAddress): void {
    this.#shard.row.cells[LEDGER.dead]!++;
    this.#shard.row.cells[LEDGER.lateReplies]!++;
    this.#describe('late-reply', undefined, replier, 'reply', undefined);
  }

  /** A question of this shard became a dead letter. */
  takeRejection(correlation: number, reason: string, cause: unknown, isAsk: boolean): void {
    const question = this.#shard.questions.describe(correlation);
    if (question === undefined) return;
    const options = cause === undefined ? undefined : { cause };
    const { path } = question.target.address;
    this.#shard.questions.reject(
      correlation,
      isAsk
        ? new AskRejectedError(path, question.messageType, reason, options)
        : new SendRefusedError(path, question.messageType, reason, options),
    );
  }

  // --- the end of an envelope ----------------------------------------------------------------------------

  /** A handler returned and neither answered nor kept the question. */
  unanswered(slot: number, question: Question): void {
    this.#rejectAsker(question, this.#shard.idOf(slot), 'unanswered', undefined);
  }

  /** Counts an envelope as dead, tells its asker if it has one, and describes it if somebody listens. */
  deadLetter(envelope: Envelope, target: ActorAddress, reason: DeadLetterReason, cause: unknown): void {
    this.#shard.row.cells[LEDGER.dead]!++;
    if (envelope.kind !== 'tell') this.rejectSender(envelope, target.id, reason, cause);
    const sender = this.#addressOrId(envelope.sender, envelope.senderShard);
    this.#describe(reason, target, sender, envelope.message.type, cause);
  }

  /** The same for an envelope in a node, which is freed. */
  buryNode(node: number, target: number, reason: DeadLetterReason, cause: unknown): void {
    const { pool } = this.#shard.mail;
    if ((pool.get(node, KIND) & KIND_MASK) === FED) this.#shard.sources.credit(target, node);
    if (this.#shard.describesDeadLetters || (pool.get(node, KIND) & KIND_MASK) !== TELL)
      this.deadLetter(this.envelopeOf(node), this.#shard.addressOf(target), reason, cause);
    else this.#shard.row.cells[LEDGER.dead]!++;
    pool.free(node);
  }

  /** What is in a node, to keep after the node is freed. */
  envelopeOf(node: number): Envelope {
    const { pool } = this.#shard.mail;
    const kind = pool.get(node, KIND) & KIND_MASK;
    return {
      kind: KIND_NAMES[kind]!,
      message: pool.payload(node) as { readonly type: string },
      sender: this.senderIdOf(node),
      senderShard: pool.get(node, SENDER_SHARD),
      correlation: kind === TELL ? 0 : this.correlationOf(node),
    };
  }

  correlationOf(node: number): number {
    const { pool } = this.#shard.mail;
    return fromHalves(pool.get(node, CORRELATION_LOW), pool.get(node, CORRELATION_HIGH));
  }

  senderIdOf(node: number): number {
    const { pool } = this.#shard.mail;
    const a = pool.get(node, SENDER_A);
    const b = pool.get(node, SENDER_B);
    if (pool.get(node, SENDER_SHARD) !== this.#shard.index) return fromHalves(a, b);
    return a === 0 ? NOBODY : this.#shard.idOf(a, b);
  }

  /** Tells who waits for an envelope, an asker or a sender that waited for room, that it is dead. */
  rejectSender(envelope: Envelope, target: number, reason: RejectionReason, cause: unknown): void {
    const { senderShard, correlation, sender, kind } = envelope;
    if (senderShard === this.#shard.index) this.takeRejection(correlation, reason, cause, kind === 'ask');
    else
      this.#shard.links.sendRejection(
        { senderShard, correlation, senderId: sender },
        target,
        reason,
        cause,
        kind === 'ask',
      );
  }

  #rejectAsker(question: Question, target: number, reason: RejectionReason, cause: unknown): void {
    if (question.senderShard === this.#shard.index)
      this.takeRejection(question.correlation, reason, cause, true);
    else this.#shard.links.sendRejection(question, target, reason, cause, true);
  }

  #describe(
    reason: DeadLetterReason,
    target: ActorAddress | undefined,
    sender: ActorAddress | undefined,
    messageType: string,
    cause: unknown,
  ): void {
    if (!this.#shard.describesDeadLetters) return;
    this.#onDeadLetter({ reason, target, sender, messageType, cause, shard: this.#shard.index, count: 1 });
  }

  #addressOrId(id: number, shard: number): ActorAddress | undefined {
    if (id === NOBODY) return undefined;
    const slot = this.#shard.resolve(id);
    return slot === 0 ? { path: pathOfId(id), id, shard } : this.#shard.addressOf(slot);
  }
}
