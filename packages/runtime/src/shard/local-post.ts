import { RUNNING as RUNNING_STATE, STOPPING as STOPPING_STATE } from '../actor/lifecycle.js';
import * as record from '../kernel/actor-record.js';
import { offsetOf, pageOf } from '../kernel/actor-table.js';
import * as node from '../kernel/mail-pool.js';
import type { Role } from '../kernel/role.js';
import type { Shard } from './shard.js';

// Constants of this module are folded into its code; imported ones are loaded each time, which costs a fifth of the rate.
const { GENERATION, LIFECYCLE_MASK, MAIL_COUNT, MAIL_HEAD, MAIL_TAIL, QUEUED, BLOCKED, ROLE, STATUS } =
  record;
const { BYTES, CORRELATION_HIGH, CORRELATION_LOW, KIND, NEXT, TELL, TYPE_SHIFT } = node;
const { SENDER_A, SENDER_B, SENDER_SHARD } = node;
const STOPPING = STOPPING_STATE;
const RUNNING = RUNNING_STATE;

/**
 * The way of a message from a ref to a mailbox of the same shard, which is the way that most messages take: no address, no copy, no
 * envelope, and all of it in one function, for each call that is not inlined costs as much as a fifth of the whole.
 */
export class LocalPost {
  readonly #shard: Shard;
  readonly #strict: boolean;
  readonly #pages: readonly Int32Array[];
  readonly #nodes: readonly Int32Array[];
  readonly #payloads: unknown[][];
  readonly #roles: readonly Role[];

  constructor(shard: Shard, strict: boolean) {
    this.#shard = shard;
    this.#strict = strict;
    this.#pages = shard.table.pages;
    this.#nodes = shard.mail.pool.pages;
    this.#payloads = shard.mail.pool.payloads;
    this.#roles = shard.roles.all;
  }

  /**
   * Puts a message into the mailbox of a slot, or gives it the end that its overflow rule says. False, with nothing done, when there is more to decide
   * than that: the actor is gone or stopping, the message is none or must be copied, the shard is closed.
   *
   * @param sender slot of the acting actor, 0 for none
   * @param correlation of a question; 0 for a tell
   */
  post(
    slot: number,
    generation: number,
    kind: number,
    message: { readonly type: string },
    sender: number,
    correlation: number,
  ): boolean {
    const shard = this.#shard;
    const page = this.#pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    const status = page[at + STATUS]!;
    if (page[at + GENERATION] !== generation || (status & LIFECYCLE_MASK) >= STOPPING) return false;
    if (typeof message !== 'object' || message === null || this.#strict || shard.isClosed) return false;
    const { type } = message;
    if (typeof type !== 'string') return false;
    const role = this.#roles[page[at + ROLE]!]!;
    const number = role.numberOf(type);
    const bytes = role.weights.weigh(number, message);

    const { mail } = shard;
    const { pool } = mail;
    const added = pool.allocate();
    const nodes = this.#nodes[node.nodePageOf(added)]!;
    const nodeAt = node.nodeOffsetOf(added);
    nodes[nodeAt + NEXT] = 0;
    nodes[nodeAt + KIND] = kind | (number << TYPE_SHIFT);
    nodes[nodeAt + BYTES] = bytes;
    nodes[nodeAt + SENDER_A] = sender;
    nodes[nodeAt + SENDER_B] =
      sender === 0 ? 0 : this.#pages[pageOf(sender)]![offsetOf(sender) + GENERATION]!;
    nodes[nodeAt + SENDER_SHARD] = shard.index;
    if (kind !== TELL) {
      nodes[nodeAt + CORRELATION_LOW] = node.lowHalf(correlation);
      nodes[nodeAt + CORRELATION_HIGH] = node.highHalf(correlation);
    }
    this.#payloads[node.nodePageOf(added)]![node.nodeColumnOf(added)] = message;

    if (page[at + MAIL_COUNT]! >= role.capacity || mail.bytes + bytes > mail.bytesMax) {
      shard.post.overflow(slot, role, added);
      return true;
    }
    mail.bytes += bytes;
    mail.envelopes++;
    page[at + MAIL_COUNT]!++;
    const tail = page[at + MAIL_TAIL]!;
    if (tail === 0) page[at + MAIL_HEAD] = added;
    else this.#nodes[node.nodePageOf(tail)]![node.nodeOffsetOf(tail) + NEXT] = added;
    page[at + MAIL_TAIL] = added;
    if ((status & (LIFECYCLE_MASK | QUEUED | BLOCKED)) === RUNNING) {
      page[at + STATUS] = status | QUEUED;
      shard.dispatcher.push(slot, role.queue);
    }
    if (!shard.pump.scheduled) shard.pump.wake();
    return true;
  }
}
