// At stake: every timer fires once, on time and in order, and a cancelled one never. Tried by driving the heap
// and a sorted list through the same random operations on a simulated clock.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from './simulated-clock.js';
import { type QueuedTimer, TimerQueue } from './timer-queue.js';

const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('set' as const), ms: fc.nat({ max: 50 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.nat({ max: 30 }) }) },
);

describe('TimerQueue', () => {
  it('is the sorted list that it stands for', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
        const clock = new SimulatedClock();
        const queue = new TimerQueue(clock);
        const fired: number[] = [];
        const expected: number[] = [];
        const timers: QueuedTimer[] = [];
        let model: { name: number; dueMs: number }[] = [];
        for (const each of operations) {
          if (each.do === 'set') {
            const name = timers.length;
            timers.push(queue.set(each.ms, () => fired.push(name)));
            model.push({ name, dueMs: clock.now() + each.ms });
          } else if (each.do === 'cancel' && timers.length > 0) {
            const name = each.which % timers.length;
            queue.cancel(timers[name]!);
            model = model.filter((timer) => timer.name !== name);
          } else if (each.do === 'advance') {
            clock.advance(each.ms);
            const due = model.filter(({ dueMs }) => dueMs <= clock.now());
            due.sort((a, b) => a.dueMs - b.dueMs || a.name - b.name);
            expected.push(...due.map(({ name }) => name));
            model = model.filter(({ dueMs }) => dueMs > clock.now());
          }
          expect(fired).toEqual(expected);
          expect(queue.size).toBe(model.length);
        }
      }),
    );
  });

  it('fires what its own timers set, and not what they cancel', () => {
    const clock = new SimulatedClock();
    const queue = new TimerQueue(clock);
    const fired: string[] = [];
    const victim = queue.set(10, () => fired.push('victim'));
    queue.set(5, () => {
      fired.push('first');
      queue.cancel(victim);
      queue.set(5, () => fired.push('second'));
    });
    clock.advance(10);
    expect(fired).toEqual(['first', 'second']);
    queue.cancel(victim);
    expect(queue.size).toBe(0);
  });

  it('holds one timer of the clock, for the earliest of its own', () => {
    const clock = new SimulatedClock();
    const queue = new TimerQueue(clock);
    for (const ms of [30, 10, 20]) queue.set(ms, () => undefined);
    expect(clock.nextTimerMs).toBe(10);
    clock.advance(10);
    expect(clock.nextTimerMs).toBe(20);
  });

  it('lets go of many that were cancelled, and of no other', () => {
    const clock = new SimulatedClock();
    const queue = new TimerQueue(clock);
    const fired: number[] = [];
    const timers = Array.from({ length: 100 }, (_, i) => queue.set(100 - i, () => fired.push(i)));
    for (const [i, timer] of timers.entries()) if (i % 4 !== 0) queue.cancel(timer);
    expect(queue.size).toBe(25);
    clock.advance(100);
    expect(fired).toEqual(Array.from({ length: 25 }, (_, i) => 96 - 4 * i));
    expect(queue.size).toBe(0);
  });

  it('once closed neither fires nor holds the clock', () => {
    const clock = new SimulatedClock();
    const queue = new TimerQueue(clock);
    let fired = 0;
    queue.set(1, () => fired++);
    queue.close();
    queue.cancel(queue.set(1, () => fired++));
    expect(clock.nextTimerMs).toBeUndefined();
    clock.advance(10);
    expect([fired, queue.size]).toEqual([0, 0]);
  });
});
