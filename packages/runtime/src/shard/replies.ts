import type { ActorAddress } from '../actor/address.js';
import type { DeadLetterReason } from '../system/dead-letters.js';
import { LEDGER } from '../system/ledger.js';
import type { OpenQuestion } from '../system/open-question.js';
import type { Question } from './question.js';
import type { Shard } from './shard.js';

// See `local-post.ts`.
const { handled: HANDLED, lateReplies: LATE_REPLIES, sent: SENT } = LEDGER;

/**
 * Gives the answers of actors to those who asked, here or on another shard. A reply is an envelope: counted as sent, and as handled when
 * the question is still open, else as dead. A question gets one answer, be it a reply or a rejection.
 */
export class Replies {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** Gives the reply to a question, if there is one to give it to. */
  reply(replier: number, question: Question, value: unknown): void {
    this.#shard.heldRows.deliverOf(replier);
    this.#shard.row.cells[SENT]!++;
    if (!question.isAsk) this.#bury(replier, question, 'no-question');
    else if (question.answered) this.#bury(replier, question, 'second-reply');
    else {
      question.answered = true;
      this.#shard.witness?.replied(replier, question, value, false);
      if (question.senderShard === this.#shard.index) this.#replyHere(replier, question, value);
      else this.#replyThere(replier, question, value);
    }
  }

  /** Values are handed over as they are, and nobody looks on. */
  get arePlain(): boolean {
    return !this.#shard.isStrict && this.#shard.witness === undefined;
  }

  /** As {@link reply}, where they are plain, with the first reply to a question of this shard: how most questions end. */
  replyPlainly(replier: number, correlation: number, value: unknown): void {
    const { heldRows, row } = this.#shard;
    heldRows.deliverOf(replier);
    const { cells } = row;
    cells[SENT]!++;
    if (this.#shard.questions.resolve(correlation, value)) cells[HANDLED]!++;
    else this.#buryLate(this.#shard.addressOf(replier));
  }

  /** The same with the reply to a question at hand. */
  replyAtHand(replier: number, question: OpenQuestion, value: unknown): void {
    const { heldRows, row, questions } = this.#shard;
    heldRows.deliverOf(replier);
    row.cells[SENT]!++;
    questions.settle(question, value);
    row.cells[HANDLED]!++;
  }

  /** Tells an asker that there will be no reply, and why. */
  reject(rejecter: number, question: Question, error: unknown): void {
    this.#shard.heldRows.deliverOf(rejecter);
    if (question.isAsk && !question.answered) {
      question.answered = true;
      this.#shard.witness?.replied(rejecter, question, error, true);
      this.#shard.rejections.rejectAsker(question, this.#shard.idOf(rejecter), 'rejected', error);
    } else {
      this.#shard.row.cells[SENT]!++;
      this.#bury(rejecter, question, question.isAsk ? 'second-reply' : 'no-question', error);
    }
  }

  /** A handler returned and neither answered nor kept the question. */
  unanswered(slot: number, question: Question): void {
    this.#shard.rejections.rejectAsker(question, this.#shard.idOf(slot), 'unanswered', undefined);
  }

  #replyHere(replier: number, question: Question, value: unknown): void {
    let copy: unknown;
    try {
      copy = this.#shard.strictCopy(value);
    } catch (error) {
      this.#refuse(replier, question, error);
      return;
    }
    if (this.#shard.questions.resolve(question.correlation, copy)) this.#shard.row.cells[HANDLED]!++;
    else this.#buryLate(this.#shard.addressOf(replier));
  }

  #replyThere(replier: number, question: Question, value: unknown): void {
    let payload: Uint8Array;
    try {
      payload = this.#shard.codec.encode(value);
    } catch (error) {
      this.#refuse(replier, question, error);
      return;
    }
    const refusal = this.#shard.links.sendReply(question, this.#shard.idOf(replier), payload);
    if (refusal !== undefined) this.#bury(replier, question, refusal);
  }

  /** The reply to a question of this shard, from another. */
  takeReply(replier: ActorAddress, correlation: number, value: unknown): void {
    if (this.#shard.questions.resolve(correlation, value)) this.#shard.row.cells[HANDLED]!++;
    else this.#buryLate(replier);
  }

  /** The reply cannot be sent: it is no data. */
  #refuse(replier: number, question: Question, error: unknown): void {
    this.#bury(replier, question, 'invalid-message', error);
    this.#shard.rejections.rejectAsker(question, this.#shard.idOf(replier), 'invalid-message', error);
  }

  #bury(replier: number, question: Question, reason: DeadLetterReason, cause?: unknown): void {
    const asker = this.#shard.addressOfId(question.senderId, question.senderShard);
    this.#shard.burial.buryReply(this.#shard.addressOf(replier), asker, reason, cause);
  }

  #buryLate(replier: ActorAddress): void {
    this.#shard.row.cells[LATE_REPLIES]!++;
    this.#shard.burial.buryReply(replier, undefined, 'late-reply', undefined);
  }
}
