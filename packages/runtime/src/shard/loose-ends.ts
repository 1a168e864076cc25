import { NOTICE_BIT, WORD } from '../kernel/mail-pool.js';
import type { ActorCell } from './actor-cell.js';
import { endCall } from './calls.js';
import type { Shard } from './shard.js';

// What a life leaves open when it is over. Each function ends one kind of it, and books what is lost by that.

/** Ends the open calls; what they were handling is dead. */
export function cutCallsOff(shard: Shard, slot: number): void {
  const cell = shard.peekCell(slot);
  if (cell?.calls === undefined) return;
  for (const call of cell.calls) {
    endCall(shard, slot, call);
    call.cutOff(new Error(`${call.path} has stopped, failed or restarted.`));
    shard.burial.bury(call.envelope, shard.addressOf(slot), 'interrupted', undefined);
  }
}

/** Questions that were kept for a later turn are nobody's any more: their askers need not wait. */
export function giveUpQuestions(shard: Shard, cell: ActorCell): void {
  for (const question of cell.kept ?? [])
    if (question.isAsk && !question.answered)
      shard.rejections.rejectSender(question.envelope, shard.idOf(cell.slot), 'interrupted', undefined);
  cell.kept = undefined;
}

/** Messages that the actor would have sent to itself later are never sent. */
export function cancelTimers(shard: Shard, cell: ActorCell): void {
  for (const timer of cell.timers ?? []) shard.timers.cancel(timer);
  cell.timers = undefined;
}

/** Takes back every watch of others. */
export function endWatches(shard: Shard, cell: ActorCell): void {
  if (cell.watching === undefined) return;
  for (const watched of [...cell.watching.values()]) shard.signals.unwatch(cell.slot, watched);
}

/** Makes everything that waits for an actor dead letters. */
export function dropMail(shard: Shard, slot: number): void {
  const { mail, parking, burial } = shard;
  for (let node = mail.take(slot); node !== 0; node = mail.take(slot)) {
    if ((mail.pool.get(node, WORD) & NOTICE_BIT) === 0) burial.buryNode(node, slot, 'stopped', undefined);
    else mail.pool.free(node);
  }
  if (shard.peekCell(slot) === undefined) return;
  for (let node = parking.take(slot); node !== 0; node = parking.take(slot))
    burial.buryNode(node, slot, 'stopped', undefined);
}
