import { InvalidOptionError } from '../errors.js';
import type { Clock, ClockTimer } from './clock.js';

interface Pending {
  readonly atMs: number;
  readonly callback: () => void;
}

/**
 * A clock that stands still until a test moves it. Timers fire inside {@link advance}, in order of their
 * time and, for equal times, of their setting.
 */
export class SimulatedClock implements Clock {
  #nowMs = 0;
  readonly #pending: Pending[] = [];

  now(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, callback: () => void): ClockTimer {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), callback };
    const place = this.#pending.findIndex((other) => other.atMs > timer.atMs);
    this.#pending.splice(place === -1 ? this.#pending.length : place, 0, timer);
    return {
      cancel: () => {
        const at = this.#pending.indexOf(timer);
        if (at !== -1) this.#pending.splice(at, 1);
      },
    };
  }

  /** Time of the next timer, ms; undefined when there is none. */
  get nextTimerMs(): number | undefined {
    return this.#pending[0]?.atMs;
  }

  /**
   * Moves time forward by `durationMs` and fires what falls due on the way, also timers set by timers. At once: no actor meets anything
   * meanwhile, so what actors do when a timer has fired comes after all of it. See `advance` of a test system.
   *
   * @throws InvalidOptionError for a duration below 0
   */
  advance(durationMs: number): void {
    if (!(durationMs >= 0)) throw new InvalidOptionError('durationMs', durationMs, 'at least 0 ms');
    const untilMs = this.#nowMs + durationMs;
    for (let next = this.#pending[0]; next !== undefined && next.atMs <= untilMs; next = this.#pending[0]) {
      this.#pending.shift();
      this.#nowMs = next.atMs;
      next.callback();
    }
    this.#nowMs = untilMs;
  }
}
