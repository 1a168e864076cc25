import * as lifecycle from '../actor/lifecycle.js';
import * as record from '../kernel/actor-record.js';
import * as table from '../kernel/actor-table.js';
import * as pool from '../kernel/mail-pool.js';
import { type AnySyncHandler, type Role, STANDARD as STANDARD_RANK } from '../kernel/role.js';
import { LEDGER } from '../system/ledger.js';
import type { OpenQuestion } from '../system/open-question.js';
import { MessageContext, SETTLED as SETTLED_BITS, STASHED as STASHED_BIT } from './message-context.js';
import type { Shard } from './shard.js';
import { refuseThenable } from './thenable.js';

// See `local-post.ts`.
const { GENERATION, LIFECYCLE_MASK, MAIL_COUNT, MAIL_HEAD, QUEUED, RECORD_SHIFT, ROLE, STATUS } = record;
const { PAGE_MASK, PAGE_SHIFT } = table;
const { ASK, SENDER_A, SENDER_B, TYPE_MASK, TYPE_SHIFT, WEIGHT_BYTES, WEIGHT_SHIFT, WORD } = pool;
const { RUNNING, STOPPING } = lifecycle;
const { sent: SENT } = LEDGER;
const STANDARD = STANDARD_RANK;
const SETTLED = SETTLED_BITS;
const STASHED = STASHED_BIT;

/** In the status of an actor that may be asked so: all but what does not matter is as at rest. */
const AT_REST: number = ~(record.HAS_STATE | record.ORDERED_HERE | record.ROWS_HELD);

/**
 * A question to an actor at rest on a shard that has nothing to do: the slice that it brings begins with it, so it lies in no mailbox, and
 * its actor stands in no line. Most questions inside a shard are asked one after the other, and met so, at a third less than by the long way.
 *
 * To the books it is mail that waits, and to everybody else its actor is in line, before all who come into it until then. Whoever would
 * have something come before it calls {@link putBack}: before signals are handled, before what was stashed is put back, for a critical actor.
 * It is first in its mailbox and its class then. What can only be known of mail in a node is known of it by {@link layOut}.
 */
export class QuestionAtHand {
  readonly #shard: Shard;
  readonly #pages: readonly Int32Array[];
  readonly #states: readonly unknown[][];
  readonly #roles: readonly Role[];
  /** Who is asked; 0 when nobody is. */
  slot = 0;
  /** Kind, type and weight, and the sender, as a node has them. */
  #word = 0;
  #sender = 0;
  #senderGeneration = 0;
  /** The node that it is in, 0 for none. */
  #node = 0;

  constructor(shard: Shard) {
    this.#shard = shard;
    this.#pages = shard.table.pages;
    this.#states = shard.table.states;
    this.#roles = shard.roles.all;
  }

  /**
   * Takes the question that brings the next slice. False, with nothing done, where it must go into the mailbox: also if that might have no
   * room, or its message must be copied, weighed, looked at or met in any other way than by a plain handler.
   */
  take(
    slot: number,
    generation: number,
    message: { readonly type: string },
    sender: number,
    question: OpenQuestion,
  ): boolean {
    const shard = this.#shard;
    const page = this.#pages[slot >>> PAGE_SHIFT]!;
    const at = (slot & PAGE_MASK) << RECORD_SHIFT;
    const status = page[at + STATUS]!;
    if (page[at + GENERATION] !== generation || (status & AT_REST) !== RUNNING || page[at + MAIL_HEAD] !== 0)
      return false;
    if (shard.local.isShut || shard.inspector !== undefined || shard.heldRows.count > 0) return false;
    if (typeof message !== 'object' || message === null) return false;
    const { type } = message;
    const role = this.#roles[page[at + ROLE]!]!;
    const number = type === role.lastType ? role.lastNumber : role.numberOf(type);
    if (number === 0 || !role.takesRuns || role.rank > STANDARD) return false;
    if (typeof role.behaviors[0]![number] !== 'function') return false;
    const { mail } = shard;
    const units = role.weights.weigh(number, message);
    const bytes = mail.bytes + units * WEIGHT_BYTES;
    if (bytes > mail.bytesMax) return false;
    mail.bytes = bytes;
    mail.envelopes++;
    page[at + MAIL_COUNT]!++;
    page[at + STATUS] = status | QUEUED;
    shard.row.cells[SENT]!++;
    this.slot = slot;
    this.#word = ASK | (number << TYPE_SHIFT) | (units << WEIGHT_SHIFT);
    this.#sender = sender;
    if (sender !== 0) this.#senderGeneration = shard.generationOf(sender);
    question.message = message;
    return true;
  }

  /** Gives the actor its turn: that of one message, as {@link Turns.run} would. False if it has been put back, as it must be met in another way. */
  meet(question: OpenQuestion): boolean {
    const shard = this.#shard;
    const { slot } = this;
    const page = this.#pages[slot >>> PAGE_SHIFT]!;
    const at = (slot & PAGE_MASK) << RECORD_SHIFT;
    if ((page[at + STATUS]! & AT_REST) !== (RUNNING | QUEUED) || shard.inspector !== undefined) {
      this.putBack();
      return false;
    }
    const { mail, turns } = shard;
    const word = this.#word;
    const type = (word >> TYPE_SHIFT) & TYPE_MASK;
    const role = this.#roles[page[at + ROLE]!]!;
    const generation = page[at + GENERATION]!;
    const message = question.message!;
    this.#letGo(page, at);
    turns.begin(slot, role, type);
    const context = new MessageContext(shard, slot, 0);
    let succeeded = 0;
    let hasFailed = false;
    try {
      const handler = role.behaviors[0]![type] as AnySyncHandler;
      const state = this.#states[slot >>> PAGE_SHIFT]![slot & PAGE_MASK];
      const result: unknown = handler.call(undefined, state, message as never, context as never);
      if (result !== undefined) refuseThenable(shard, slot, result, message);
    } catch (error) {
      hasFailed = true;
      context.close();
      shard.life.failHandling(slot, generation, error, this.layOut());
    }
    if (!hasFailed) {
      const progress = context.close();
      if ((progress & STASHED) !== 0) shard.stash.add(slot, this.layOut());
      else {
        succeeded = 1;
        if ((progress & SETTLED) === 0) shard.replies.unanswered(slot, context);
        if (this.#node !== 0) mail.pool.free(this.#node);
      }
    }
    this.#node = 0;
    question.message = undefined;
    turns.end(slot, generation, role, type, 1, succeeded);
    return true;
  }

  /** Writes it into a node, if it is in none yet. Returns the node. */
  layOut(): number {
    if (this.#node !== 0) return this.#node;
    const { mail, pump, questions } = this.#shard;
    const question = pump.bringer!;
    const { correlation, message } = question;
    if (question.isOpen) questions.enter(question, undefined);
    const node = mail.pool.allocate();
    mail.pool.set(node, WORD, this.#word);
    mail.pool.set(node, SENDER_A, this.#sender);
    mail.pool.set(node, SENDER_B, this.#sender === 0 ? 0 : this.#senderGeneration);
    mail.pool.setPayload(node, message);
    mail.pool.setCorrelation(node, correlation);
    this.#node = node;
    return node;
  }

  /** Puts it first into the mailbox, if there is one, to be met when its actor's turn comes. */
  putBack(): void {
    const { slot } = this;
    if (slot === 0) return;
    const { mail, burial, dispatcher, pump } = this.#shard;
    const page = this.#pages[slot >>> PAGE_SHIFT]!;
    const at = (slot & PAGE_MASK) << RECORD_SHIFT;
    const node = this.layOut();
    this.#letGo(page, at);
    this.#node = 0;
    pump.bringer!.message = undefined;
    if ((page[at + STATUS]! & LIFECYCLE_MASK) < STOPPING) mail.putFirst(slot, node, mail.pool.bytes(node));
    else burial.buryNode(node, slot, 'stopped', undefined);
    dispatcher.pushFirst(slot, this.#roles[page[at + ROLE]!]!.queue);
  }

  /** It is no mail any more that waits here. */
  #letGo(page: Int32Array, at: number): void {
    const { mail } = this.#shard;
    this.slot = 0;
    page[at + MAIL_COUNT]!--;
    mail.bytes -= (this.#word >>> WEIGHT_SHIFT) * WEIGHT_BYTES;
    mail.envelopes--;
  }
}
