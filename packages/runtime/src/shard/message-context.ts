import { ActorRef, type AnyRef } from '../actor/actor-ref.js';
import type { ReplyHandle, TurnContext } from '../actor/context.js';
import { StashFullError } from '../errors.js';
import { ASK, FAR, KIND_MASK, SENDER_A, SENDER_B, WORD } from '../kernel/mail-pool.js';
import { LifeContext, OPEN as OPEN_BIT } from './life-context.js';
import { KeptQuestion, keepQuestion, type Question } from './question.js';

// Bits of a context's progress.
const OPEN = OPEN_BIT;
const ANSWERED = 2;
const DEFERRED = 4;
/** The handler puts the message aside. */
export const STASHED = 8;
/** The handler has seen to the question: answered it, keeps it for a later turn, or has handed it on. */
export const SETTLED: number = ANSWERED | DEFERRED;

/** The context of one message in a synchronous handler. While it is open the message is in its node, or at hand: see `QuestionAtHand`. */
export class MessageContext extends LifeContext implements TurnContext, Question {
  get answered(): boolean {
    return (this.progress & ANSWERED) !== 0;
  }

  set answered(answered: boolean) {
    this.progress = answered ? this.progress | ANSWERED : this.progress & ~ANSWERED;
  }

  /** The node of the message. A question at hand is put into one for that: what is told of mail is read from nodes. */
  private get mail(): number {
    if (this.node === 0) this.node = this.shardOf.atHand.layOut();
    return this.node;
  }

  get isAsk(): boolean {
    return (this.shardOf.mail.pool.get(this.mail, WORD) & KIND_MASK) === ASK;
  }

  get senderShard(): number {
    return this.shardOf.envelopes.senderShardOf(this.mail);
  }

  get correlation(): number {
    return this.shardOf.mail.pool.correlation(this.mail);
  }

  get senderId(): number {
    return this.shardOf.envelopes.senderIdOf(this.mail);
  }

  get sender(): ActorRef | undefined {
    this.check('sender');
    const { shardOf, mail: node } = this;
    const { pool } = shardOf.mail;
    if ((pool.get(node, WORD) & FAR) !== 0) return shardOf.senderOf(this.senderId, this.senderShard);
    const slot = pool.get(node, SENDER_A);
    return slot === 0 ? undefined : new ActorRef(shardOf.local, slot, pool.get(node, SENDER_B), undefined);
  }

  reply(value: unknown): void {
    this.check('reply');
    const { shardOf, node } = this;
    const { replies } = shardOf;
    if (node === 0 && this.progress === OPEN) {
      this.progress = OPEN | ANSWERED;
      replies.replyAtHand(this.slot, shardOf.pump.bringer!, value);
      return;
    }
    const { pool } = shardOf.mail;
    if (this.progress === OPEN && replies.arePlain && (pool.get(node, WORD) & (FAR | KIND_MASK)) === ASK) {
      this.progress = OPEN | ANSWERED;
      replies.replyPlainly(this.slot, pool.correlation(node), value);
    } else replies.reply(this.slot, this, value);
  }

  reject(error: unknown): void {
    this.check('reject');
    this.shardOf.replies.reject(this.slot, this, error);
  }

  deferReply(): ReplyHandle<unknown> {
    this.check('deferReply');
    this.progress |= DEFERRED;
    const question = new KeptQuestion(this.shardOf.envelopes.read(this.mail));
    question.answered = this.answered;
    return keepQuestion(this.shardOf, this.slot, question);
  }

  forward(target: AnyRef): void {
    this.check('forward');
    this.progress |= DEFERRED;
    this.shardOf.post.forward(target.address, this.shardOf.envelopes.read(this.mail));
  }

  stash(): void {
    this.check('stash');
    const { capacity, count } = this.shardOf.stash.sizeOf(this.slot);
    if (count >= capacity) throw new StashFullError(this.shardOf.addressOf(this.slot).path, capacity);
    this.progress |= STASHED;
  }
}
