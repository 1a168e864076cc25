import { NOBODY } from '../actor/address.js';
import * as lifecycle from '../actor/lifecycle.js';
import * as record from '../kernel/actor-record.js';
import { columnOf, offsetOf, pageOf } from '../kernel/actor-table.js';
import { LEDGER } from '../system/ledger.js';
import { cancelTimers, cutCallsOff, dropMail, endWatches, giveUpQuestions } from './loose-ends.js';
import { tellOfStop } from './notices.js';
import type { Shard } from './shard.js';

// See `local-post.ts`.
const {
  FIRST_CHILD,
  LAST_CHILD,
  LIFECYCLE_MASK,
  MAIL_HEAD,
  NEXT_SIBLING,
  ORDERED_HERE,
  PARENT,
  PREVIOUS_SIBLING,
  QUEUED,
  ROLE,
  ROWS_HELD,
  STATUS,
} = record;
const { FAILED, FINISHED, RESTARTING, STOP, STOPPED, STOPPING } = lifecycle;

/**
 * The end of an actor for good. It begins: open calls are cut off, what waits becomes dead letters. Its children stop meanwhile; when
 * none is left it finishes: `stopped` is called, watchers and supervisor are told, the slot is given back.
 */
export class Endings {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /**
   * The end of an actor that has nothing to see to: no cell, no children, no `stopped`, nobody who looks. What {@link begin} and
   * {@link finish} do for it, which is most actors' end, in one step. False when there is more to do.
   */
  endPlainly(slot: number): boolean {
    const shard = this.#shard;
    const page = shard.table.pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    const parent = page[at + PARENT]!;
    if (page[at + FIRST_CHILD] !== 0 || parent === 0 || shard.inspector !== undefined) return false;
    if (!shard.roles.all[page[at + ROLE]!]!.endsPlainly) return false;
    if ((page[at + STATUS]! & ROWS_HELD) !== 0) shard.heldRows.deliver();
    if (page[at + MAIL_HEAD] !== 0) dropMail(shard, slot);
    this.#tellSupervisor(slot, parent);
    page[at + STATUS] = (page[at + STATUS]! & ~LIFECYCLE_MASK) | STOPPED;
    this.#leaveLocalParent(slot, page, at, parent);
    return true;
  }

  /** The actor stops: no mail, no calls, no sources any more. Its children are still there. */
  begin(slot: number): void {
    const shard = this.#shard;
    const hasFailed = shard.life.lifecycle(slot) === FAILED;
    shard.life.step(slot, STOP);
    const cell = shard.peekCell(slot);
    if (cell !== undefined) {
      shard.linked.ended(cell, hasFailed, cell.failure);
      cell.links = undefined;
      cell.stopAfterCalls = false;
      cutCallsOff(shard, slot);
      shard.sources.endAll(slot);
      giveUpQuestions(shard, cell);
      shard.supervisor.forgetGroup(cell);
      shard.stash.putBack(slot);
    }
    dropMail(shard, slot);
  }

  /** Nothing is left to wait for. */
  finish(slot: number): void {
    const shard = this.#shard;
    const { passivation } = shard.roles.all[shard.table.get(slot, ROLE)]!.definition;
    if (passivation !== undefined) shard.passivation.discard(slot);
    shard.life.callStopped(slot);
    shard.heldRows.deliverOf(slot);
    this.#tellSupervisor(slot, shard.table.get(slot, PARENT));
    const cell = shard.peekCell(slot);
    const address = cell?.watchers === undefined ? undefined : shard.addressOf(slot); // lost when it is gone
    shard.life.step(slot, FINISHED);
    if (cell !== undefined) {
      cancelTimers(shard, cell);
      if (cell.stopTimer !== 0) shard.timers.cancel(cell.stopTimer);
      endWatches(shard, cell);
      for (const [watcher, watcherShard] of cell.watchers ?? [])
        shard.signals.send(watcherShard, {
          kind: 'terminated',
          to: watcher,
          notice: { address: address!, reason: 'stopped' },
        });
    }
    shard.life.forgetState(slot);
    this.#leaveParent(slot);
  }

  /** A supervisor that lives here hears of it now, as all that the actor had to say has been said and its path is known yet. */
  #tellSupervisor(slot: number, parent: number): void {
    const { table, roles } = this.#shard;
    if (parent !== 0 && roles.all[table.get(parent, ROLE)]!.hearsOfStops)
      tellOfStop(this.#shard, parent, this.#shard.addressOf(slot));
  }

  /** Takes the actor out of the tree and lets its supervisor go on. */
  #leaveParent(slot: number): void {
    const shard = this.#shard;
    const page = shard.table.pages[pageOf(slot)]!;
    const at = offsetOf(slot);
    const parentSlot = page[at + PARENT]!;
    if (parentSlot !== 0) {
      this.#leaveLocalParent(slot, page, at, parentSlot);
      return;
    }
    const parent = shard.parentOf(slot);
    const child = shard.idOf(slot);
    this.#forget(slot, page, at);
    if (parent.id === NOBODY) shard.rootStopped();
    else shard.signals.send(parent.shard, { kind: 'child-terminated', to: parent.id, child });
  }

  /** The same where the supervisor lives here. */
  #leaveLocalParent(slot: number, page: Int32Array, at: number, parentSlot: number): void {
    const shard = this.#shard;
    const { table } = shard;
    const lifecycle = table.get(parentSlot, STATUS) & LIFECYCLE_MASK;
    const isWaitedFor = lifecycle === STOPPING || lifecycle === RESTARTING;
    const cell = shard.peekCell(parentSlot);
    const records = cell?.children;
    const isRecorded = records !== undefined && records.size > 0;
    const id = isWaitedFor || isRecorded ? shard.idOf(slot) : NOBODY;
    const name = table.names[pageOf(slot)]![columnOf(slot)];
    if (name !== undefined) cell?.childNames?.delete(name);
    this.#forget(slot, page, at);
    if (isWaitedFor || (isRecorded && records.has(id)))
      shard.signals.send(shard.index, { kind: 'child-terminated', to: shard.idOf(parentSlot), child: id });
  }

  /** Takes an actor that has stopped out of the tree and gives its slot back. */
  #forget(slot: number, page: Int32Array, at: number): void {
    const shard = this.#shard;
    const { table } = shard;
    const parent = page[at + PARENT]!;
    if (parent !== 0) {
      const next = page[at + NEXT_SIBLING]!;
      const previous = page[at + PREVIOUS_SIBLING]!;
      if (next === 0) table.set(parent, LAST_CHILD, previous);
      else table.set(next, PREVIOUS_SIBLING, previous);
      if (previous === 0) table.set(parent, FIRST_CHILD, next);
      else table.set(previous, NEXT_SIBLING, next);
    }
    if ((page[at + STATUS]! & ORDERED_HERE) !== 0) shard.forgetOrdered(shard.idOf(slot));
    shard.row.cells[LEDGER.actors]!--;
    shard.local.endRun(); // whoever comes to this slot is another sender
    if ((page[at + STATUS]! & QUEUED) === 0) table.free(slot);
  }
}
