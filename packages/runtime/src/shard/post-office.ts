import type { ActorRef, AskOptions, SendOptions } from '../actor/actor-ref.js';
import { type ActorAddress, NOBODY } from '../actor/address.js';
import { AskAbortedError, AskTimeoutError, InvalidOptionError, ShardLostError } from '../errors.js';
import { type Envelope, isMessage, UNKNOWN_MESSAGE } from '../mailbox/envelope.js';
import type { DeadLetterReason } from '../system/dead-letters.js';
import { LEDGER } from '../system/ledger.js';
import type { OpenQuestion } from '../system/open-question.js';
import { actingSlot } from './scope.js';
import type { Shard } from './shard.js';

/**
 * Where the actors of one shard post what they send: makes envelopes and sends each on its way, to this shard or another. Each is
 * counted as sent once, and ends as handled or as a dead letter, here or on the shard it went to.
 *
 * Behind it: `delivery.ts` brings envelopes to mailboxes, `replies.ts` answers to askers; what goes wrong there ends in `burial.ts`, which
 * tells who waits through `rejections.ts`. Calls run in that order.
 */
export class PostOffice {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  tell(ref: ActorRef, message: { readonly type: string }): void {
    const sender = actingSlot(this.#shard, 'send');
    this.route(ref.address, 'tell', message, sender, 0);
  }

  ask(
    ref: ActorRef,
    slot: number,
    generation: number,
    message: { readonly type: string },
    options: AskOptions,
  ): Promise<unknown> {
    const { questions, local, pump, atHand } = this.#shard;
    let question: OpenQuestion;
    let sender: number;
    try {
      sender = actingSlot(this.#shard, 'ask');
      if (options.deadlineMs === undefined)
        throw new InvalidOptionError('deadlineMs', undefined, 'more than 0 ms');
      question = questions.begin(ref, isMessage(message) ? message.type : UNKNOWN_MESSAGE.type, options);
    } catch (error) {
      return Promise.reject(error);
    }
    const reply = pump.promiseReply(question);
    const { correlation } = question;
    try {
      const mayBeAtHand = pump.bringer === question && options.signal === undefined;
      if (mayBeAtHand && atHand.take(slot, generation, message, sender, question)) return reply;
      questions.enter(question, options.signal);
      if (!local.putQuestion(slot, generation, message, correlation))
        this.route(ref.address, 'ask', message, sender, correlation);
    } catch (error) {
      // Looking at the message has thrown: before the question was entered, after, or even after it was buried.
      if (question.isOpen) questions.enter(question, undefined);
      questions.reject(correlation, error as Error);
    }
    return reply;
  }

  tellWhenReady(ref: ActorRef, message: { readonly type: string }, options: SendOptions): Promise<void> {
    const { questions, pump } = this.#shard;
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
    this.route(ref.address, 'tell-ready', message, sender, correlation);
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
    const { index, parking, links } = this.#shard;
    if (target.shard === index) parking.withdraw(target.id, index, correlation);
    else links.sendWithdrawal(target, correlation);
  }

  /** Hands a message on to another actor, with its sender and its question. */
  forward(target: ActorAddress, envelope: Envelope): void {
    const shard = this.#shard;
    shard.row.cells[LEDGER.sent]!++;
    shard.witness?.posted(target, envelope, true);
    if (envelope.kind === 'ask') this.#tellMoved(envelope, target.shard);
    if (target.shard !== shard.index) this.#routeThere(target, envelope);
    else {
      shard.delivery.deliver(target.id, envelope);
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

  /** The way to any actor, by its address; `sender`: a slot, 0 for the world outside. */
  route(
    target: ActorAddress,
    kind: Envelope['kind'],
    message: { readonly type: string },
    sender: number,
    correlation: number,
  ): void {
    const shard = this.#shard;
    shard.heldRows.deliverOf(sender);
    shard.row.cells[LEDGER.sent]!++;
    const plain: Envelope = {
      kind,
      message,
      sender: sender === 0 ? NOBODY : shard.idOf(sender),
      senderShard: shard.index,
      correlation,
    };
    if (!isMessage(message)) {
      const cause = new TypeError('A message must be an object with a `type` that is a string.');
      shard.burial.bury({ ...plain, message: UNKNOWN_MESSAGE }, target, 'invalid-message', cause);
    } else if (shard.isClosed) {
      shard.burial.bury(plain, target, 'stopped', undefined);
    } else if (target.shard !== shard.index) {
      shard.witness?.posted(target, plain, false);
      this.#routeThere(target, plain);
    } else {
      let copy: { readonly type: string };
      try {
        copy = shard.strictCopy(message);
      } catch (error) {
        shard.burial.bury(plain, target, 'invalid-message', error);
        return;
      }
      const envelope = copy === message ? plain : { ...plain, message: copy };
      shard.witness?.posted(target, envelope, false);
      shard.delivery.deliver(target.id, envelope);
      shard.wake();
    }
  }

  #routeThere(target: ActorAddress, envelope: Envelope): void {
    const { links, codec, burial, index } = this.#shard;
    let refusal: DeadLetterReason | undefined;
    try {
      if (envelope.senderShard === index)
        refusal = links.sendEnvelope(target, envelope, codec.encodeBriefly(envelope.message));
      else refusal = links.forwardEnvelope(target, envelope);
    } catch (error) {
      burial.bury(envelope, target, 'invalid-message', error);
      return;
    }
    if (refusal !== undefined) burial.bury(envelope, target, refusal, undefined);
  }
}
