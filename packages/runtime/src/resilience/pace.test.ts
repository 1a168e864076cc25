// At stake: a delay is as long as it says, ends at once when it is withdrawn, and leaves nothing behind.
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../time/simulated-clock.js';
import { contextPace, seededPace } from './pace.js';

const start = () => {
  const clock = new SimulatedClock();
  const call = new AbortController();
  const own = new AbortController();
  const context = { signal: call.signal, random: () => 0.5 };
  return { clock, call, own, pace: contextPace(context, clock) };
};

describe('a delay', () => {
  it('ends when its time has come, and leaves no listener', async () => {
    const { clock, pace, call, own } = start();
    let isOver = false;
    const delay = pace.delay(10, own.signal).then(() => {
      isOver = true;
    });
    clock.advance(9);
    await null;
    expect(isOver).toBe(false);
    clock.advance(1);
    await delay;
    for (const { signal } of [call, own]) expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it.each(['call', 'own'] as const)('is withdrawn by the signal of the %s', async (whose) => {
    for (const when of ['before', 'while']) {
      const test = start();
      if (when === 'before') test[whose].abort(when);
      const delay = test.pace.delay(10, test.own.signal);
      if (when === 'while') test[whose].abort(when);
      await expect(delay).rejects.toBe(when);
      expect(test.clock.nextTimerMs).toBeUndefined();
      for (const { signal } of [test.call, test.own]) expect(getEventListeners(signal, 'abort')).toEqual([]);
    }
  });
});

describe('the random numbers of a pace', () => {
  const draws = (seed: number): number[] => {
    const pace = seededPace(new SimulatedClock(), seed);
    return Array.from({ length: 20 }, () => pace.random());
  };

  it('are those of its seed', () => {
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
    expect(new Set(draws(1)).size).toBe(20);
    for (const uniform of draws(1)) expect(uniform >= 0 && uniform < 1).toBe(true);
  });

  it('are those of the actor inside of one', () => {
    expect(start().pace.random()).toBe(0.5);
  });
});
