import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLedgerMemory, LedgerRow } from '../system/ledger.js';
import { ActorTable, offsetOf, pageOf } from './actor-table.js';
import { RowFrame } from './row-frame.js';
import { ScatteredRows, Sending } from './scattered-rows.js';

/**
 * At stake: a row that waits outside of all mailboxes is met once, by its actor, in order, and a mail that overtakes it finds it. An array
 * is driven beside it. And who is never idle must not make it grow.
 */

const frame = RowFrame.of({ type: 'row', count: 1, columns: { value: Int32Array.of(0) } });

function rig(actors: number) {
  const table = new ActorTable<undefined>(new LedgerRow(createLedgerMemory(1), 0));
  const slots = Array.from({ length: actors }, () => table.allocate());
  const scattered = new ScatteredRows(table);
  return {
    slots,
    scattered,
    add: (slot: number, sending: Sending, row: number) =>
      scattered.add(slot, table.pages[pageOf(slot)]!, offsetOf(slot), sending, row),
  };
}

const contents = ({ slots, rows, sendings, head, end }: ScatteredRows) =>
  Array.from({ length: end - head }, (_, i) => [
    slots[head + i],
    rows[head + i],
    sendings.at(head + i).sender,
  ]);

describe('scattered rows', () => {
  test('are the array that adds at the end and leaves from the front', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -12, max: 12 }), { maxLength: 60 }), (moves) => {
        const { slots, scattered, add } = rig(1000);
        const waiting: (readonly [slot: number, row: number, sender: number])[] = [];
        let next = 0;
        for (const move of moves) {
          if (move > 0) {
            const sending = new Sending(frame, next, 1);
            for (let i = 0; i < move; i++, next++) {
              const item = [slots[next]!, next * 2, sending.sender] as const;
              add(item[0], sending, item[1]);
              waiting.push(item);
            }
          } else {
            const count = Math.min(-move, scattered.count);
            scattered.leave(count);
            waiting.splice(0, count);
          }
          expect(contents(scattered)).toEqual(waiting);
          for (const [slot, row] of waiting) expect(scattered.rows[scattered.placeOf(slot)]).toBe(row);
        }
      }),
    );
  });

  test('take no more room than those that wait at a time, however long they are never all met', () => {
    const { slots, scattered, add } = rig(20);
    const sending = new Sending(frame, 0, 0);
    for (let row = 0; row < 10_000; row++) {
      add(slots[row % 20]!, sending, row);
      if (row >= 10) scattered.leave(1);
    }
    expect(scattered.count).toBe(10);
    expect(scattered.slots.length).toBeLessThanOrEqual(64);
    expect(scattered.sendings.count).toBe(1);
  });

  test('let go of what was met', () => {
    const { slots, scattered, add } = rig(3);
    for (const slot of slots) add(slot, new Sending(frame, slot, 0), 0);
    scattered.leave(2);
    expect(scattered.sendings.count).toBe(1);
    expect(scattered.sendings.at(scattered.head).sender).toBe(slots[2]);
  });
});
