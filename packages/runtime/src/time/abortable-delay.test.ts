// At stake: a delay is as long as it says, ends at once when anyone withdraws it, and leaves nothing behind. Tried on a
// simulated clock, with two who may withdraw.
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { abortableDelay } from './abortable-delay.js';
import { SimulatedClock } from './simulated-clock.js';

const start = () => {
  const clock = new SimulatedClock();
  const owners = [new AbortController(), new AbortController()] as const;
  const signals = owners.map(({ signal }) => signal);
  const delay = (ms: number) =>
    abortableDelay((fire) => {
      const timer = clock.setTimer(ms, fire);
      return () => timer.cancel();
    }, signals);
  const expectNothingLeft = () => {
    expect(clock.nextTimerMs).toBeUndefined();
    for (const signal of signals) expect(getEventListeners(signal, 'abort')).toEqual([]);
  };
  return { clock, owners, delay, expectNothingLeft };
};

describe('an abortable delay', () => {
  it('ends when its time has come', async () => {
    const { clock, delay, expectNothingLeft } = start();
    let isOver = false;
    const over = delay(10).then(() => {
      isOver = true;
    });
    clock.advance(9);
    await null;
    expect(isOver).toBe(false);
    clock.advance(1);
    await over;
    expectNothingLeft();
  });

  it.each([0, 1] as const)('is withdrawn by signal %d, before it begins or while it lasts', async (whose) => {
    for (const when of ['before', 'while']) {
      const { owners, delay, expectNothingLeft } = start();
      if (when === 'before') owners[whose].abort(when);
      const withdrawn = delay(10);
      if (when === 'while') owners[whose].abort(when);
      await expect(withdrawn).rejects.toBe(when);
      expectNothingLeft();
    }
  });

  it('is told the reason of whoever comes first', async () => {
    const { owners, delay, expectNothingLeft } = start();
    const withdrawn = delay(10);
    owners[1].abort('first');
    owners[0].abort('second');
    await expect(withdrawn).rejects.toBe('first');
    expectNothingLeft();
  });

  it('rejects when there is no timer to be had', async () => {
    const { signal } = new AbortController();
    const none = () => {
      throw new RangeError('no timer');
    };
    await expect(abortableDelay(none, [signal])).rejects.toThrow('no timer');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
