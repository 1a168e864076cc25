// At stake: every timer fires once, at its time to the last bit and in order, and a cancelled one never, whatever
// callbacks do meanwhile. Tried by driving the wheel and a plain array through the same random operations on a
// simulated clock, by steps from nothing to centuries, and by counting what the wheel asks of its clock.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock, ClockTimer } from './clock.js';
import { SimulatedClock } from './simulated-clock.js';
import { TimerWheel } from './timer-wheel.js';

/** Whole and fractional, with many equal ones, many on either side of a bucket's edge, and some very long. */
const durationMs = fc.oneof(
  fc.nat(12).map((quarters) => quarters / 4),
  fc.nat(100),
  fc.double({ min: 0, max: 3000, noNaN: true }),
  fc
    .tuple(fc.nat(52), fc.constantFrom(-1, -0.5, 0, 0.1, 1))
    .map(([bits, off]) => Math.max(0, 2 ** bits + off)),
  fc.double({ min: 0, max: 2 ** 53, noNaN: true }),
);

/** What a timer does when it fires: sets others, cancels others, and perhaps fails. */
const anyEffect = fc.record({
  setMs: fc.array(fc.oneof(fc.constant(0), durationMs), { maxLength: 2 }),
  cancel: fc.array(fc.nat(), { maxLength: 2 }),
  throws: fc.boolean(),
});

const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('set' as const),
      ms: durationMs,
      effect: fc.option(anyEffect, { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: durationMs }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('advance to the next' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fire what is due' as const) }) },
);

type Effect = typeof anyEffect extends fc.Arbitrary<infer Value> ? Value : never;
const FAILURE = new Error('a callback failed');

/** What both sides can do; timers are named in the order of their setting. */
interface Side {
  readonly log: string[];
  set(delayMs: number, effect: Effect | undefined): void;
  cancel(name: number): boolean;
  readonly setCount: number;
}

/** What happens when the timer called `name` fires, on either side. */
function fire(side: Side, name: number, nowMs: number, effect: Effect | undefined): void {
  side.log.push(`${name} at ${nowMs}`);
  for (const ms of effect?.setMs ?? []) side.set(ms, undefined);
  for (const which of effect?.cancel ?? []) {
    const other = which % side.setCount;
    side.log.push(`${name} cancels ${other}: ${side.cancel(other)}`);
  }
  if (effect?.throws === true) throw FAILURE;
}

/** The plain truth: an array that is searched for the earliest. */
class PlainTimers implements Side {
  readonly log: string[] = [];
  nowMs: number;
  setCount = 0;
  pending: { name: number; dueMs: number; effect: Effect | undefined }[] = [];

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  set(delayMs: number, effect: Effect | undefined): void {
    this.pending.push({ name: this.setCount++, dueMs: this.nowMs + delayMs, effect });
  }

  cancel(name: number): boolean {
    const at = this.pending.findIndex((timer) => timer.name === name);
    if (at !== -1) this.pending.splice(at, 1);
    return at !== -1;
  }

  get earliestMs(): number {
    return Math.min(...this.pending.map(({ dueMs }) => dueMs));
  }

  advance(untilMs: number): void {
    for (let earliestMs = this.earliestMs; earliestMs <= untilMs; earliestMs = this.earliestMs) {
      const at = this.pending.findIndex(({ dueMs }) => dueMs === earliestMs);
      const [timer] = this.pending.splice(at, 1);
      this.nowMs = Math.max(this.nowMs, earliestMs);
      fire(this, timer!.name, this.nowMs, timer!.effect);
    }
    this.nowMs = untilMs;
  }
}

class WheelTimers implements Side {
  readonly log: string[] = [];
  readonly clock: SimulatedClock;
  readonly wheel: TimerWheel;
  readonly handles: number[] = [];

  constructor(clock: SimulatedClock) {
    this.clock = clock;
    this.wheel = new TimerWheel(clock);
  }

  get setCount(): number {
    return this.handles.length;
  }

  set(delayMs: number, effect: Effect | undefined): void {
    const name = this.handles.length;
    this.handles.push(
      this.wheel.set(delayMs, (argument) => fire(this, argument as number, this.clock.now(), effect), name),
    );
  }

  cancel(name: number): boolean {
    return this.wheel.cancel(this.handles[name]!);
  }
}

/** Whether it failed as a callback does; other errors are the test's. */
function fails(action: () => void): boolean {
  try {
    action();
    return false;
  } catch (error) {
    if (error !== FAILURE) throw error;
    return true;
  }
}

/** Counts what is asked of a clock. */
class CountingClock implements Clock {
  readonly inner: SimulatedClock = new SimulatedClock();
  readCount = 0;
  timerCount = 0;
  wakeCount = 0;

  now(): number {
    this.readCount++;
    return this.inner.now();
  }

  setTimer(delayMs: number, callback: () => void): ClockTimer {
    this.timerCount++;
    return this.inner.setTimer(delayMs, () => {
      this.wakeCount++;
      callback();
    });
  }
}

const nothing = (): void => undefined;

describe('TimerWheel', () => {
  it('is the plain array that it stands for', () => {
    fc.assert(
      fc.property(durationMs, fc.array(operation, { maxLength: 100 }), (startMs, operations) => {
        const clock = new SimulatedClock();
        clock.advance(startMs);
        const model = new PlainTimers(clock.now());
        const side = new WheelTimers(clock);
        for (const each of operations) {
          if (each.do === 'set') {
            model.set(each.ms, each.effect);
            side.set(each.ms, each.effect);
          } else if (each.do === 'cancel') {
            if (model.setCount === 0) continue;
            const name = each.which % model.setCount;
            expect(side.cancel(name)).toBe(model.cancel(name));
          } else if (each.do === 'fire what is due') {
            expect(fails(() => side.wheel.fireDue())).toBe(fails(() => model.advance(clock.now())));
          } else {
            const ms = each.do === 'advance' ? each.ms : Math.max(0, model.earliestMs - clock.now());
            if (ms === Number.POSITIVE_INFINITY) continue;
            const untilMs = clock.now() + ms;
            expect(fails(() => clock.advance(ms))).toBe(fails(() => model.advance(untilMs)));
          }
          expect(side.log).toEqual(model.log);
          expect(clock.now()).toBe(model.nowMs);
          expect(side.wheel.size).toBe(model.pending.length);
          for (const { name, dueMs } of model.pending) {
            expect(side.wheel.dueMs(side.handles[name]!)).toBe(dueMs);
          }
          if (model.pending.length > 0) expect(clock.nextTimerMs).toBeLessThanOrEqual(model.earliestMs);
        }
        expect(new Set(side.handles).size).toBe(side.handles.length);
        expect(side.handles.every((handle) => Number.isSafeInteger(handle) && handle > 0)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('gives each callback its own argument', () => {
    const clock = new SimulatedClock();
    const wheel = new TimerWheel(clock);
    const got: unknown[] = [];
    const take = (argument: unknown): void => void got.push(argument);
    wheel.set(2, take, 'second');
    wheel.set(1, take, { first: true });
    wheel.set(3, take);
    expect(got).toEqual([]);
    clock.advance(3);
    expect(got).toEqual([{ first: true }, 'second', undefined]);
  });

  it('fires what a callback sets for now after all that were due before', () => {
    const clock = new SimulatedClock();
    const wheel = new TimerWheel(clock);
    const fired: string[] = [];
    const log = (name: unknown): void => void fired.push(name as string);
    wheel.set(5, () => {
      fired.push('a');
      wheel.set(0, log, 'set by a');
      wheel.cancel(c);
    });
    wheel.set(5, log, 'b');
    const c = wheel.set(5, log, 'c');
    wheel.set(5.25, log, 'd');
    clock.advance(5);
    expect(fired).toEqual(['a', 'b', 'set by a']);
    expect(wheel.cancel(c)).toBe(false);
    clock.advance(0.25);
    expect(fired).toEqual(['a', 'b', 'set by a', 'd']);
  });

  it('lets the error of a callback out, and fires the others at the next turn of the clock', () => {
    const clock = new SimulatedClock();
    const wheel = new TimerWheel(clock);
    const fired: string[] = [];
    wheel.set(1, () => fired.push('before'));
    wheel.set(1, () => {
      throw FAILURE;
    });
    wheel.set(1, () => fired.push('after'));
    wheel.set(2, () => fired.push('later'));
    expect(() => clock.advance(1)).toThrow(FAILURE);
    expect([fired, wheel.size, clock.nextTimerMs]).toEqual([['before'], 2, 1]);
    clock.advance(0);
    expect(fired).toEqual(['before', 'after']);
    clock.advance(1);
    expect(fired).toEqual(['before', 'after', 'later']);
  });

  it('may be told by a callback to fire what is due', () => {
    const clock = new SimulatedClock();
    const wheel = new TimerWheel(clock);
    const fired: string[] = [];
    wheel.set(1, () => {
      fired.push('a');
      wheel.fireDue();
      fired.push('end of a');
    });
    wheel.set(1, () => fired.push('b'));
    wheel.set(1.5, () => fired.push('c'));
    clock.advance(1);
    expect([fired, wheel.size, clock.nextTimerMs]).toEqual([['a', 'b', 'end of a'], 1, 1.5]);
  });

  it.each([Number.NaN, -1, Number.NEGATIVE_INFINITY])('takes a delay of %d ms for none', (delayMs) => {
    const clock = new SimulatedClock();
    clock.advance(7);
    const wheel = new TimerWheel(clock);
    const fired: string[] = [];
    wheel.set(0, () => fired.push('older'));
    expect(wheel.dueMs(wheel.set(delayMs, () => fired.push('younger')))).toBe(7);
    clock.advance(0);
    expect(fired).toEqual(['older', 'younger']);
  });

  it('keeps a timer that never falls due, without holding the clock for it', () => {
    const clock = new SimulatedClock();
    const wheel = new TimerWheel(clock);
    const never = wheel.set(Number.POSITIVE_INFINITY, nothing);
    expect(clock.nextTimerMs).toBeUndefined();
    let fired = 0;
    wheel.set(2 ** 53, () => fired++);
    clock.advance(2 ** 54);
    expect([fired, wheel.size, wheel.dueMs(never)]).toEqual([1, 1, Number.POSITIVE_INFINITY]);
    expect(wheel.cancel(never)).toBe(true);
  });

  it('works on a clock whose zero lies in the future', () => {
    const inner = new SimulatedClock();
    const clock: Clock = {
      now: () => inner.now() - 1000,
      setTimer: (delayMs, callback) => inner.setTimer(delayMs, callback),
    };
    const wheel = new TimerWheel(clock);
    const firedMs: number[] = [];
    for (const ms of [1500.5, 999, 1, 1001]) wheel.set(ms, () => firedMs.push(clock.now()));
    inner.advance(2000);
    expect(firedMs).toEqual([-999, -1, 1, 500.5]);
  });

  it.each([
    { wait: 'long', lastMs: (i: number) => 230 + i / 20, firstMs: (i: number) => 100 + i / 21 },
    { wait: 'short', lastMs: (i: number) => 0.5 + i / 1001, firstMs: (i: number) => 0.01 + i / 5003 },
  ])('fires on time to the last bit, though the $wait wait for it is rounded', ({ lastMs, firstMs }) => {
    const late: number[] = [];
    for (let i = 1; i <= 500; i++) {
      const clock = new SimulatedClock();
      const wheel = new TimerWheel(clock);
      const dueMs = wheel.dueMs(wheel.set(lastMs(i), () => late.push(clock.now() - dueMs)))!;
      wheel.set(firstMs(i), nothing); // After this one, the wheel has to tell the clock how long it is to the other.
      clock.advance(300);
    }
    expect(late).toEqual(late.map(() => 0));
    expect(late.length).toBe(500);
  });

  describe('and its clock', () => {
    it('reads it once to set a timer, and not to cancel one', () => {
      const clock = new CountingClock();
      const wheel = new TimerWheel(clock);
      clock.readCount = 0;
      const timer = wheel.set(5, nothing);
      expect(clock.readCount).toBe(1);
      wheel.cancel(timer);
      expect(clock.readCount).toBe(1);
    });

    it('holds one timer of it, for the earliest of its own', () => {
      const clock = new CountingClock();
      const wheel = new TimerWheel(clock);
      const last = wheel.set(30, nothing);
      for (const ms of [10.5, 20, 10.75]) wheel.set(ms, nothing);
      expect([clock.timerCount, clock.inner.nextTimerMs]).toEqual([2, 10.5]);
      clock.inner.advance(10.5);
      expect([clock.timerCount, clock.inner.nextTimerMs]).toEqual([3, 10.75]);
      clock.inner.advance(0.25);
      expect([clock.timerCount, clock.inner.nextTimerMs]).toEqual([4, 20]);
      wheel.cancel(last);
      clock.inner.advance(100);
      expect(clock.wakeCount).toBe(3);
    });

    it('leaves it alone for deadlines that are met', () => {
      const clock = new CountingClock();
      const wheel = new TimerWheel(clock);
      for (let i = 0; i < 100_000; i++) {
        const timer = wheel.set(5000, nothing);
        clock.inner.advance(1);
        wheel.cancel(timer);
      }
      // Each time it wakes for a deadline long met, 5 s later than the last time.
      expect(clock.timerCount).toBeLessThanOrEqual(100_000 / 5000 + 1);
      clock.inner.advance(1e6);
      expect(clock.inner.nextTimerMs).toBeUndefined();
    });

    it('wakes once for each due time, over centuries', () => {
      const clock = new CountingClock();
      const wheel = new TimerWheel(clock);
      const firedMs: number[] = [];
      const waitsMs = [0.5, 1000, 86_400_000, 1e9 + 0.25, 1e12, 1e13, 1e13];
      for (const ms of waitsMs) wheel.set(ms, () => firedMs.push(clock.inner.now()));
      clock.inner.advance(2e13);
      expect(firedMs).toEqual(waitsMs);
      expect(clock.timerCount).toBe(6);
    });

    it('is let go of by a closed wheel, which neither fires nor takes timers', () => {
      const clock = new SimulatedClock();
      const wheel = new TimerWheel(clock);
      let fired = 0;
      const timer = wheel.set(1, () => fired++);
      wheel.close();
      expect(wheel.set(1, () => fired++)).toBe(0);
      expect([wheel.cancel(timer), wheel.cancel(0), wheel.dueMs(timer)]).toEqual([false, false, undefined]);
      expect(clock.nextTimerMs).toBeUndefined();
      clock.advance(10);
      wheel.fireDue();
      wheel.close();
      expect([fired, wheel.size]).toEqual([0, 0]);
    });

    it('may be closed by a callback', () => {
      const clock = new SimulatedClock();
      const wheel = new TimerWheel(clock);
      const fired: string[] = [];
      wheel.set(1, () => {
        fired.push('last');
        wheel.close();
      });
      wheel.set(1, () => fired.push('too late'));
      wheel.set(2, () => fired.push('too late'));
      clock.advance(10);
      expect([fired, wheel.size, clock.nextTimerMs]).toEqual([['last'], 0, undefined]);
    });
  });
});
