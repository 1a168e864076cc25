import type { AskOptions, RefHost } from '../actor/actor-ref.js';
import { type ActorAddress, NOBODY, pathOfId } from '../actor/address.js';
import type { ScheduledMessage } from '../actor/context.js';
import { AskRejectedError } from '../errors.js';
import { type Envelope, isMessage, UNKNOWN_MESSAGE } from '../mailbox/envelope.js';
import { estimateMessageBytes } from '../mailbox/message-size.js';
import type { MessageCodec } from '../remote/links.js';
import type { DeadLetter, DeadLetterReason, RejectionReason } from '../system/dead-letters.js';
import type { QueuedTimer } from '../time/timer-queue.js';
import type { ActorCell } from './actor-cell.js';
import { actingCell, type Question } from './contexts.js';
import type { Shard } from './shard.js';

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

  sendFrom(target: ActorAddress, message: { readonly type: string }): void {
    const sender = actingCell(this.#shard, 'send');
    this.#shard.row.add('sent', 1);
    this.#route(target, 'tell', message, sender?.address.id ?? NOBODY, 0);
  }

  async askFrom(
    target: ActorAddress,
    message: { readonly type: string },
    options: AskOptions,
  ): Promise<unknown> {
    const sender = actingCell(this.#shard, 'ask');
    const { type } = isMessage(message) ? message : UNKNOWN_MESSAGE;
    const { correlation, reply } = this.#shard.questions.open(target, type, options);
    this.#shard.row.add('sent', 1);
    this.#route(target, 'ask', message, sender?.address.id ?? NOBODY, correlation);
    return reply;
  }

  /** Sends a message of an actor to itself, later. */
  schedule(
    cell: ActorCell,
    delayMs: number,
    message: { readonly type: string },
    periodic: boolean,
  ): ScheduledMessage {
    const arm = (): QueuedTimer => {
      const timer = this.#shard.timers.set(delayMs, () => {
        cell.timers.delete(timer);
        if (periodic) current = arm();
        this.#shard.row.add('sent', 1);
        this.#route(cell.address, 'tell', message, cell.address.id, 0);
      });
      cell.timers.add(timer);
      return timer;
    };
    let current = arm();
    return {
      cancel: () => {
        this.#shard.timers.cancel(current);
        cell.timers.delete(current);
      },
    };
  }

  /** Gives the reply to a question, if there is one to give it to. */
  reply(cell: ActorCell, question: Question, value: unknown): void {
    const { envelope } = question;
    this.#shard.row.add('sent', 1);
    if (envelope.kind === 'tell') this.#deadReply(cell.address, envelope, 'no-question');
    else if (question.answered) this.#deadReply(cell.address, envelope, 'second-reply');
    else {
      question.answered = true;
      if (envelope.senderShard === this.#shard.index) this.#replyHere(cell.address, envelope, value);
      else this.#replyThere(cell.address, envelope, value);
    }
  }

  #route(
    target: ActorAddress,
    kind: 'tell' | 'ask',
    message: { readonly type: string },
    sender: number,
    correlation: number,
  ): void {
    const plain: Envelope = { kind, message, sender, senderShard: this.#shard.index, correlation, bytes: 0 };
    if (!isMessage(message)) {
      const cause = new TypeError('A message must be an object with a `type` that is a string.');
      this.deadLetter({ ...plain, message: UNKNOWN_MESSAGE }, target, 'invalid-message', cause);
    } else if (this.#shard.isClosed) {
      this.deadLetter(plain, target, 'stopped', undefined);
    } else if (target.shard !== this.#shard.index) {
      this.#routeThere(target, plain);
    } else {
      let copy: { readonly type: string };
      try {
        copy = this.strictCopy(message);
      } catch (error) {
        this.deadLetter(plain, target, 'invalid-message', error);
        return;
      }
      const bytes = estimateMessageBytes(message);
      this.deliver(target.id, {
        kind,
        message: copy,
        sender,
        senderShard: this.#shard.index,
        correlation,
        bytes,
      });
      this.#shard.wake();
    }
  }

  /** In strict mode what another thread would get: the value encoded and decoded. Else the value itself. */
  strictCopy<T>(value: T): T {
    return this.#strict ? (this.#codec.decode(this.#codec.encode(value)) as T) : value;
  }

  #routeThere(target: ActorAddress, envelope: Envelope): void {
    let payload: Uint8Array;
    try {
      payload = this.#codec.encode(envelope.message);
    } catch (error) {
      this.deadLetter(envelope, target, 'invalid-message', error);
      return;
    }
    const refusal = this.#shard.links.sendEnvelope(target, envelope, payload);
    if (refusal !== undefined) this.deadLetter(envelope, target, refusal, undefined);
  }

  #replyHere(replier: ActorAddress, envelope: Envelope, value: unknown): void {
    let copy: unknown;
    try {
      copy = this.strictCopy(value);
    } catch (error) {
      this.#invalidReply(replier, envelope, error);
      return;
    }
    this.takeReply(replier, envelope.correlation, copy);
  }

  #replyThere(replier: ActorAddress, envelope: Envelope, value: unknown): void {
    let payload: Uint8Array;
    try {
      payload = this.#codec.encode(value);
    } catch (error) {
      this.#invalidReply(replier, envelope, error);
      return;
    }
    const refusal = this.#shard.links.sendReply(envelope, replier.id, payload);
    if (refusal !== undefined) this.#deadReply(replier, envelope, refusal);
  }

  #invalidReply(replier: ActorAddress, envelope: Envelope, error: unknown): void {
    this.#deadReply(replier, envelope, 'invalid-message', error);
    this.#rejectAsker(envelope, replier, 'invalid-message', error);
  }

  #deadReply(replier: ActorAddress, envelope: Envelope, reason: DeadLetterReason, cause?: unknown): void {
    this.#shard.row.add('dead', 1);
    this.#describe(reason, this.#addressOrId(envelope.sender, envelope.senderShard), replier, 'reply', cause);
  }

  /** An envelope for an actor of this shard, from wherever. */
  deliver(id: number, envelope: Envelope): void {
    const cell = this.#shard.cell(id);
    if (cell === undefined) {
      if (this.#shard.limbo.holds(id, this.#shard.index)) this.#shard.limbo.keepEnvelope(id, envelope);
      else
        this.deadLetter(
          envelope,
          { path: pathOfId(id), id, shard: this.#shard.index },
          'no-such-actor',
          undefined,
        );
      return;
    }
    if (!cell.takesMail) {
      this.deadLetter(envelope, cell.address, 'stopped', undefined);
      return;
    }
    const before = cell.mailbox.envelopeCount;
    const overflow = cell.mailbox.offer(envelope);
    this.#shard.row.add('mailWaiting', cell.mailbox.envelopeCount - before);
    if (overflow) this.deadLetter(overflow.victim, cell.address, overflow.reason, undefined);
    this.#shard.dispatcher.offer(cell);
  }

  /** The reply to a question of this shard. */
  takeReply(replier: ActorAddress, correlation: number, value: unknown): void {
    if (this.#shard.questions.resolve(correlation, value)) {
      this.#shard.row.add('handled', 1);
      return;
    }
    this.#shard.row.add('dead', 1);
    this.#describe('late-reply', undefined, replier, 'reply', undefined);
  }

  /** A question of this shard became a dead letter. */
  takeRejection(correlation: number, reason: string, cause: unknown): void {
    const question = this.#shard.questions.describe(correlation);
    if (question === undefined) return;
    const options = cause === undefined ? undefined : { cause };
    this.#shard.questions.reject(
      correlation,
      new AskRejectedError(question.target.path, question.messageType, reason, options),
    );
  }

  /** A handler returned: the books are closed on its envelope. */
  finish(cell: ActorCell, question: Question): void {
    this.#shard.row.add('handled', 1);
    if (question.envelope.kind === 'ask' && !question.answered && !question.deferred)
      this.#rejectAsker(question.envelope, cell.address, 'unanswered', undefined);
  }

  /** Counts an envelope as dead, tells its asker if it has one, and describes it if somebody listens. */
  deadLetter(envelope: Envelope, target: ActorAddress, reason: DeadLetterReason, cause: unknown): void {
    this.#shard.row.add('dead', 1);
    if (envelope.kind === 'ask') this.#rejectAsker(envelope, target, reason, cause);
    const sender = this.#addressOrId(envelope.sender, envelope.senderShard);
    this.#describe(reason, target, sender, envelope.message.type, cause);
  }

  #rejectAsker(envelope: Envelope, target: ActorAddress, reason: RejectionReason, cause: unknown): void {
    if (envelope.senderShard === this.#shard.index) this.takeRejection(envelope.correlation, reason, cause);
    else this.#shard.links.sendRejection(envelope, target.id, reason, cause);
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
    return this.#shard.cell(id)?.address ?? { path: pathOfId(id), id, shard };
  }
}
