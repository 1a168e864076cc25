import type { EventObject } from 'xstate';
import type { ScheduledMessage } from '../actor/context.js';

/** An event that waits for its time. */
export interface DelayedEvent {
  /** What `cancel` calls it; undefined when it was given no name. */
  readonly id: string | undefined;
  /** Who gets it: as XState names its targets. */
  readonly target: object;
  readonly event: EventObject;
}

/**
 * The delayed events of one life of a machine. The message that announces one carries its number only: an event
 * cancelled after its time has come, while other mail was before it, is known here to be void.
 */
export class DelayedEvents {
  readonly #pending = new Map<number, DelayedEvent & { readonly message: ScheduledMessage }>();
  #count = 0;

  get size(): number {
    return this.#pending.size;
  }

  /** Adds one; `schedule` arranges that its number comes back. */
  add(delayed: DelayedEvent, schedule: (number: number) => ScheduledMessage): void {
    const number = this.#count++;
    this.#pending.set(number, { ...delayed, message: schedule(number) });
  }

  /** Forgets every event of that name. */
  cancel(id: string): void {
    for (const [number, delayed] of this.#pending) {
      if (delayed.id !== id) continue;
      delayed.message.cancel();
      this.#pending.delete(number);
    }
  }

  /** The event whose time has come; undefined when it was cancelled meanwhile. */
  take(number: number): DelayedEvent | undefined {
    const delayed = this.#pending.get(number);
    this.#pending.delete(number);
    return delayed;
  }
}
