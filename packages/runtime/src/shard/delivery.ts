import { pathOfId } from '../actor/address.js';
import { STOPPING } from '../actor/lifecycle.js';
import { HAS_PARKED, LIFECYCLE_MASK, MAIL_COUNT, ROLE, STATUS } from '../kernel/actor-record.js';
import { offsetOf, pageOf } from '../kernel/actor-table.js';
import {
  FED,
  KIND_MASK,
  TELL,
  TELL_READY,
  TYPE_SHIFT,
  WEIGHT_BYTES,
  WEIGHT_SHIFT,
  WORD,
} from '../kernel/mail-pool.js';
import type { Role } from '../kernel/role.js';
import type { Envelope } from '../mailbox/envelope.js';
import { NODE_KINDS } from './envelopes.js';
import type { Shard } from './shard.js';

/**
 * Brings envelopes to the actors of this shard: into the mailbox, or, where it has no room, to the end that its overflow rule says. The
 * short way of a message between two actors of one shard is `local-post.ts`.
 */
export class Delivery {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** An envelope for an actor of this shard, from wherever. */
  deliver(id: number, envelope: Envelope, given: number = NODE_KINDS[envelope.kind]): void {
    const shard = this.#shard;
    const slot = shard.resolve(id);
    if (slot === 0) {
      if (shard.limbo.holds(id, shard.index)) shard.limbo.keepEnvelope(id, envelope);
      else {
        const address = { path: pathOfId(id), id, shard: shard.index };
        shard.burial.bury(envelope, address, 'no-such-actor', undefined);
      }
      return;
    }
    const page = shard.table.pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    if ((page[at + STATUS]! & LIFECYCLE_MASK) >= STOPPING) {
      shard.burial.bury(envelope, shard.addressOf(slot), 'stopped', undefined);
      return;
    }
    const role = shard.roles.all[page[at + ROLE]!]!;
    const { message, senderShard, correlation } = envelope;
    const type = role.numberOf(message.type);
    let units: number;
    try {
      units = role.weights.weigh(type, message);
    } catch (error) {
      shard.burial.bury(envelope, shard.addressOf(slot), 'invalid-message', error); // a getter of it has thrown
      return;
    }
    const bytes = units * WEIGHT_BYTES;
    const { mail } = shard;
    const waits = given === TELL_READY;
    const isFull =
      page[at + MAIL_COUNT]! >= role.capacity ||
      mail.bytes + bytes > mail.bytesMax ||
      (waits && (page[at + STATUS]! & HAS_PARKED) !== 0); // others wait before it
    const kind = waits && !isFull ? TELL : given;
    const node = shard.envelopes.write(envelope, kind | (type << TYPE_SHIFT) | (units << WEIGHT_SHIFT));
    if (isFull) this.overflow(slot, role, node);
    else {
      mail.put(slot, node, bytes);
      if (waits) shard.parking.tellAdmitted(senderShard, correlation);
    }
    shard.dispatcher.offer(slot);
  }

  /** The mailbox of `slot`, or the budget, has no room for the envelope in `node`. */
  overflow(slot: number, role: Role, node: number): void {
    const { mail, parking, burial } = this.#shard;
    const { pool } = mail;
    const bytes = pool.bytes(node);
    const kind = pool.get(node, WORD) & KIND_MASK;
    if (kind === TELL_READY || kind === FED) {
      const canHaveRoom = bytes <= mail.bytesMax;
      if (!canHaveRoom || !parking.park(slot, node)) burial.buryNode(node, slot, 'mailbox-full', undefined);
      return;
    }
    const full = mail.bytes + bytes > mail.bytesMax;
    if (role.overflow === 'drop-oldest') {
      const oldest = full ? this.#oldestIfItMakesRoom(slot, bytes) : mail.takeOldestEnvelope(slot);
      if (oldest !== 0) {
        mail.put(slot, node, bytes);
        burial.buryNode(oldest, slot, 'dropped-oldest', undefined);
        return;
      }
    }
    burial.buryNode(
      node,
      slot,
      role.overflow === 'drop-newest' ? 'dropped-newest' : 'mailbox-full',
      undefined,
    );
  }

  #oldestIfItMakesRoom(slot: number, bytes: number): number {
    const { mail } = this.#shard;
    const oldest = mail.oldestEnvelope(slot);
    if (oldest === 0 || mail.bytes - mail.pool.bytes(oldest) + bytes > mail.bytesMax) return 0;
    return mail.takeOldestEnvelope(slot);
  }
}
