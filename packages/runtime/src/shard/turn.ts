import { placedId } from '../actor/address.js';
import type { ChildFailedNotice, TerminatedNotice } from '../actor/definition.js';
import * as lifecycle from '../actor/lifecycle.js';
import { UndeclaredAsyncError } from '../errors.js';
import * as record from '../kernel/actor-record.js';
import { columnOf, offsetOf, pageOf } from '../kernel/actor-table.js';
import * as pool from '../kernel/mail-pool.js';
import type { MailRun } from '../kernel/mail-run.js';
import { type AnyAsyncHandler, CRITICAL as CRITICAL_RANK, type Role } from '../kernel/role.js';
import { LEDGER } from '../system/ledger.js';
import { AsyncCall } from './async-call.js';
import { CallContext, LifeContext, MessageContext } from './contexts.js';
import { type Scope, scopes, turnNow } from './scope.js';
import type { Shard } from './shard.js';

// See `local-post.ts`.
const {
  BEHAVIOR_MASK,
  BEHAVIOR_SHIFT,
  BLOCKED,
  DOZING,
  GENERATION,
  HAS_PARKED,
  HAS_SOURCES,
  INCARNATION,
  LIFECYCLE_MASK,
  ORDERED_HERE,
} = record;
const { MAIL_COUNT, MAIL_HEAD, MAIL_TAIL, QUEUED, ROLE, STATUS } = record;
const {
  ASK,
  CHILD_FAILED,
  KIND_MASK,
  NEXT,
  NOTICE_BIT,
  STOP_MARK,
  RUN,
  TYPE_MASK,
  TYPE_SHIFT,
  WEIGHT_BYTES,
  WEIGHT_SHIFT,
  WORD,
} = pool;
const { NODE_MASK, NODE_PAGE_SHIFT, NODE_SHIFT } = pool;
const { RUNNING, STARTING } = lifecycle;
const {
  handled: HANDLED,
  runningDefinition: RUNNING_DEFINITION,
  runningId: RUNNING_ID,
  runningType: RUNNING_TYPE,
  turns: TURNS,
} = LEDGER;
const CRITICAL = CRITICAL_RANK;

/**
 * Gives an actor one turn: starts it if need be, then a bounded number of messages, signals first. Ends early when the actor is
 * not in service any more, has begun another life, or a critical actor waits. Returns how many mails were handled.
 */
export function runTurn(shard: Shard, slot: number, messagesMax: number): number {
  const { table, mail, dispatcher, signals, inspector } = shard;
  const { cells } = shard.row;
  const page = table.pages[pageOf(slot)]!;
  const at = offsetOf(slot);
  const role = shard.roles.all[page[at + ROLE]!]!;
  cells[TURNS]!++;
  const generation = page[at + GENERATION]!;
  cells[RUNNING_ID] =
    (page[at + STATUS]! & ORDERED_HERE) === 0 ? placedId(shard.index, slot, generation) : shard.idOf(slot);
  cells[RUNNING_DEFINITION] = role.number;
  cells[RUNNING_TYPE] = 0;
  if ((page[at + STATUS]! & (LIFECYCLE_MASK | DOZING)) !== RUNNING) rouse(shard, slot);
  if (page[at + MAIL_HEAD] === 0) {
    shard.pace.noteTurn(slot, generation, role.number, 0, 0);
    return 0;
  }
  const incarnation = page[at + INCARNATION]!;
  const receive = role.behaviors[0]!;
  const states = table.states[pageOf(slot)]!;
  const nodePool = mail.pool;
  const { pages: nodePages, payloads } = nodePool;
  const yields = role.rank !== CRITICAL;
  turnNow.shard = shard;
  turnNow.slot = slot;
  let handled = 0;
  let succeeded = 0;
  let type = 0;
  while (handled < messagesMax) {
    if (signals.waiting) {
      signals.handleAll();
      if (page[at + GENERATION] !== generation || page[at + INCARNATION] !== incarnation) break;
    }
    const status = page[at + STATUS]!;
    if ((status & (LIFECYCLE_MASK | BLOCKED)) !== RUNNING) break;
    let node = page[at + MAIL_HEAD]!;
    if (node === 0) break;
    handled++;
    const nodes = nodePages[node >>> NODE_PAGE_SHIFT]!;
    const nodeAt = (node & NODE_MASK) << NODE_SHIFT;
    const word = nodes[nodeAt + WORD]!;
    let message = payloads[node >>> NODE_PAGE_SHIFT]![node & NODE_MASK] as { readonly type: string };
    let run: MailRun | undefined;
    if ((word & RUN) !== 0) {
      run = message as unknown as MailRun;
      message = run.shift() as { readonly type: string };
    }
    if (run === undefined || run.at === run.count) {
      const next = nodes[nodeAt + NEXT]!;
      page[at + MAIL_HEAD] = next;
      if (next === 0) page[at + MAIL_TAIL] = 0;
    }
    if ((word & NOTICE_BIT) !== 0) {
      handleNotice(shard, slot, role, node, word & KIND_MASK);
      continue;
    }
    page[at + MAIL_COUNT]!--;
    mail.bytes -= (word >>> WEIGHT_SHIFT) * WEIGHT_BYTES;
    mail.envelopes--;
    if ((status & (HAS_PARKED | HAS_SOURCES)) !== 0) {
      makeRoom(shard, slot, node);
    }
    type = (word >> TYPE_SHIFT) & TYPE_MASK;
    cells[RUNNING_TYPE] = type;
    const handler =
      (status & BEHAVIOR_MASK) === 0
        ? receive[type]
        : role.behaviors[(status & BEHAVIOR_MASK) >> BEHAVIOR_SHIFT]![type];
    if (inspector !== undefined && handler !== undefined) inspector.handed(slot, node, message);
    if (typeof handler === 'function') {
      const context = new MessageContext(shard, slot, node);
      try {
        const result: unknown = handler(states[columnOf(slot)], message as never, context as never);
        if (result !== undefined) refuseThenable(shard, slot, result, message);
        context.close();
      } catch (error) {
        context.close();
        if (run !== undefined) node = mail.outOfRun(node, message, run);
        shard.life.failHandling(slot, generation, error, node);
        continue;
      }
      if (context.stashed)
        shard.stash.add(slot, run === undefined ? node : mail.outOfRun(node, message, run));
      else {
        succeeded++;
        if ((word & KIND_MASK) === ASK && !context.settled) shard.replies.unanswered(slot, context);
        if (run === undefined) {
          payloads[node >>> NODE_PAGE_SHIFT]![node & NODE_MASK] = undefined;
          nodes[nodeAt + NEXT] = nodePool.head;
          nodePool.head = node;
        } else if (run.at === run.count) mail.freeRun(node, run);
      }
    } else {
      if (run !== undefined) node = mail.outOfRun(node, message, run);
      if (handler === undefined) shard.burial.buryNode(node, slot, 'unhandled', undefined);
      else runAsync(shard, slot, node, handler);
    }
    if (yields && dispatcher.criticalWaits) break;
  }
  turnNow.shard = undefined;
  shard.local.endRun();
  shard.pace.noteTurn(slot, generation, role.number, type, handled);
  cells[HANDLED]! += succeeded;
  if (
    page[at + MAIL_HEAD] !== 0 &&
    page[at + GENERATION] === generation &&
    (page[at + STATUS]! & QUEUED) === 0
  )
    dispatcher.offer(slot);
  return handled;
}

/** Sees to what an actor needs before its first message: a first life, or the state that it gave away. */
function rouse(shard: Shard, slot: number): void {
  const status = shard.table.get(slot, STATUS);
  if ((status & LIFECYCLE_MASK) === STARTING) shard.life.start(slot);
  else if ((status & DOZING) !== 0) shard.passivation.rouse(slot);
}

/** A message has left a mailbox that senders or sources wait for room in. */
function makeRoom(shard: Shard, slot: number, node: number): void {
  shard.sources.credit(slot, node);
  shard.parking.admit(slot);
}

/** Only handlers that are declared async may return a promise. */
function refuseThenable(
  shard: Shard,
  slot: number,
  result: unknown,
  message: { readonly type: string },
): void {
  if (!isThenable(result)) return;
  result.then(undefined, () => undefined); // its rejection is not another failure
  throw new UndeclaredAsyncError(shard.addressOf(slot).path, message.type);
}

function handleNotice(shard: Shard, slot: number, role: Role, node: number, kind: number): void {
  const { spec } = role.definition;
  const notice = shard.mail.pool.payload(node);
  shard.mail.pool.free(node);
  shard.row.cells[RUNNING_TYPE] = 0;
  if (kind === STOP_MARK) shard.stops.reachMark(slot);
  else if (kind === CHILD_FAILED)
    withContext(shard, slot, (context) =>
      spec.childFailed?.(shard.stateOf(slot), notice as ChildFailedNotice, context),
    );
  else if (shard.cellOf(slot).watching.delete((notice as TerminatedNotice).address.id) && spec.terminated)
    withContext(shard, slot, (context) =>
      spec.terminated?.(shard.stateOf(slot), notice as TerminatedNotice, context),
    );
}

function withContext(shard: Shard, slot: number, run: (context: LifeContext) => void): void {
  const context = new LifeContext(shard, slot, 0);
  try {
    run(context);
  } catch (error) {
    shard.life.fail(slot, error);
  } finally {
    context.close();
  }
}

function runAsync(shard: Shard, slot: number, node: number, handler: AnyAsyncHandler): void {
  const envelope = shard.envelopes.read(node);
  shard.mail.pool.free(node);
  const { reentrant = false } = handler;
  const cell = shard.cellOf(slot);
  const { generation } = cell;
  const call = new AsyncCall(envelope, reentrant, cell.address.path);
  const context = new CallContext(shard, slot, call);
  cell.calls.add(call);
  if (!reentrant && ++cell.blockingCalls === 1) shard.block(slot, true);
  shard.row.add('callsRunning', 1);
  turnNow.callsHaveRun = true;
  turnNow.shard = undefined; // from here on the call acts, and its scope says so
  const scope: Scope = { shard, slot, generation, incarnation: shard.incarnationOf(slot), call };
  const running = scopes.run(scope, async () => handler.async(context as never, envelope.message as never));
  turnNow.shard = shard;
  running.then(
    () => {
      if (!call.settle()) return;
      endCall(shard, slot, call);
      shard.row.cells[LEDGER.handled]!++;
      const { question } = context;
      if (question.isAsk && !question.answered && !question.deferred)
        shard.replies.unanswered(slot, question);
      resume(shard, slot);
    },
    (error: unknown) => {
      if (call.settle()) {
        endCall(shard, slot, call);
        shard.burial.bury(envelope, cell.address, 'crashed', error);
        shard.life.fail(slot, error);
        resume(shard, slot);
      } else if (!call.signal.aborted || error !== call.signal.reason) {
        shard.log.debug('a call failed after it had been cut off', { path: call.path, error });
      }
    },
  );
}

/** Takes a call that ended, or is cut off, off the books of its actor. */
export function endCall(shard: Shard, slot: number, call: AsyncCall): void {
  const cell = shard.cellOf(slot);
  cell.calls.delete(call);
  if (!call.reentrant && --cell.blockingCalls === 0) shard.block(slot, cell.stopAfterCalls);
  shard.row.add('callsRunning', -1);
}

function resume(shard: Shard, slot: number): void {
  const cell = shard.cellOf(slot);
  if (cell.stopAfterCalls && cell.calls.size === 0) shard.stops.reachMark(slot);
  else shard.dispatcher.offer(slot);
  shard.wake();
}

/** What an undeclared async handler returns. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
