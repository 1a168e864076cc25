import { RESTARTING, STOPPING } from '../actor/lifecycle.js';
import { FIRST_CHILD, ROLE } from '../kernel/actor-record.js';
import type { ChildRecord } from './child-record.js';
import { tellOfStop } from './notices.js';
import type { Shard } from './shard.js';
import { StopOrder } from './stop-order.js';

/**
 * The children of actors whose lives are ending: they are stopped first, in the order of `stop-order.ts`, and when the last of them is gone
 * what waited for that goes on.
 */
export class Children {
  readonly #shard: Shard;
  readonly #stopOrder: StopOrder;

  constructor(shard: Shard) {
    this.#shard = shard;
    this.#stopOrder = new StopOrder(shard);
  }

  /** Whether an actor has children, wherever they live. */
  exist(slot: number): boolean {
    if (this.#shard.table.get(slot, FIRST_CHILD) !== 0) return true;
    const records = this.#shard.peekCell(slot)?.children;
    return records !== undefined && records.size > 0;
  }

  /** Stops all children of an actor, within so many ms. */
  stop(slot: number, now: boolean, deadlineMs: number): void {
    this.#stopOrder.begin(this.#shard.cellOf(slot), now, this.#shard.clock.now() + deadlineMs);
  }

  /** A child is gone for good: what waited for that goes on. */
  gone(slot: number, childId: number): void {
    const cell = this.#shard.peekCell(slot);
    const record = cell?.children?.get(childId);
    if (record !== undefined) {
      cell?.children?.delete(childId);
      if (record.name !== undefined) cell?.childNames?.delete(record.name);
      if (record.restartTimer !== 0) this.#shard.timers.cancel(record.restartTimer);
      this.#tellOfStop(slot, record);
    }
    const lifecycle = this.#shard.life.lifecycle(slot);
    if (lifecycle === RESTARTING || lifecycle === STOPPING) {
      if (cell !== undefined && this.exist(slot)) this.#stopOrder.goOn(cell, childId);
      else this.#noneLeft(slot, lifecycle);
    } else if (cell?.groupRestart !== undefined) this.#shard.supervisor.goOn(slot);
  }

  /** Of a child that lives here it is told when it ends: see `endings.ts`. */
  #tellOfStop(slot: number, { address }: ChildRecord): void {
    const { table, roles, index } = this.#shard;
    if (address.shard !== index && roles.all[table.get(slot, ROLE)]!.hearsOfStops)
      tellOfStop(this.#shard, slot, address);
  }

  #noneLeft(slot: number, lifecycle: number): void {
    const cell = this.#shard.peekCell(slot);
    if (cell !== undefined) cell.stopRound = undefined;
    if (lifecycle === RESTARTING) this.#shard.restarts.lifeEnded(slot);
    else this.#shard.endings.finish(slot);
  }
}
