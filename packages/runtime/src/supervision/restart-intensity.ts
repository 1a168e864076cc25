/** At most `maxRestarts` restarts within `withinMs`; the next failure escalates. */
export interface RestartIntensity {
  /** Count, at least 0; `Infinity` for no limit. */
  readonly maxRestarts: number;
  /** Length of the sliding window, ms, more than 0. */
  readonly withinMs: number;
}

/**
 * Counts the restarts of one supervisor in a sliding window, as OTP's supervisors do: over all of its
 * children together. Holds at most `maxRestarts` times, in a ring, so a restart costs O(1).
 */
export class RestartWindow {
  readonly #intensity: RestartIntensity;
  readonly #timesMs: number[] = [];
  #oldest = 0;

  constructor(intensity: RestartIntensity) {
    this.#intensity = intensity;
  }

  /** True when a restart at `nowMs` is within the intensity, and then counts it. */
  admit(nowMs: number): boolean {
    const { maxRestarts, withinMs } = this.#intensity;
    if (maxRestarts === Number.POSITIVE_INFINITY) return true;
    if (this.#timesMs.length < maxRestarts) {
      this.#timesMs.push(nowMs);
      return true;
    }
    const oldestMs = this.#timesMs[this.#oldest];
    if (oldestMs === undefined || nowMs - oldestMs < withinMs) return false;
    this.#timesMs[this.#oldest] = nowMs;
    this.#oldest = (this.#oldest + 1) % maxRestarts;
    return true;
  }
}
