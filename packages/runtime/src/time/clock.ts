/** A pending call of a {@link Clock}. */
export interface ClockTimer {
  /** Forgets the call; does nothing if it was made already. */
  cancel(): void;
}

/**
 * The only source of time in a system. Every deadline, delay, backoff and timestamp reads it, so that a
 * simulated one decides them all.
 */
export interface Clock {
  /** Milliseconds, never running backward; where zero lies is the clock's affair. */
  now(): number;
  /** Calls `callback` once, `delayMs` (at least 0) from now, never inside this call. */
  setTimer(delayMs: number, callback: () => void): ClockTimer;
}
