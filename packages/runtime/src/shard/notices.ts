import type { ActorAddress } from '../actor/address.js';
import type { ChildFailedNotice, TerminatedNotice } from '../actor/definition.js';
import { RESTARTING, STOPPING } from '../actor/lifecycle.js';
import { CHILD_FAILED, CHILD_STOPPED, STOP_MARK } from '../kernel/mail-pool.js';
import type { Role } from '../kernel/role.js';
import { LifeContext } from './life-context.js';
import type { Shard } from './shard.js';

/** A child has gone, and the life of its parent that it belonged to. */
interface StoppedChild {
  readonly child: ActorAddress;
  readonly incarnation: number;
}

/** Puts into the mail of a supervisor that one of its children has gone, if its life goes on. For those whose role `hearsOfStops`. */
export function tellOfStop(shard: Shard, parent: number, child: ActorAddress): void {
  const lifecycle = shard.life.lifecycle(parent);
  if (lifecycle === RESTARTING || lifecycle >= STOPPING) return;
  const notice: StoppedChild = { child, incarnation: shard.incarnationOf(parent) };
  shard.mail.putNotice(parent, CHILD_STOPPED, notice);
  shard.dispatcher.offer(parent);
}

/** An actor meets a notice that was in its mail. */
export function meetNotice(shard: Shard, slot: number, role: Role, node: number, kind: number): void {
  const { spec } = role.definition;
  const notice = shard.mail.pool.payload(node);
  shard.mail.pool.free(node);
  if (kind === STOP_MARK) shard.stops.reachMark(slot);
  else if (kind === CHILD_FAILED)
    withContext(shard, slot, (context) =>
      spec.childFailed?.(shard.stateOf(slot), notice as ChildFailedNotice, context),
    );
  else if (kind === CHILD_STOPPED) {
    const { child, incarnation } = notice as StoppedChild;
    if (incarnation === shard.incarnationOf(slot))
      withContext(shard, slot, (context) => spec.childStopped?.(shard.stateOf(slot), { child }, context));
  } else if (
    shard.peekCell(slot)?.watching?.delete((notice as TerminatedNotice).address.id) &&
    spec.terminated
  )
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
