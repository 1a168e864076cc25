import { FAILED, RESUME, STARTING, STOPPING, SUSPEND, SUSPENDED } from '../actor/lifecycle.js';
import { DOZING, HAS_STATE, STATUS } from '../kernel/actor-record.js';
import type { Shard } from './shard.js';

/**
 * What is done with an actor at the word of somebody else: its supervisor, or whoever has the system. An actor that is about to stop, and
 * only waits for its calls, stops instead of being resumed, restarted or halted.
 */
export class Orders {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** Lets the mail wait until {@link unsuspend}; signals still come through. Too late for one that drains. */
  suspend(slot: number): void {
    const { life } = this.#shard;
    if (life.lifecycle(slot) === STARTING) life.start(slot);
    const stopByMs = this.#shard.peekCell(slot)?.stopByMs ?? Number.POSITIVE_INFINITY;
    if (stopByMs === Number.POSITIVE_INFINITY) life.step(slot, SUSPEND);
  }

  unsuspend(slot: number): void {
    const { life, dispatcher } = this.#shard;
    if (life.lifecycle(slot) !== SUSPENDED) return;
    life.step(slot, RESUME);
    dispatcher.offer(slot);
  }

  /** After a failure: go on with the next message. */
  resume(slot: number): void {
    const { life, stops, supervisor, dispatcher, table } = this.#shard;
    if (life.lifecycle(slot) !== FAILED) return;
    if ((table.get(slot, STATUS) & (HAS_STATE | DOZING)) === 0) {
      this.restart(slot); // there is no state to go on with
      return;
    }
    if (stops.endIfDrained(slot)) return;
    life.step(slot, RESUME);
    supervisor.resumeChildren(slot);
    dispatcher.offer(slot);
    const cell = this.#shard.peekCell(slot);
    if (cell !== undefined) this.#shard.linked.backInService(cell);
  }

  /** Begin a new life. */
  restart(slot: number): void {
    const { stops, restarts } = this.#shard;
    if (!stops.endIfDrained(slot)) restarts.restart(slot);
  }

  /** End this life and wait for {@link revive}. An actor that has not started yet starts first. */
  halt(slot: number): void {
    const { life, stops, restarts } = this.#shard;
    if (life.lifecycle(slot) === STARTING) life.start(slot);
    if (life.lifecycle(slot) < STOPPING && !stops.endIfDrained(slot)) restarts.halt(slot);
  }

  /** Begin the life that has waited since {@link halt}, or the first one on a new thread; its supervisor gets an answer. */
  revive(slot: number): void {
    this.#shard.restarts.revive(slot);
  }
}
