import type { ActorAddress } from '../actor/address.js';
import { FED, KIND_MASK, TELL, WORD } from '../kernel/mail-pool.js';
import type { Envelope } from '../mailbox/envelope.js';
import type { DeadLetter, DeadLetterReason } from '../system/dead-letters.js';
import { LEDGER } from '../system/ledger.js';
import type { Shard } from './shard.js';

/** The end of an envelope that nobody has handled: it is counted as dead, who waits for it is told, and who listens to dead letters. */
export class Burial {
  readonly #shard: Shard;
  readonly #onDeadLetter: (letter: DeadLetter) => void;

  constructor(shard: Shard, onDeadLetter: (letter: DeadLetter) => void) {
    this.#shard = shard;
    this.#onDeadLetter = onDeadLetter;
  }

  bury(envelope: Envelope, target: ActorAddress, reason: DeadLetterReason, cause: unknown): void {
    this.#shard.row.cells[LEDGER.dead]!++;
    if (envelope.kind !== 'tell') this.#shard.rejections.rejectSender(envelope, target.id, reason, cause);
    const sender = this.#shard.addressOfId(envelope.sender, envelope.senderShard);
    this.#describe(reason, target, sender, envelope.message, cause);
  }

  /** The same for an envelope in a node, which is freed; `target`: the slot that it was for. */
  buryNode(node: number, target: number, reason: DeadLetterReason, cause: unknown): void {
    const { pool } = this.#shard.mail;
    if ((pool.get(node, WORD) & KIND_MASK) === FED) this.#shard.sources.credit(target, node);
    const { describesDeadLetters, witness } = this.#shard;
    if (describesDeadLetters || witness !== undefined || (pool.get(node, WORD) & KIND_MASK) !== TELL)
      this.bury(this.#shard.envelopes.read(node), this.#shard.addressOf(target), reason, cause);
    else this.#shard.row.cells[LEDGER.dead]!++;
    pool.free(node);
  }

  /** The same for a reply; `target`: who asked, if that is known. */
  buryReply(
    replier: ActorAddress,
    target: ActorAddress | undefined,
    reason: DeadLetterReason,
    cause: unknown,
  ): void {
    this.#shard.row.cells[LEDGER.dead]!++;
    this.#describe(reason, target, replier, { type: 'reply' }, cause);
  }

  #describe(
    reason: DeadLetterReason,
    target: ActorAddress | undefined,
    sender: ActorAddress | undefined,
    message: { readonly type: string },
    cause: unknown,
  ): void {
    this.#shard.witness?.buried(reason, target, sender, message);
    if (!this.#shard.describesDeadLetters) return;
    const messageType = message.type;
    this.#onDeadLetter({ reason, target, sender, messageType, cause, shard: this.#shard.index, count: 1 });
  }
}
