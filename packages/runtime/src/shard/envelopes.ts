import { NOBODY } from '../actor/address.js';
import {
  ASK,
  FAR,
  highHalf,
  idFromHalves,
  KIND_MASK,
  lowHalf,
  RUN,
  SENDER_A,
  SENDER_B,
  shardFromHalf,
  TELL,
  TELL_READY,
  WORD,
} from '../kernel/mail-pool.js';
import type { MailRun } from '../kernel/mail-run.js';
import type { Envelope } from '../mailbox/envelope.js';
import type { Shard } from './shard.js';

/** The kind of an envelope as a node has it. */
export const NODE_KINDS: Readonly<Record<Envelope['kind'], number>> = {
  tell: TELL,
  ask: ASK,
  'tell-ready': TELL_READY,
};
/** The same backwards; what comes from a source is told. */
const KIND_NAMES = ['tell', 'ask', 'tell-ready', 'tell'] as const;

/**
 * Writes envelopes into nodes of the mail pool, and reads them back. A sender of this shard is kept as its slot and generation, and
 * any other as the halves of its id, marked `FAR`.
 */
export class Envelopes {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** A new node that holds an envelope; `word` is its kind, type and weight. */
  write({ message, sender, senderShard, correlation }: Envelope, word: number): number {
    const { pool } = this.#shard.mail;
    const node = pool.allocate();
    if (senderShard !== this.#shard.index) {
      pool.set(node, WORD, word | FAR);
      pool.set(node, SENDER_A, lowHalf(sender));
      pool.set(node, SENDER_B, highHalf(sender, senderShard));
    } else {
      const slot = sender === NOBODY ? 0 : this.#shard.resolve(sender);
      pool.set(node, WORD, word);
      pool.set(node, SENDER_A, slot);
      pool.set(node, SENDER_B, slot === 0 ? 0 : this.#shard.generationOf(slot));
    }
    pool.setPayload(node, message);
    if ((word & KIND_MASK) !== TELL) pool.setCorrelation(node, correlation);
    return node;
  }

  /** What is in a node, to keep after the node is freed; of a run, the message that is being met. */
  read(node: number): Envelope {
    const { pool } = this.#shard.mail;
    const word = pool.get(node, WORD);
    const kind = word & KIND_MASK;
    return {
      kind: KIND_NAMES[kind]!,
      message: (word & RUN) === 0 ? (pool.payload(node) as { readonly type: string }) : this.#metIn(node),
      sender: this.senderIdOf(node),
      senderShard: this.senderShardOf(node),
      correlation: kind === TELL ? 0 : pool.correlation(node),
    };
  }

  #metIn(node: number): { readonly type: string } {
    const { pool } = this.#shard.mail;
    const run = pool.payload(node) as MailRun;
    return run.isShared && run.frame !== undefined ? run.frame.message(pool.row(node)) : run.met;
  }

  /** Where the sender of the envelope in a node lives. */
  senderShardOf(node: number): number {
    const { pool } = this.#shard.mail;
    const isFar = (pool.get(node, WORD) & FAR) !== 0;
    return isFar ? shardFromHalf(pool.get(node, SENDER_B)) : this.#shard.index;
  }

  /** Its id; NOBODY for the world outside. */
  senderIdOf(node: number): number {
    const { pool } = this.#shard.mail;
    const a = pool.get(node, SENDER_A);
    const b = pool.get(node, SENDER_B);
    if ((pool.get(node, WORD) & FAR) !== 0) return idFromHalves(a, b);
    return a === 0 ? NOBODY : this.#shard.idOf(a, b);
  }
}
