import type { ScheduledMessage } from '../actor/context.js';
import type { Shard } from './shard.js';

/** Messages of actors to themselves, later. The timers belong to one life of the actor. */
export class ScheduledMessages {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** Sends a message after `delayMs`, or, `periodic`, each time so many ms have passed. */
  schedule(
    slot: number,
    delayMs: number,
    message: { readonly type: string },
    periodic: boolean,
  ): ScheduledMessage {
    const shard = this.#shard;
    const cell = shard.cellOf(slot);
    const { generation } = cell;
    let current = 0;
    const fire = (): void => {
      cell.timers?.delete(current);
      if (periodic) arm();
      shard.post.route(shard.addressOf(slot, generation), 'tell', message, slot, 0);
    };
    const arm = (): void => {
      current = shard.timers.set(delayMs, fire);
      cell.timers ??= new Set();
      cell.timers.add(current);
    };
    arm();
    return {
      cancel: () => {
        shard.timers.cancel(current);
        cell.timers?.delete(current);
      },
    };
  }
}
