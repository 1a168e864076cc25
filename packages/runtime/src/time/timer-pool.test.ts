// At stake: no timer is lost or named twice, however its slot was used before. Tried by driving the lists of a
// pool and plain arrays through the same random operations, and a narrow pool to its bounds.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimerLimitError } from '../errors.js';
import { NO_TIMER, TimerPool } from './timer-pool.js';

const LIST_COUNT = 3;
const nothing = (): void => undefined;

const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('insert' as const),
      list: fc.nat(2),
      front: fc.boolean(),
      dueMs: fc.nat(3),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('sort' as const), list: fc.nat(2) }) },
);

interface Entry {
  readonly handle: number;
  readonly dueMs: number;
}

function read(pool: TimerPool, list: number): Entry[] {
  const entries: Entry[] = [];
  for (let slot = pool.after(list); slot !== list; slot = pool.after(slot)) {
    entries.push({ handle: pool.handleOf(slot), dueMs: pool.dueMsOf(slot) });
  }
  return entries;
}

describe('TimerPool', () => {
  it('keeps lists that are the arrays that they stand for', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const pool = new TimerPool(LIST_COUNT);
        const model: Entry[][] = [[], [], []];
        const handles = new Set<number>();
        for (const each of operations) {
          if (each.do === 'insert') {
            const slot = pool.take(each.dueMs, nothing, undefined);
            const handle = pool.handleOf(slot);
            expect(handles.has(handle)).toBe(false);
            handles.add(handle);
            pool.insertAfter(each.front ? each.list : pool.lastOf(each.list), slot);
            model[each.list]!.splice(each.front ? 0 : Infinity, 0, { handle, dueMs: each.dueMs });
          } else if (each.do === 'sort') {
            pool.sort(each.list);
            model[each.list]!.sort((a, b) => a.dueMs - b.dueMs);
          } else {
            const all = model.flat();
            if (all.length === 0) continue;
            const { handle } = all[each.which % all.length]!;
            const list = model.findIndex((entries) => entries.some((entry) => entry.handle === handle));
            const at = model[list]!.findIndex((entry) => entry.handle === handle);
            const slot = pool.find(handle);
            const before = pool.unlink(slot);
            expect(before).toBe(at === 0 ? list : pool.find(model[list]![at - 1]!.handle));
            pool.release(slot);
            model[list]!.splice(at, 1);
            expect(pool.find(handle)).toBe(NO_TIMER);
          }
          for (const [list, entries] of model.entries()) {
            expect(read(pool, list)).toEqual(entries);
            expect(pool.isEmpty(list)).toBe(entries.length === 0);
            expect(pool.lastOf(list)).toBe(entries.length === 0 ? list : pool.find(entries.at(-1)!.handle));
          }
          expect(pool.size).toBe(model.flat().length);
        }
      }),
    );
  });

  it('keeps what it holds when it grows, and then uses its slots again', () => {
    const pool = new TimerPool(1);
    const fill = (): number[] =>
      Array.from({ length: 5000 }, (_, i) => {
        const slot = pool.take(i, nothing, `argument ${i}`);
        pool.insertAfter(pool.lastOf(0), slot);
        return slot;
      });
    const first = fill();
    expect(read(pool, 0).map(({ dueMs }) => dueMs)).toEqual(first.map((_, i) => i));
    expect(first.map((slot) => pool.argumentOf(slot))).toEqual(first.map((_, i) => `argument ${i}`));
    for (const slot of first) {
      pool.unlink(slot);
      pool.release(slot);
    }
    expect(new Set(fill())).toEqual(new Set(first));
  });

  it('lets go of callback and argument with the timer', () => {
    const pool = new TimerPool(1);
    const slot = pool.take(1, nothing, 'argument');
    expect([pool.callbackOf(slot), pool.argumentOf(slot)]).toEqual([nothing, 'argument']);
    pool.release(slot);
    expect([pool.callbackOf(slot), pool.argumentOf(slot)]).toEqual([undefined, undefined]);
  });

  it('refuses one timer more than it has room for, and takes another when one has gone', () => {
    const pool = new TimerPool(LIST_COUNT, { slotCountMax: LIST_COUNT + 2 });
    const first = pool.take(1, nothing, undefined);
    const second = pool.handleOf(pool.take(2, nothing, undefined));
    const one = (): number => pool.take(3, nothing, undefined);
    expect(one).toThrow(TimerLimitError);
    expect(one).toThrow(expect.objectContaining({ code: 'RUNTIME_TIMER_LIMIT', timerCount: 2 }));
    expect([pool.size, pool.dueMsOf(pool.find(second))]).toEqual([2, 2]);
    pool.release(first);
    expect(one()).toBe(first);
  });

  it('never names two timers alike: a slot whose generations are used up stays unused', () => {
    const pool = new TimerPool(1, { slotCountMax: 3, generationMax: 4 });
    const handles: number[] = [];
    for (let i = 0; i < 8; i++) {
      const slot = pool.take(i, nothing, undefined);
      handles.push(pool.handleOf(slot));
      pool.release(slot);
    }
    expect(new Set(handles).size).toBe(8);
    expect(() => pool.take(8, nothing, undefined)).toThrow(TimerLimitError);
    expect(handles.map((handle) => pool.find(handle))).toEqual(handles.map(() => NO_TIMER));
  });

  it('tells all timers apart up to the last generation of the last slot', () => {
    const last = (2 ** 29 - 1) * 2 ** 24 + (2 ** 24 - 1);
    expect(last).toBe(Number.MAX_SAFE_INTEGER);
    const pool = new TimerPool(1);
    const handle = pool.handleOf(pool.take(1, nothing, undefined));
    const others = [0, -1, -handle, handle + 1, handle - 1, handle + 2 ** 24, handle + 2 ** 32, handle + 0.5];
    for (const other of [...others, last, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(pool.find(other)).toBe(NO_TIMER);
    }
    expect(pool.find(handle)).not.toBe(NO_TIMER);
  });
});
