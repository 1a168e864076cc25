import type { ReplyHandle } from '../actor/context.js';
import { StaleContextError } from '../errors.js';
import { ASK, KIND_MASK, WORD } from '../kernel/mail-pool.js';
import type { Envelope } from '../mailbox/envelope.js';
import { isLiving } from './scope.js';
import type { Shard } from './shard.js';

/** A message being handled, or kept for later, that its handler may answer once. */
export interface Question {
  /** Somebody waits for the answer. */
  readonly isAsk: boolean;
  /** Where the answer goes, and by which name. */
  readonly senderShard: number;
  readonly correlation: number;
  /** Id of the asking actor. */
  readonly senderId: number;
  /** A reply was given. */
  answered: boolean;
}

/** A question kept beyond the turn that it came in. */
export class KeptQuestion implements Question {
  readonly envelope: Envelope;
  answered = false;
  /** The handler keeps it for a later turn, or has handed it on. */
  deferred = false;

  constructor(envelope: Envelope) {
    this.envelope = envelope;
  }

  get isAsk(): boolean {
    return this.envelope.kind === 'ask';
  }

  get senderShard(): number {
    return this.envelope.senderShard;
  }

  get correlation(): number {
    return this.envelope.correlation;
  }

  get senderId(): number {
    return this.envelope.sender;
  }
}

/** The question in a node of the mail pool. Used again for one node after another: set `node`, and `answered` to false. */
export class MailQuestion implements Question {
  readonly #shard: Shard;
  node = 0;
  answered = false;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  get isAsk(): boolean {
    return (this.#shard.mail.pool.get(this.node, WORD) & KIND_MASK) === ASK;
  }

  get senderShard(): number {
    return this.#shard.envelopes.senderShardOf(this.node);
  }

  get correlation(): number {
    return this.#shard.mail.pool.correlation(this.node);
  }

  get senderId(): number {
    return this.#shard.envelopes.senderIdOf(this.node);
  }
}

/** Keeps a question beyond its handler. The handle belongs to one life of the actor. */
export function keepQuestion(shard: Shard, slot: number, question: KeptQuestion): ReplyHandle<unknown> {
  const life = { shard, slot, generation: shard.generationOf(slot), incarnation: shard.incarnationOf(slot) };
  const cell = shard.cellOf(slot);
  cell.kept ??= new Set();
  cell.kept.add(question);
  return (value) => {
    if (!isLiving(life))
      throw new StaleContextError(
        shard.addressOf(slot, life.generation).path,
        'reply',
        'its actor has stopped or restarted since',
        'Keep reply handles in the actor state, which a restart builds anew.',
      );
    cell.kept?.delete(question);
    shard.replies.reply(slot, question, value);
  };
}
