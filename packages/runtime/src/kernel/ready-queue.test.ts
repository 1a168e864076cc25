// At stake: who is ready has a turn, once, and in the order of coming unless a simulation chooses otherwise. Tried
// beside an array.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLedgerMemory, LedgerRow } from '../system/ledger.js';
import { NEXT_READY } from './actor-record.js';
import { ActorTable } from './actor-table.js';
import { ReadyQueue } from './ready-queue.js';

describe('ReadyQueue', () => {
  it('is the queue that an array is, also when something is taken from its middle', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constant('push' as const) },
      { weight: 1, arbitrary: fc.constant('shift' as const) },
      { weight: 1, arbitrary: fc.nat(99) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const table = new ActorTable<object>(new LedgerRow(createLedgerMemory(1), 0));
        const outside = Array.from({ length: 1500 }, () => table.allocate()).slice(990, 1060); // two pages
        const queue = new ReadyQueue(table.pages);
        const model: number[] = [];
        for (const each of steps) {
          if (each === 'push') {
            const slot = outside.shift();
            if (slot === undefined) continue;
            queue.push(slot);
            model.push(slot);
          } else {
            const place = each === 'shift' ? 0 : each % Math.max(1, model.length);
            const [expected = 0] = model.splice(place, 1);
            expect(each === 'shift' || model.length === 0 ? queue.shift() : queue.takeAt(place)).toBe(
              expected,
            );
            if (expected === 0) continue;
            expect(table.get(expected, NEXT_READY)).toBe(0); // it may stand in another line now
            outside.push(expected);
          }
          expect(queue.length).toBe(model.length);
        }
        expect(Array.from(model, () => queue.shift())).toEqual(model);
        expect([queue.shift(), queue.length]).toEqual([0, 0]);
      }),
      { numRuns: 50 },
    );
  });

  it('has several lines over one table', () => {
    const table = new ActorTable<object>(new LedgerRow(createLedgerMemory(1), 0));
    const [one, other] = [new ReadyQueue(table.pages), new ReadyQueue(table.pages)];
    const slots = Array.from({ length: 10 }, () => table.allocate());
    for (const slot of slots) (slot % 2 === 0 ? one : other).push(slot);
    expect(Array.from({ length: 5 }, () => one.shift())).toEqual([2, 4, 6, 8, 10]);
    expect(Array.from({ length: 5 }, () => other.shift())).toEqual([1, 3, 5, 7, 9]);
  });
});
