import type { AnyAsyncHandler } from '../kernel/role.js';
import { LEDGER } from '../system/ledger.js';
import { AsyncCall } from './async-call.js';
import { CallContext } from './call-context.js';
import { type Scope, scopes, turnNow } from './scope.js';
import type { Shard } from './shard.js';

/** Starts a call of an async handler with the message in a node. */
export function startCall(shard: Shard, slot: number, node: number, handler: AnyAsyncHandler): void {
  const envelope = shard.envelopes.read(node);
  shard.mail.pool.free(node);
  const { reentrant = false } = handler;
  const cell = shard.cellOf(slot);
  const { generation } = cell;
  const call = new AsyncCall(envelope, reentrant, shard.addressOf(slot).path);
  const context = new CallContext(shard, slot, call);
  cell.calls ??= new Set();
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
        shard.burial.bury(envelope, shard.addressOf(slot), 'crashed', error);
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
  cell.calls?.delete(call);
  if (!call.reentrant && --cell.blockingCalls === 0) shard.block(slot, cell.stopAfterCalls);
  shard.row.add('callsRunning', -1);
}

function resume(shard: Shard, slot: number): void {
  const cell = shard.cellOf(slot);
  if (cell.stopAfterCalls && cell.calls?.size === 0) shard.stops.reachMark(slot);
  else shard.dispatcher.offer(slot);
  shard.wake();
}
