import type { ChildFailedNotice, TerminatedNotice } from '../actor/definition.js';
import { CHILD_FAILED, STOP_MARK } from '../kernel/mail-pool.js';
import type { Role } from '../kernel/role.js';
import { LifeContext } from './life-context.js';
import type { Shard } from './shard.js';

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
  else if (shard.peekCell(slot)?.watching?.delete((notice as TerminatedNotice).address.id) && spec.terminated)
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
