// At stake: a supervisor gives up exactly when its child fails too often, no sooner and no later. Tried
// against a list that is walked on every restart, over random times.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RestartWindow } from './restart-intensity.js';

describe('RestartWindow', () => {
  it.each([
    { maxRestarts: 0, times: [0], admitted: [false] },
    { maxRestarts: 1, times: [0, 99, 100], admitted: [true, false, true] },
    { maxRestarts: 2, times: [0, 50, 60, 100, 149, 150], admitted: [true, true, false, true, false, true] },
    { maxRestarts: Number.POSITIVE_INFINITY, times: [0, 0, 0, 0], admitted: [true, true, true, true] },
  ])('of $maxRestarts in 100 ms admits $admitted at $times', ({ maxRestarts, times, admitted }) => {
    const window = new RestartWindow({ maxRestarts, withinMs: 100 });
    expect(times.map((time) => window.admit(time))).toEqual(admitted);
  });

  it('agrees with a list of all restart times', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.nat({ max: 20 }), { maxLength: 60 }),
        (maxRestarts, withinMs, gaps) => {
          const window = new RestartWindow({ maxRestarts, withinMs });
          const admitted: number[] = [];
          let nowMs = 0;
          for (const gap of gaps) {
            nowMs += gap;
            const expected = admitted.filter((time) => nowMs - time < withinMs).length < maxRestarts;
            if (expected) admitted.push(nowMs);
            expect(window.admit(nowMs)).toBe(expected);
          }
        },
      ),
    );
  });
});
