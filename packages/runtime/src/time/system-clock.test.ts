// At stake: a deadline of a month, or none at all, does not fall due at once, as Node's own timeouts do.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from './system-clock.js';

describe('systemClock', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([0, 1, 1000, 2 ** 31 - 1, 2 ** 31, 2 ** 33 + 5])('fires once after %d ms', (delayMs) => {
    let fired = 0;
    systemClock.setTimer(delayMs, () => fired++);
    if (delayMs > 0) vi.advanceTimersByTime(delayMs - 1);
    expect(fired).toBe(0);
    vi.advanceTimersByTime(1);
    expect(fired).toBe(1);
    vi.advanceTimersByTime(2 ** 33);
    expect(fired).toBe(1);
  });

  it('never fires after an infinite delay, nor what was cancelled on the way', () => {
    let fired = 0;
    systemClock.setTimer(Number.POSITIVE_INFINITY, () => fired++);
    const timer = systemClock.setTimer(2 ** 32, () => fired++);
    vi.advanceTimersByTime(2 ** 31 + 10);
    timer.cancel();
    vi.advanceTimersByTime(2 ** 34);
    expect(fired).toBe(0);
  });
});
