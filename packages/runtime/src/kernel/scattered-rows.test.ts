import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ActorRef, type RefHost } from '../actor/actor-ref.js';
import { ColumnPart } from '../actor/column-part.js';
import { RefColumn } from '../actor/ref-column.js';
import { RowFrame } from './row-frame.js';
import { Scatter, ScatteredRows, Sending } from './scattered-rows.js';

/**
 * At stake: a row that lies in no mailbox is met once, by its actor, in the order of scattering. An array is driven beside it, which is cut
 * anywhere, also within one scatter.
 */

const frame = RowFrame.of({ type: 'row', count: 1, columns: { value: Int32Array.of(0) } });
const host = {} as RefHost;

/** Of a column of actors that live in these slots, all or those at `indices`. */
function scatterTo(
  slots: readonly number[],
  sender: number,
  first: number,
  indices?: readonly number[],
): Scatter {
  const refs = new RefColumn<never>(slots.map((slot) => new ActorRef(host, slot, 1, undefined)));
  return new Scatter(new ColumnPart(refs, 0, indices), new Sending(frame, sender, 1), first);
}

describe('scattered rows', () => {
  test('are the array that adds at the end and leaves from the front', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -12, max: 12 }), { maxLength: 60 }), (moves) => {
        const scattered = new ScatteredRows();
        const waiting: (readonly [slot: number, row: number, sender: number])[] = [];
        let next = 1;
        for (const move of moves) {
          if (move > 0) {
            const slots = Array.from({ length: move }, () => next++);
            scattered.add(scatterTo(slots, next, 100 * next));
            waiting.push(...slots.map((slot, i) => [slot, 100 * next + i, next] as const));
          } else
            for (let left = Math.min(-move, scattered.count); left > 0; ) {
              const { part, sending } = scattered.first!;
              const from = scattered.place;
              const to = Math.min(part.count, from + left);
              for (let place = from; place < to; place++) {
                const met = [part.slotAt(place), scattered.first!.rowOf(place), sending.sender];
                expect(met).toEqual(waiting.shift());
              }
              expect(scattered.advance(to)).toBe(to === part.count);
              left -= to - from;
            }
          expect(scattered.count).toBe(waiting.length);
          expect(scattered.first === undefined).toBe(waiting.length === 0);
        }
      }),
    );
  });

  test('take no more room than those that wait at a time, however long they are never all met', () => {
    const scattered = new ScatteredRows();
    for (let sender = 0; sender < 10_000; sender++) {
      scattered.add(scatterTo([1, 2], sender, 0));
      if (sender >= 10) expect(scattered.advance(2)).toBe(true);
    }
    expect(scattered.count).toBe(20);
    expect(scattered.first!.sending.sender).toBe(9990);
    expect(scattered.placesTaken).toBeLessThanOrEqual(24);
  });

  test('of a part are those of its places in the column', () => {
    const scatter = scatterTo([5, 6, 7, 8, 9], 0, 20, [1, 3, 4]);
    expect([0, 1, 2].map((place) => scatter.rowOf(place))).toEqual([21, 23, 24]);
  });
});
