import type { Logger } from '../system/log.js';
import type { TimerWheel } from '../time/timer-wheel.js';
import { RestartWindow } from './restart-intensity.js';

/** Failures that one shard logs within {@link WITHIN_MS}, count. */
export const FAILURE_RECORDS_MAX = 10;
const WITHIN_MS = 1000;

/**
 * Logs the failures of one shard, as warnings: at most {@link FAILURE_RECORDS_MAX} within any second on the system's
 * clock. A second after the first one that it left out it logs how many those were.
 */
export class FailureLog {
  readonly #log: Logger;
  readonly #timers: TimerWheel;
  readonly #window: RestartWindow = new RestartWindow({
    maxRestarts: FAILURE_RECORDS_MAX,
    withinMs: WITHIN_MS,
  });
  #leftOut = 0;
  #timer = 0;

  constructor(log: Logger, timers: TimerWheel) {
    this.#log = log;
    this.#timers = timers;
  }

  /** A failure at `nowMs`, and what is done about it. */
  warn(nowMs: number, message: string, fields: Record<string, unknown>): void {
    if (this.#window.admit(nowMs)) this.#log.warn(message, fields);
    else if (this.#leftOut++ === 0) this.#timer = this.#timers.set(WITHIN_MS, () => this.flush());
  }

  /** Logs how many were left out so far, if any. */
  flush(): void {
    if (this.#leftOut === 0) return;
    this.#timers.cancel(this.#timer);
    this.#log.warn('more children failed than are logged one by one', { leftOut: this.#leftOut });
    this.#leftOut = 0;
  }
}
