import { bench, describe } from 'vitest';
import type { Clock } from './clock.js';
import { TimerQueue } from './timer-queue.js';
import { TimerWheel } from './timer-wheel.js';

// What a deadline that is met costs beside timers that stand idle, on a clock that costs nothing.
// Each iteration is 1000 deadlines. Run: vitest bench --project unit packages/runtime

const BATCH = 1000;
const IDLE_MS_MAX = 3_600_000;
const STEP_MS = 0.0005;
const nothing = (): void => undefined;

/** Half a microsecond passes at each reading; a timer of it never fires. */
function steppingClock(): Clock {
  let nowMs = 0;
  const timer = { cancel: nothing };
  return { now: () => (nowMs += STEP_MS), setTimer: () => timer };
}

describe.each([10, 10_000, 1_000_000])(`${BATCH} deadlines of 5 s, set and met, beside %d timers`, (idle) => {
  const wheel = new TimerWheel(steppingClock());
  const queue = new TimerQueue(steppingClock());
  for (let i = 0; i < idle; i++) {
    const ms = 6000 + ((i * 7919 * 1009) % IDLE_MS_MAX);
    wheel.set(ms, nothing);
    queue.set(ms, nothing);
  }
  bench('wheel', () => {
    for (let i = 0; i < BATCH; i++) wheel.cancel(wheel.set(5000, nothing));
  });
  bench('heap', () => {
    for (let i = 0; i < BATCH; i++) queue.cancel(queue.set(5000, nothing));
  });
});
