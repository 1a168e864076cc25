import { InvalidOptionError } from '../errors.js';
import { countOf, durationOf } from './check-options.js';

/** When failures are too many: by count, or by rate. Both look at a window that slides with time. */
export type FailureThreshold =
  | {
      /** This many failures within the window, count, at least 1. */
      readonly failures: number;
      /** Length of the window, ms, more than 0. */
      readonly withinMs: number;
    }
  | {
      /** This part of the last `calls` calls failed; more than 0, at most 1. */
      readonly failureRate: number;
      /** How many calls are looked at, count, at least 1; fewer than these never are too many. */
      readonly calls: number;
      /** None of them is older than this, ms, more than 0. */
      readonly withinMs: number;
    };

/**
 * Remembers how calls went, and tells when too many failed. Holds as many entries as the threshold looks at,
 * in a ring, so a call costs O(1): for a count only failures are kept, all of which must be young enough.
 */
export class FailureWindow {
  readonly #keepsSuccesses: boolean;
  readonly #withinMs: number;
  readonly #failuresMin: number;
  readonly #timesMs: Float64Array;
  readonly #failed: Uint8Array;
  #next = 0;
  #count = 0;
  #failures = 0;

  /** @throws InvalidOptionError */
  constructor(threshold: FailureThreshold) {
    this.#withinMs = durationOf('threshold.withinMs', threshold.withinMs);
    this.#keepsSuccesses = 'calls' in threshold;
    const size =
      'calls' in threshold
        ? countOf('threshold.calls', threshold.calls, 1)
        : countOf('threshold.failures', threshold.failures, 1);
    const rate = 'calls' in threshold ? threshold.failureRate : 1;
    if (!(rate > 0 && rate <= 1))
      throw new InvalidOptionError('threshold.failureRate', rate, 'more than 0 and at most 1');
    this.#failuresMin = rate * size;
    this.#timesMs = new Float64Array(size);
    this.#failed = new Uint8Array(size);
  }

  /** Remembers a call that ended at `nowMs`. True when it failed and makes too many failures. */
  record(nowMs: number, failed: boolean): boolean {
    if (!failed && !this.#keepsSuccesses) return false;
    const size = this.#timesMs.length;
    const place = this.#next;
    if (this.#count === size) this.#failures -= this.#failed[place]!;
    else this.#count++;
    this.#timesMs[place] = nowMs;
    this.#failed[place] = failed ? 1 : 0;
    this.#failures += this.#failed[place];
    this.#next = (place + 1) % size;
    if (!failed || this.#count < size || this.#failures < this.#failuresMin) return false;
    const oldestMs = this.#timesMs[this.#next]!;
    return nowMs - oldestMs < this.#withinMs;
  }

  /** Forgets everything. */
  clear(): void {
    this.#next = 0;
    this.#count = 0;
    this.#failures = 0;
  }
}
