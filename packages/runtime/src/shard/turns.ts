import * as lifecycle from '../actor/lifecycle.js';
import * as record from '../kernel/actor-record.js';
import * as table from '../kernel/actor-table.js';
import * as pool from '../kernel/mail-pool.js';
import type { MailRun } from '../kernel/mail-run.js';
import { CRITICAL as CRITICAL_RANK, type Role } from '../kernel/role.js';
import { LEDGER } from '../system/ledger.js';
import { startCall } from './calls.js';
import { MessageContext, SETTLED as SETTLED_BITS, STASHED as STASHED_BIT } from './message-context.js';
import { meetNotice } from './notices.js';
import { RunTurn } from './run-turn.js';
import * as scope from './scope.js';
import type { Shard } from './shard.js';
import { refuseThenable } from './thenable.js';

// See `local-post.ts`.
const { turnNow } = scope;
const { BEHAVIOR_MASK, BEHAVIOR_SHIFT, BLOCKED, DOZING, GENERATION, HAS_PARKED, HAS_SOURCES } = record;
const { INCARNATION, LEAVING, LIFECYCLE_MASK, MAIL_COUNT, MAIL_HEAD, QUEUED } = record;
const { RECORD_SHIFT, ROLE, STATUS } = record;
const { PAGE_MASK, PAGE_SHIFT } = table;
const { ASK, KIND_MASK, NEXT, NOTICE_BIT, RUN, TYPE_MASK, TYPE_SHIFT } = pool;
const { NODE_MASK, NODE_PAGE_SHIFT, NODE_SHIFT, WEIGHT_BYTES, WEIGHT_SHIFT, WORD } = pool;
const { RUNNING, STARTING, STOPPED } = lifecycle;
const { handled: HANDLED, turns: TURNS } = LEDGER;
const { runningDefinition: RUNNING_DEFINITION, runningId: RUNNING_ID, runningType: RUNNING_TYPE } = LEDGER;
const CRITICAL = CRITICAL_RANK;
const SETTLED = SETTLED_BITS;
const STASHED = STASHED_BIT;
/** In the status of an actor in service: a message is not just handed to the first behaviour. */
const UNUSUAL: number = BEHAVIOR_MASK | HAS_PARKED | HAS_SOURCES;

/**
 * Gives the actors of one shard their turns. All that a turn needs is at hand in one object, for with one
 * message a turn, which is how most actors live, what is looked up before the first message is half the price.
 */
export class Turns {
  /** Whose messages are being handled one by one now; 0 for nobody's. */
  running = 0;
  readonly #shard: Shard;
  readonly #pages: readonly Int32Array[];
  readonly #states: readonly unknown[][];
  readonly #nodePages: readonly Int32Array[];
  readonly #payloads: unknown[][];
  readonly #roles: readonly Role[];
  /** What runs is published, as another thread watches. */
  readonly #publishes: boolean;
  readonly #runTurn: RunTurn;

  constructor(shard: Shard) {
    this.#shard = shard;
    this.#pages = shard.table.pages;
    this.#states = shard.table.states;
    this.#nodePages = shard.mail.pool.pages;
    this.#payloads = shard.mail.pool.payloads;
    this.#roles = shard.roles.all;
    this.#publishes = shard.shardCount > 1;
    this.#runTurn = new RunTurn(shard);
  }

  /**
   * Gives an actor one turn: starts it if need be, then a bounded number of messages, signals first. Ends early when the actor is
   * not in service any more, has begun another life, or a critical actor waits. Returns how many mails were handled, of several
   * turns one after the other in the last; -1 if nobody lives there.
   */
  run(slot: number, messagesMax: number): number {
    const shard = this.#shard;
    const page = this.#pages[slot >>> PAGE_SHIFT]!;
    const at = (slot & PAGE_MASK) << RECORD_SHIFT;
    const role = this.#roles[page[at + ROLE]!]!;
    const { cells } = shard.row;
    if ((page[at + STATUS]! & (LIFECYCLE_MASK | DOZING)) !== RUNNING) {
      if ((page[at + STATUS]! & LIFECYCLE_MASK) === STOPPED) return this.#runStopped(slot, role);
      cells[TURNS]!++;
      if (this.#publishes) this.#publish(slot, role);
      this.#rouse(slot);
    } else {
      cells[TURNS]!++;
      if (this.#publishes) this.#publish(slot, role);
    }
    const generation = page[at + GENERATION]!;
    if (page[at + MAIL_HEAD] === 0) {
      shard.pace.noteTurn(slot, generation, role.number, 0, 0);
      this.#leaveLine(slot, page, at);
      return 0;
    }
    const incarnation = page[at + INCARNATION]!;
    const { mail, dispatcher, signals, inspector } = shard;
    const states = this.#states[slot >>> PAGE_SHIFT]!;
    const yields = role.rank !== CRITICAL;
    const runTurn = this.#runTurn;
    turnNow.slot = slot;
    this.running = slot;
    let handled = 0;
    let succeeded = 0;
    let type = 0;
    while (handled < messagesMax) {
      if (signals.waiting) {
        signals.handleAll();
        if (page[at + INCARNATION] !== incarnation) break;
      }
      const status = page[at + STATUS]!;
      if ((status & (LIFECYCLE_MASK | BLOCKED | LEAVING)) !== RUNNING) break;
      let node = page[at + MAIL_HEAD]!;
      if (node === 0) break;
      handled++;
      const nodes = this.#nodePages[node >>> NODE_PAGE_SHIFT]!;
      const nodeAt = (node & NODE_MASK) << NODE_SHIFT;
      const word = nodes[nodeAt + WORD]!;
      let message = this.#payloads[node >>> NODE_PAGE_SHIFT]![node & NODE_MASK] as { readonly type: string };
      let run: MailRun | undefined;
      if ((word & RUN) !== 0) {
        run = message as unknown as MailRun;
        // One that stands for a single message is dearer to meet as a run: all that is looked up for many would be for one.
        if ((status & UNUSUAL) === 0 && !(run.isBare && run.isShared)) {
          runTurn.handled = handled - 1;
          runTurn.succeeded = succeeded;
          if (runTurn.meet(slot, generation, role, node, page, at, messagesMax)) {
            type = (word >> TYPE_SHIFT) & TYPE_MASK;
            handled = runTurn.handled;
            succeeded = runTurn.succeeded;
            if (runTurn.endsTurn || (yields && dispatcher.criticalWaits)) break;
            continue;
          }
        }
        message = mail.nextOfRun(node, run);
      }
      const next = nodes[nodeAt + NEXT]!;
      page[at + MAIL_HEAD] = run === undefined || run.at === run.count ? next : node;
      if ((word & NOTICE_BIT) !== 0) {
        cells[RUNNING_TYPE] = 0;
        meetNotice(shard, slot, role, node, word & KIND_MASK);
        continue;
      }
      page[at + MAIL_COUNT]!--;
      mail.bytes -= (word >>> WEIGHT_SHIFT) * WEIGHT_BYTES;
      mail.envelopes--;
      type = (word >> TYPE_SHIFT) & TYPE_MASK;
      let handlers = role.behaviors[0]!;
      if ((status & UNUSUAL) !== 0) {
        handlers = role.behaviors[(status & BEHAVIOR_MASK) >> BEHAVIOR_SHIFT]!;
        if ((status & (HAS_PARKED | HAS_SOURCES)) !== 0) this.#makeRoom(slot, node);
      }
      if (this.#publishes) cells[RUNNING_TYPE] = type;
      const handler = handlers[type];
      if (inspector !== undefined && handler !== undefined) inspector.handed(slot, node, message);
      if (typeof handler === 'function') {
        const context = new MessageContext(shard, slot, node);
        try {
          const result: unknown = handler.call(
            undefined,
            states[slot & PAGE_MASK],
            message as never,
            context as never,
          );
          if (result !== undefined) refuseThenable(shard, slot, result, message);
        } catch (error) {
          context.close();
          if (run !== undefined) node = mail.outOfRun(node, message, run);
          shard.life.failHandling(slot, generation, error, node);
          break; // and not on with the loop: a way back from here makes every turn dearer
        }
        const progress = context.close();
        if ((progress & STASHED) !== 0)
          shard.stash.add(slot, run === undefined ? node : mail.outOfRun(node, message, run));
        else {
          succeeded++;
          if ((word & KIND_MASK) === ASK && (progress & SETTLED) === 0)
            shard.replies.unanswered(slot, context);
          mail.release(node, run);
        }
      } else {
        if (run !== undefined) node = mail.outOfRun(node, message, run);
        if (handler === undefined) shard.burial.buryNode(node, slot, 'unhandled', undefined);
        else startCall(shard, slot, node, handler);
      }
      if (yields && dispatcher.criticalWaits) break;
    }
    this.end(slot, generation, role, type, handled, succeeded);
    return handled;
  }

  /** Begins the turn of an actor at rest, with a message of that type which is in no mailbox. */
  begin(slot: number, role: Role, type: number): void {
    const { cells } = this.#shard.row;
    cells[TURNS]!++;
    if (this.#publishes) {
      this.#publish(slot, role);
      cells[RUNNING_TYPE] = type;
    }
    turnNow.slot = slot;
    this.running = slot;
  }

  /** Ends a turn in which so many mails were handled, the last of that type, and so many of them with success. */
  end(slot: number, generation: number, role: Role, type: number, handled: number, succeeded: number): void {
    const shard = this.#shard;
    const page = this.#pages[slot >>> PAGE_SHIFT]!;
    const at = (slot & PAGE_MASK) << RECORD_SHIFT;
    this.running = 0;
    if ((page[at + STATUS]! & LEAVING) !== 0) shard.stops.leave(slot);
    turnNow.slot = 0;
    shard.local.endRun();
    shard.pace.noteTurn(slot, generation, role.number, type, handled);
    shard.row.cells[HANDLED]! += succeeded;
    if (page[at + MAIL_HEAD] !== 0 && (page[at + STATUS]! & (LIFECYCLE_MASK | BLOCKED)) === RUNNING)
      shard.dispatcher.push(slot, role.queue);
    else this.#leaveLine(slot, page, at);
  }

  /** An actor has had its turn and waits for nothing more; the slot of one that stopped in it is free now. */
  #leaveLine(slot: number, page: Int32Array, at: number): void {
    const status = page[at + STATUS]! & ~QUEUED;
    page[at + STATUS] = status;
    if ((status & LIFECYCLE_MASK) === STOPPED) this.#shard.table.free(slot);
  }

  /** It stopped while it was in line; or it stands for a group whose actors have a turn together. */
  #runStopped(slot: number, role: Role): number {
    if (role.group?.standIn === slot) {
      this.#shard.table.set(slot, STATUS, STOPPED); // a stand-in is in line again as soon as anybody of its group is
      return this.#shard.batchTurns.run(role, role.group);
    }
    this.#shard.table.free(slot);
    return -1;
  }

  /** Sees to what an actor needs before its first message: a first life, or the state that it gave away. */
  #rouse(slot: number): void {
    const { table, life, passivation } = this.#shard;
    const status = table.get(slot, STATUS);
    if ((status & LIFECYCLE_MASK) === STARTING) life.start(slot);
    else if ((status & DOZING) !== 0) passivation.rouse(slot);
  }

  /** Tells in shared memory whose turn it is from now on. */
  #publish(slot: number, role: Role): void {
    const { cells } = this.#shard.row;
    cells[RUNNING_ID] = this.#shard.idOf(slot);
    cells[RUNNING_DEFINITION] = role.number;
    cells[RUNNING_TYPE] = 0;
  }

  /** A message has left a mailbox that senders or sources wait for room in. */
  #makeRoom(slot: number, node: number): void {
    this.#shard.sources.credit(slot, node);
    this.#shard.parking.admit(slot);
  }
}
