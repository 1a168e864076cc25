import { AskRejectedError, SendRefusedError } from '../errors.js';
import type { Envelope } from '../mailbox/envelope.js';
import type { RejectionReason } from '../system/dead-letters.js';
import type { Question } from './question.js';
import type { Shard } from './shard.js';

/** Tells those who wait for something, an asker or a sender that waits for room, that it will not come, and why. */
export class Rejections {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** Rejects a question that was being handled; `target`: the id of the actor that did. */
  rejectAsker(question: Question, target: number, reason: RejectionReason, cause: unknown): void {
    if (question.senderShard === this.#shard.index)
      this.takeRejection(question.correlation, reason, cause, true);
    else this.#shard.links.sendRejection(question, target, reason, cause, true);
  }

  /** Rejects what was not handled: a question, or a message whose sender waits until there is room for it. */
  rejectSender(envelope: Envelope, target: number, reason: RejectionReason, cause: unknown): void {
    const { senderShard, correlation, sender, kind } = envelope;
    const isAsk = kind === 'ask';
    if (senderShard === this.#shard.index) this.takeRejection(correlation, reason, cause, isAsk);
    else {
      const asker = { senderShard, correlation, senderId: sender };
      this.#shard.links.sendRejection(asker, target, reason, cause, isAsk);
    }
  }

  /** Somebody of this shard has waited in vain. */
  takeRejection(correlation: number, reason: string, cause: unknown, isAsk: boolean): void {
    const { questions } = this.#shard;
    const question = questions.describe(correlation);
    if (question === undefined) return;
    const options = cause === undefined ? undefined : { cause };
    const { path } = question.target.address;
    questions.reject(
      correlation,
      isAsk
        ? new AskRejectedError(path, question.messageType, reason, options)
        : new SendRefusedError(path, question.messageType, reason, options),
    );
  }
}
