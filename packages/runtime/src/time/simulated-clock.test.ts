// At stake: simulated time moves only when told, and then as real time would: in order.
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from './simulated-clock.js';

describe('SimulatedClock', () => {
  it('fires by time, then by age, at the time that each was set for', () => {
    const clock = new SimulatedClock();
    const fired: string[] = [];
    const set = (ms: number, name: string) =>
      clock.setTimer(ms, () => fired.push(`${name} at ${clock.now()}`));
    set(20, 'c');
    set(10, 'a');
    set(10, 'b');
    const cancelled = set(15, 'x');
    cancelled.cancel();
    cancelled.cancel();
    set(-5, 'past');
    expect(fired).toEqual([]);
    clock.advance(0);
    expect(fired).toEqual(['past at 0']);
    clock.advance(19);
    expect(fired).toEqual(['past at 0', 'a at 10', 'b at 10']);
    expect(clock.now()).toBe(19);
    expect(clock.nextTimerMs).toBe(20);
    clock.advance(100);
    expect(fired.at(-1)).toBe('c at 20');
    expect(clock.now()).toBe(119);
    expect(clock.nextTimerMs).toBeUndefined();
  });

  it('fires what a timer sets, if it is due on the way', () => {
    const clock = new SimulatedClock();
    const fired: number[] = [];
    const again = () => {
      fired.push(clock.now());
      clock.setTimer(10, again);
    };
    clock.setTimer(10, again);
    clock.advance(35);
    expect(fired).toEqual([10, 20, 30]);
  });

  it.each([-1, Number.NaN])('never goes backward: %d ms', (ms) => {
    const clock = new SimulatedClock();
    clock.advance(5);
    expect(() => clock.advance(ms)).toThrow('durationMs');
    expect(clock.now()).toBe(5);
  });
});
