import type { SyncHandler } from '../actor/definition.js';
import { RUNNING, STARTING } from '../actor/lifecycle.js';
import type { Protocol } from '../actor/protocol.js';
import { UndeclaredAsyncError } from '../errors.js';
import { type Envelope, isEnvelope, type Mail } from '../mailbox/envelope.js';
import type { ActorCell } from './actor-cell.js';
import { AsyncCall } from './async-call.js';
import { CallContext, CellContext, MessageContext } from './contexts.js';
import { scopes } from './scope.js';
import type { Shard } from './shard.js';

type AnySyncHandler = SyncHandler<Protocol, unknown, string>;

/** Gives an actor one turn: starts it if need be, then a bounded number of messages, signals first. */
export function runTurn(shard: Shard, cell: ActorCell): void {
  shard.row.add('turns', 1);
  if (cell.lifecycle === STARTING) shard.life.start(cell);
  if (cell.lifecycle !== RUNNING) return;
  scopes.run(cell.scope!, runMessages, shard, cell);
  shard.dispatcher.offer(cell);
}

function runMessages(shard: Shard, cell: ActorCell): void {
  const { scope } = cell;
  let left = shard.dispatcher.turnMessagesMax();
  while (left-- > 0) {
    shard.signals.handleAll();
    if (!cell.isReady || cell.scope !== scope) return; // a restarted actor goes on in a turn of its own
    const mail = cell.mailbox.take()!;
    if (isEnvelope(mail)) {
      shard.row.add('mailWaiting', -1);
      handleEnvelope(shard, cell, mail);
    } else handleNotice(shard, cell, mail);
  }
}

function handleNotice(shard: Shard, cell: ActorCell, mail: Exclude<Mail, Envelope>): void {
  const { spec } = cell.definition;
  switch (mail.kind) {
    case 'stop-mark':
      shard.life.reachStopMark(cell);
      return;
    case 'terminated':
      if (!cell.watching.delete(mail.notice.address.id)) return;
      if (spec.terminated)
        withContext(shard, cell, (context) => spec.terminated?.(cell.state, mail.notice, context));
      return;
    case 'child-failed':
      withContext(shard, cell, (context) => spec.childFailed?.(cell.state, mail.notice, context));
  }
}

function withContext(shard: Shard, cell: ActorCell, run: (context: CellContext) => void): void {
  const context = new CellContext(shard, cell);
  try {
    run(context);
  } catch (error) {
    shard.life.fail(cell, error);
  } finally {
    context.close();
  }
}

function handleEnvelope(shard: Shard, cell: ActorCell, envelope: Envelope): void {
  const { receive } = cell.definition.spec;
  const { type } = envelope.message;
  const handler = Object.hasOwn(receive, type) ? receive[type] : undefined;
  if (handler === undefined) shard.post.deadLetter(envelope, cell.address, 'unhandled', undefined);
  else if (typeof handler === 'function') runSync(shard, cell, envelope, handler as AnySyncHandler);
  else runAsync(shard, cell, envelope, handler.async as never, handler.reentrant === true);
}

function runSync(shard: Shard, cell: ActorCell, envelope: Envelope, handler: AnySyncHandler): void {
  const context = new MessageContext(shard, cell, envelope);
  try {
    const result: unknown = handler(cell.state, envelope.message, context as never);
    if (isThenable(result)) {
      result.then(undefined, () => undefined); // its rejection is not another failure
      throw new UndeclaredAsyncError(cell.address.path, envelope.message.type);
    }
  } catch (error) {
    shard.life.fail(cell, error, envelope);
    return;
  } finally {
    context.close();
  }
  shard.post.finish(cell, context.question);
}

function runAsync(
  shard: Shard,
  cell: ActorCell,
  envelope: Envelope,
  handler: (context: CallContext, message: unknown) => Promise<void>,
  reentrant: boolean,
): void {
  const call = new AsyncCall(envelope, reentrant);
  const context = new CallContext(shard, cell, call);
  cell.calls.add(call);
  if (!reentrant) cell.blockingCalls++;
  shard.row.add('callsRunning', 1);
  const scope = { shard, cell, incarnation: cell.incarnation, call };
  const running = scopes.run(scope, async () => handler(context, envelope.message));
  running.then(
    () => {
      if (!call.settle()) return;
      endCall(shard, cell, call);
      shard.post.finish(cell, context.question);
      resume(shard, cell);
    },
    (error: unknown) => {
      if (call.settle()) {
        endCall(shard, cell, call);
        shard.life.fail(cell, error, envelope);
        resume(shard, cell);
      } else if (!call.signal.aborted || error !== call.signal.reason) {
        shard.log.debug('a call failed after it had been cut off', { path: cell.address.path, error });
      }
    },
  );
}

/** Takes a call that ended, or is cut off, off the books of its actor. */
export function endCall(shard: Shard, cell: ActorCell, call: AsyncCall): void {
  cell.calls.delete(call);
  if (!call.reentrant) cell.blockingCalls--;
  shard.row.add('callsRunning', -1);
}

function resume(shard: Shard, cell: ActorCell): void {
  if (cell.stopAfterCalls && cell.calls.size === 0) shard.life.reachStopMark(cell);
  shard.dispatcher.offer(cell);
  shard.wake();
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
