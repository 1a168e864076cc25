import type { ActorRef, AskOptions, SendOptions } from '../actor/actor-ref.js';
import { type ActorAddress, NOBODY, pathOfId } from '../actor/address.js';
import type { ScheduledMessage } from '../actor/context.js';
import { STOPPING } from '../actor/lifecycle.js';
import {
  AskAbortedError,
  AskRejectedError,
  AskTimeoutError,
  InvalidOptionError,
  SendRefusedError,
  ShardLostError,
} from '../errors.js';
import { HAS_PARKED, LIFECYCLE_MASK, MAIL_COUNT, ROLE, STATUS } from '../kernel/actor-record.js';
import { offsetOf, pageOf } from '../kernel/actor-table.js';
import {
  ASK,
  FAR,
  FED,
  highHalf,
  idFromHalves,
  KIND_MASK,
  lowHalf,
  SENDER_A,
  SENDER_B,
  shardFromHalf,
  TELL,
  TELL_READY,
  TYPE_SHIFT,
  WEIGHT_BYTES,
  WEIGHT_SHIFT,
  WORD,
} from '../kernel/mail-pool.js';
import type { Role } from '../kernel/role.js';
import { type Envelope, isMessage, UNKNOWN_MESSAGE } from '../mailbox/envelope.js';
import type { MessageCodec } from '../remote/links.js';
import type { DeadLetter, DeadLetterReason, RejectionReason } from '../system/dead-letters.js';
import { LEDGER } from '../system/ledger.js';
import type { OpenQuestion } from '../system/open-question.js';
import type { Question } from './question.js';
import { actingSlot } from './scope.js';
import type { Shard } from './shard.js';

const KINDS = { tell: TELL, ask: ASK, 'tell-ready': TELL_READY } as const;
const KIND_NAMES = ['tell', 'ask', 'tell-ready', 'tell'] as const;

/**
 * Routes the envelopes of one shard and keeps the books on them: each is counted as sent once, and ends as
 * handled or as a dead letter, here or on the shard it went to.
 */
export class PostOffice {
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

  tell(ref: ActorRef, message: { readonly type: string }): void {
    const sender = actingSlot(this.#shard, 'send');
    this.#shard.row.cells[LEDGER.sent]!++;
    this.#route(ref.address, TELL, message, sender, 0);
  }

  ask(
    ref: ActorRef,
    slot: number,
    generation: number,
    message: { readonly type: string },
    options: AskOptions,
  ): Promise<unknown> {
    const { questions, local, pump, row } = this.#shard;
    let question: OpenQuestion;
    let sender: number;
    try {
      sender = actingSlot(this.#shard, 'ask');
      if (options.deadlineMs === undefined)
        throw new InvalidOptionError('deadlineMs', undefined, 'more than 0 ms');
      question = questions.open(ref, isMessage(message) ? message.type : UNKNOWN_MESSAGE.type, options);
    } catch (error) {
      return Promise.reject(error);
    }
    const reply = pump.promiseReply(question);
    const { correlation } = question;
    if (local.put(slot, generation, ASK, message, correlation)) return reply;
    row.cells[LEDGER.sent]!++;
    this.#route(ref.address, ASK, message, sender, correlation);
    return reply;
  }

  tellWhenReady(ref: ActorRef, message: { readonly type: string }, options: SendOptions): Promise<void> {
    const { questions, pump, row } = this.#shard;
    let question: OpenQuestion;
    let sender: number;
    try {
      sender = actingSlot(this.#shard, 'sendWhenReady');
      question = questions.open(ref, isMessage(message) ? message.type : UNKNOWN_MESSAGE.type, options);
    } catch (error) {
      return Promise.reject(error);
    }
    const { correlation } = question;
    let admitted = pump.promiseReply(question);
    row.cells[LEDGER.sent]!++;
    this.#route(ref.address, TELL_READY, message, sender, correlation);
    if (options.deadlineMs !== undefined || options.signal !== undefined)
      admitted = admitted.catch((error: unknown) => {
        if (error instanceof AskTimeoutError || error instanceof AskAbortedError)
          this.#withdraw(ref.address, correlation);
        throw error;
      });
    return admitted as Promise<void>;
  }

  /** Takes a message back that waits for room: its sender has given up. */
  #withdraw(target: ActorAddress, correlation: number): void {
    if (target.shard === this.#shard.index) this.takeWithdrawal(target.id, target.shard, correlation);
    else this.#shard.links.sendWithdrawal(target, correlation);
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
    const shard = this.#shard;
    shard.row.cells[LEDGER.sent]!++;
    if (envelope.kind === 'ask') this.#tellMoved(envelope, target.shard);
    if (target.shard !== shard.index) this.#routeThere(target, envelope);
    else {
      this.deliver(target.id, envelope);
      shard.wake();
    }
  }

  /** Lets an asker know on which shard its question lies now, with whose loss it would be lost. */
  #tellMoved({ senderShard, correlation }: Envelope, to: number): void {
    const shard = this.#shard;
    if (senderShard === shard.index) shard.questions.move(correlation, to);
    else if (to !== shard.index && to !== senderShard) shard.links.sendMove(senderShard, correlation, to);
  }

  /** A question of this shard was handed on to an actor of shard `to`. */
  takeMove(correlation: number, to: number): void {
    const { questions, links } = this.#shard;
    if (links.isLost(to)) questions.reject(correlation, new ShardLostError(to));
    else questions.move(correlation, to);
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
  deliver(id: number, envelope: Envelope, given: number = KINDS[envelope.kind]): void {
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
    const units = role.weights.weigh(type, message);
    const bytes = units * WEIGHT_BYTES;
    const { mail } = shard;
    const waits = kind === 'tell-ready';
    const isFull =
      page[at + MAIL_COUNT]! >= role.capacity ||
      mail.bytes + bytes > mail.bytesMax ||
      (waits && (page[at + STATUS]! & HAS_PARKED) !== 0); // others wait before it
    const nodeKind = waits && !isFull ? TELL : given;
    const node = mail.pool.allocate();
    mail.pool.set(node, WORD, nodeKind | (type << TYPE_SHIFT) | (units << WEIGHT_SHIFT));
    this.#setSender(node, sender, senderShard);
    mail.pool.setPayload(node, message);
    if (nodeKind !== TELL) mail.pool.setCorrelation(node, correlation);
    if (isFull) this.overflow(slot, role, node);
    else {
      mail.put(slot, node, bytes);
      if (waits) this.#admitted(senderShard, correlation);
    }
    shard.dispatcher.offer(slot);
  }

  #setSender(node: number, sender: number, senderShard: number): void {
    const { mail, index } = this.#shard;
    const { pool } = mail;
    if (senderShard !== index) {
      pool.set(node, WORD, pool.get(node, WORD) | FAR);
      pool.set(node, SENDER_A, lowHalf(sender));
      pool.set(node, SENDER_B, highHalf(sender, senderShard));
      return;
    }
    const slot = sender === NOBODY ? 0 : this.#shard.resolve(sender);
    pool.set(node, SENDER_A, slot);
    pool.set(node, SENDER_B, slot === 0 ? 0 : this.#shard.generationOf(slot));
  }

  /** The mailbox of `slot`, or the budget, has no room for the envelope in `node`. */
  overflow(slot: number, role: Role, node: number): void {
    const shard = this.#shard;
    const { mail } = shard;
    const { pool } = mail;
    const bytes = pool.bytes(node);
    const kind = pool.get(node, WORD) & KIND_MASK;
    if (kind === TELL_READY || kind === FED) {
      const canHaveRoom = bytes <= mail.bytesMax;
      if (!canHaveRoom || !shard.parking.park(slot, node))
        this.buryNode(node, slot, 'mailbox-full', undefined);
      return;
    }
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
    if (oldest === 0 || mail.bytes - mail.pool.bytes(oldest) + bytes > mail.bytesMax) return 0;
    return mail.takeOldestEnvelope(slot);
  }

  /** Tells a sender that waited for room that its message is in the mailbox. */
  #admitted(senderShard: number, correlation: number): void {
    if (senderShard === this.#shard.index) this.takeAdmission(correlation);
    else this.#shard.links.sendAdmission(senderShard, correlation);
  }

  /** The same for a message that was parked and that is in the mailbox now: from here on it is one like others. */
  admitNode(node: number): void {
    const { pool } = this.#shard.mail;
    if ((pool.get(node, WORD) & KIND_MASK) !== TELL_READY) return;
    this.#admitted(this.senderShardOf(node), pool.correlation(node));
    pool.set(node, WORD, (pool.get(node, WORD) & ~KIND_MASK) | TELL);
  }

  /** A sender on `senderShard` has given up waiting for room. Too late for a message that has found it. */
  takeWithdrawal(target: number, senderShard: number, correlation: number): void {
    const shard = this.#shard;
    const slot = shard.resolve(target);
    if (slot === 0 || (shard.table.get(slot, STATUS) & HAS_PARKED) === 0) return;
    const node = shard.parking.withdraw(slot, senderShard, correlation);
    if (node === 0) return;
    this.buryNode(node, slot, 'withdrawn', undefined);
    shard.parking.admit(slot);
    shard.wake();
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
    if ((pool.get(node, WORD) & KIND_MASK) === FED) this.#shard.sources.credit(target, node);
    if (this.#shard.describesDeadLetters || (pool.get(node, WORD) & KIND_MASK) !== TELL)
      this.deadLetter(this.envelopeOf(node), this.#shard.addressOf(target), reason, cause);
    else this.#shard.row.cells[LEDGER.dead]!++;
    pool.free(node);
  }

  /** What is in a node, to keep after the node is freed. */
  envelopeOf(node: number): Envelope {
    const { pool } = this.#shard.mail;
    const kind = pool.get(node, WORD) & KIND_MASK;
    return {
      kind: KIND_NAMES[kind]!,
      message: pool.payload(node) as { readonly type: string },
      sender: this.senderIdOf(node),
      senderShard: this.senderShardOf(node),
      correlation: kind === TELL ? 0 : pool.correlation(node),
    };
  }

  /** Where the sender of the envelope in a node lives. */
  senderShardOf(node: number): number {
    const { pool } = this.#shard.mail;
    const isFar = (pool.get(node, WORD) & FAR) !== 0;
    return isFar ? shardFromHalf(pool.get(node, SENDER_B)) : this.#shard.index;
  }

  senderIdOf(node: number): number {
    const { pool } = this.#shard.mail;
    const a = pool.get(node, SENDER_A);
    const b = pool.get(node, SENDER_B);
    if ((pool.get(node, WORD) & FAR) !== 0) return idFromHalves(a, b);
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
