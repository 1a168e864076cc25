import { STOPPED } from '../actor/lifecycle.js';
import { AskRejectedError } from '../errors.js';
import { LIFECYCLE_MASK, STATUS } from '../kernel/actor-record.js';
import { cutCallsOff, dropMail } from './loose-ends.js';
import type { Shard } from './shard.js';

// The end of a whole shard: no more turns, no more frames.

/** Ends a shard and books what it leaves: mail that waits becomes dead letters, calls are cut off, questions are rejected. */
export function closeShard(shard: Shard): void {
  const { table, row, limbo, peers, sources, stash } = shard;
  shard.heldRows.close();
  shard.atHand.putBack();
  shard.isClosed = true;
  shard.local.isShut = true;
  for (const held of limbo.clear()) peers.giveUp(held, 'stopped', undefined);
  for (let slot = table.slotAfter(0); slot !== 0; slot = table.slotAfter(slot)) {
    if ((table.get(slot, STATUS) & LIFECYCLE_MASK) === STOPPED) continue;
    cutCallsOff(shard, slot);
    sources.endAll(slot);
    stash.putBack(slot);
    dropMail(shard, slot);
  }
  row.set('mailWaiting', shard.mail.envelopes);
  shard.questions.rejectWhere(
    () => true,
    (target, messageType) => new AskRejectedError(target.path, messageType, 'stopped'),
  );
  shard.log.flush();
  shard.timers.close();
  shard.pace.close();
  row.add('dead', shard.links.closeAll());
  shard.pump.close();
}

/** Stops at once and books nothing, as a thread does that ends by itself. Only a simulated one is told. */
export function abandonShard(shard: Shard): void {
  shard.isClosed = true;
  shard.local.isShut = true;
  shard.row.detach();
  shard.links.abandon();
  shard.pace.close();
  shard.timers.close();
  shard.pump.close();
}
