import type { Clock, ClockTimer } from './clock.js';

/** Real time: monotonic, zero at the start of this thread. */
export const systemClock: Clock = {
  now: (): number => performance.now(),
  setTimer: (delayMs: number, callback: () => void): ClockTimer => {
    const timeout = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(timeout) };
  },
};
