// At stake: mail that overtakes the start of its actor waits for it, and mail for one that is gone does not wait
// for ever. Tried against the set of orders that have come, in the order of their ids.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderedId } from '../actor/address.js';
import type { Envelope } from '../mailbox/envelope.js';
import { Limbo } from './limbo.js';

const letter = (type: string): Envelope => ({
  kind: 'tell',
  message: { type },
  sender: 0,
  senderShard: 2,
  correlation: 0,
});

describe('Limbo', () => {
  it('holds for ids that have not come, in order, until they come', () => {
    const limbo = new Limbo([0, 0, 0]);
    const id = orderedId(1, 3);
    expect(limbo.holds(id, 0)).toBe(true);
    expect(limbo.holds(orderedId(0, 3), 0)).toBe(false); // of this shard itself: nothing is on its way
    limbo.keepEnvelope(id, letter('a'));
    limbo.keepSignal(id, { kind: 'restart', to: id }, 2);
    limbo.keepEnvelope(id, letter('b'));
    expect(limbo.arrived(id)).toMatchObject([
      { envelope: { message: { type: 'a' } } },
      { signal: { kind: 'restart' }, fromShard: 2 },
      { envelope: { message: { type: 'b' } } },
    ]);
    expect(limbo.arrived(id)).toEqual([]);
    expect(limbo.holds(id, 0)).toBe(false);
    expect(limbo.holds(orderedId(1, 2), 0)).toBe(false); // an earlier one went elsewhere, or is gone
    expect(limbo.holds(orderedId(1, 4), 0)).toBe(true);
    expect(limbo.holds(orderedId(2, 1), 0)).toBe(true);
  });

  it('knows what was given out before it began', () => {
    const limbo = new Limbo([0, 5]);
    expect(limbo.holds(orderedId(1, 5), 0)).toBe(false);
    expect(limbo.holds(orderedId(1, 6), 0)).toBe(true);
  });

  it('gives up what waits for a lost origin, and everything at the end', () => {
    const limbo = new Limbo([0, 0, 0]);
    limbo.keepEnvelope(orderedId(1, 1), letter('a'));
    limbo.keepEnvelope(orderedId(2, 1), letter('b'));
    limbo.keepEnvelope(orderedId(1, 2), letter('c'));
    const typesOf = (held: readonly unknown[]) =>
      (held as { envelope: Envelope }[]).map(({ envelope }) => envelope.message.type);
    expect(typesOf(limbo.lost(1))).toEqual(['a', 'c']);
    expect(limbo.lost(1)).toEqual([]);
    expect(typesOf(limbo.clear())).toEqual(['b']);
  });

  it('gives up what waits for orders that have passed by', () => {
    const limbo = new Limbo([0, 0, 0]);
    for (const id of [orderedId(1, 1), orderedId(1, 3), orderedId(2, 1)])
      limbo.keepSignal(id, { kind: 'restart', to: id }, 0);
    expect(limbo.passed(orderedId(1, 2))).toMatchObject([{ id: orderedId(1, 1) }]);
    expect(limbo.holds(orderedId(1, 2), 0)).toBe(false);
    expect(limbo.holds(orderedId(1, 3), 0)).toBe(true);
    expect(limbo.clear()).toHaveLength(2);
  });

  it('loses nothing that it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean())), (steps) => {
        const limbo = new Limbo([0, 0]);
        let held = 0;
        let released = 0;
        for (const [count, arrives] of steps) {
          const id = orderedId(1, count);
          if (arrives) released += limbo.arrived(id).length;
          else if (limbo.holds(id, 0)) {
            limbo.keepEnvelope(id, letter('x'));
            held++;
          }
        }
        expect(released + limbo.clear().length).toBe(held);
      }),
    );
  });
});
