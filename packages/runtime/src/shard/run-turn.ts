import * as record from '../kernel/actor-record.js';
import * as table from '../kernel/actor-table.js';
import * as pool from '../kernel/mail-pool.js';
import type { MailRun } from '../kernel/mail-run.js';
import {
  type AnyRowsHandler,
  type AnySyncHandler,
  CRITICAL as CRITICAL_RANK,
  type Role,
} from '../kernel/role.js';
import { FrameSlice } from '../kernel/row-frame.js';
import { LEDGER } from '../system/ledger.js';
import { LifeContext } from './life-context.js';
import { MessageContext, STASHED as STASHED_BIT } from './message-context.js';
import type { Shard } from './shard.js';
import { refuseThenable } from './thenable.js';

// See `local-post.ts`.
const { MAIL_COUNT, MAIL_HEAD, STATUS } = record;
const { PAGE_MASK, PAGE_SHIFT } = table;
const { NEXT, TYPE_MASK, TYPE_SHIFT, WEIGHT_BYTES, WEIGHT_SHIFT, WORD } = pool;
const { handled: HANDLED, runningType: RUNNING_TYPE, turns: TURNS } = LEDGER;
const CRITICAL = CRITICAL_RANK;
const STASHED = STASHED_BIT;

/**
 * The part of a turn in which an actor meets what lies in one node: a run of messages, or rows that its handler takes together. What
 * becomes of mail is as in `Turns`; but what is looked up for one message holds for all of a run, so between two of them nothing is
 * asked but what their handler may have changed.
 */
export class RunTurn {
  /** Of the turn that goes on, mails handled and those of them with success: written before something is met, read afterwards. */
  handled = 0;
  succeeded = 0;
  /** The turn ends with what was met last: a handler threw, or the slice is over. */
  endsTurn = false;
  #failed = 0;
  readonly #shard: Shard;
  readonly #states: readonly unknown[][];
  /** What runs is published, as another thread watches. */
  readonly #publishes: boolean;

  constructor(shard: Shard) {
    this.#shard = shard;
    this.#states = shard.table.states;
    this.#publishes = shard.shardCount > 1;
  }

  /**
   * Meets what lies in a node that is next in the mailbox of an actor with its first behaviour: anything but what `bareMail` makes. False,
   * with nothing done, if that must be met one by one. Rows are met together also beyond `messagesMax`; and where nobody else waits
   * for a turn, the actor has its next one at once.
   *
   * @param messagesMax mails that a turn may handle
   */
  meet(
    slot: number,
    generation: number,
    role: Role,
    node: number,
    page: Int32Array,
    at: number,
    messagesMax: number,
  ): boolean {
    const shard = this.#shard;
    const { pool } = shard.mail;
    const run = pool.payload(node) as MailRun;
    const type = (pool.get(node, WORD) >> TYPE_SHIFT) & TYPE_MASK;
    const rowsHandler = role.rowsHandlers[type];
    const handler = role.behaviors[0]![type];
    const areRows = run.frame !== undefined;
    if (areRows ? rowsHandler === undefined : typeof handler !== 'function' || shard.inspector !== undefined)
      return false;
    if (this.#publishes) shard.row.cells[RUNNING_TYPE] = type;
    this.#failed = 0;
    this.endsTurn = false;
    if (areRows) {
      const met = this.#meetRows(slot, generation, node, run, rowsHandler!, page, at);
      this.handled += met;
      this.succeeded += met - this.#failed;
      return true;
    }
    const handle = handler as AnySyncHandler;
    const met = this.#meetMessages(slot, generation, role, node, run, handle, page, at, messagesMax);
    this.handled += met;
    this.succeeded += met - this.#failed;
    return true;
  }

  /**
   * Meets messages one by one, until one of them has changed what the next would find, or the turn is over and somebody else has the
   * next one. Returns how many of the last turn.
   */
  #meetMessages(
    slot: number,
    generation: number,
    role: Role,
    node: number,
    run: MailRun,
    handler: AnySyncHandler,
    page: Int32Array,
    at: number,
    messagesMax: number,
  ): number {
    const shard = this.#shard;
    const { mail, signals, dispatcher } = shard;
    const state = this.#states[slot >>> PAGE_SHIFT]![slot & PAGE_MASK];
    const bytes = (mail.pool.get(node, WORD) >>> WEIGHT_SHIFT) * WEIGHT_BYTES;
    const status = page[at + STATUS]!;
    const { type } = run;
    const yields = role.rank !== CRITICAL;
    let left = messagesMax - this.handled;
    const { isBare } = run; // asked once: to take such a message is cheaper than to ask
    for (let met = 1; ; met++) {
      if (isBare) run.at++;
      const message = isBare ? { type } : run.shift();
      const isLast = run.at === run.count;
      if (isLast) page[at + MAIL_HEAD] = mail.pool.get(node, NEXT);
      page[at + MAIL_COUNT]!--;
      mail.bytes -= bytes;
      mail.envelopes--;
      const context = new MessageContext(shard, slot, node);
      try {
        const result: unknown = handler.call(undefined, state, message as never, context as never);
        if (result !== undefined) refuseThenable(shard, slot, result, message);
      } catch (error) {
        context.close();
        this.#failed = 1;
        this.endsTurn = true;
        shard.life.failHandling(slot, generation, error, mail.outOfRun(node, message, run));
        return met;
      }
      if ((context.close() & STASHED) !== 0) {
        this.#failed = 1;
        shard.stash.add(slot, mail.outOfRun(node, message, run));
        return met;
      }
      if (isLast) {
        mail.freeRun(node, run);
        return met;
      }
      if (
        signals.waiting ||
        page[at + STATUS] !== status ||
        page[at + MAIL_HEAD] !== node ||
        (yields && dispatcher.criticalWaits)
      )
        return met;
      if (met === left) {
        if (!dispatcher.isEmpty) return met;
        this.handled += met;
        this.succeeded += met;
        if (!this.#beginsNextTurn(slot, generation, role, node, messagesMax)) return 0;
        left = messagesMax;
        met = 0;
      }
    }
  }

  /**
   * Ends the turn of an actor that would have the next one, too, and begins that if the slice leaves room for it. What is done between two
   * turns is most of what a flood costs before V8 has compiled it.
   */
  #beginsNextTurn(slot: number, generation: number, role: Role, node: number, messagesMax: number): boolean {
    const { pace, dispatcher, row, mail } = this.#shard;
    const type = (mail.pool.get(node, WORD) >> TYPE_SHIFT) & TYPE_MASK;
    pace.noteTurn(slot, generation, role.number, type, this.handled);
    pace.turnEnded(this.handled);
    row.cells[HANDLED]! += this.succeeded;
    this.handled = 0;
    this.succeeded = 0;
    this.endsTurn = pace.isSliceOver || pace.turnMessagesMax(messagesMax) < messagesMax;
    if (this.endsTurn) return false;
    dispatcher.countTurn();
    row.cells[TURNS]!++;
    return true;
  }

  /** Hands all rows in a node to their handler. */
  #meetRows(
    slot: number,
    generation: number,
    node: number,
    run: MailRun,
    handler: AnyRowsHandler,
    page: Int32Array,
    at: number,
  ): number {
    const shard = this.#shard;
    const { mail, inspector } = shard;
    const { pool } = mail;
    const frame = run.frame!;
    const from = run.isShared ? pool.row(node) : run.at;
    const to = run.isShared ? from + 1 : run.count;
    const count = to - from;
    page[at + MAIL_HEAD] = pool.get(node, NEXT);
    page[at + MAIL_COUNT]! -= count;
    mail.bytes -= count * pool.bytes(node);
    mail.envelopes -= count;
    if (inspector !== undefined)
      for (let row = from; row < to; row++) {
        mail.tellSender(node, run, row);
        inspector.handed(slot, node, frame.message(row));
      }
    const context = new LifeContext(shard, slot, node);
    try {
      const rows = new FrameSlice(frame, from, to);
      const state = this.#states[slot >>> PAGE_SHIFT]![slot & PAGE_MASK];
      const result: unknown = handler.call(undefined, state, rows, context);
      if (result !== undefined) refuseThenable(shard, slot, result, frame);
    } catch (error) {
      context.close();
      this.#failed = count;
      this.endsTurn = true;
      for (let left = count; left > 1; left--)
        shard.burial.buryNode(mail.outOfRun(node, mail.nextOfRun(node, run), run), slot, 'crashed', error);
      const last = mail.outOfRun(node, mail.nextOfRun(node, run), run);
      shard.life.failHandling(slot, generation, error, last);
      return count;
    }
    context.close();
    run.at = run.count;
    mail.freeRun(node, run);
    return count;
  }
}
