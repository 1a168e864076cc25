// At stake: an id names one actor of a whole system, for ever, and tells where it came from. Tried over the whole
// range of what an id is made of, its ends included.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../system/system-options.js';
import {
  GENERATION_MAX,
  generationOf,
  isOrdered,
  NOBODY,
  orderCountOf,
  orderedId,
  originOf,
  placedId,
  SHARD_COUNT_MAX,
  SLOT_COUNT_MAX,
  slotOf,
} from './address.js';

const shards = fc.nat(SHARD_COUNT_MAX - 1);
const placed = fc.record({
  shard: shards,
  slot: fc.integer({ min: 1, max: SLOT_COUNT_MAX - 1 }),
  generation: fc.nat(GENERATION_MAX),
});
const ORDER_COUNT_MAX = 2 ** 42 - 1;
const ordered = fc.record({ origin: shards, count: fc.integer({ min: 1, max: ORDER_COUNT_MAX }) });

describe('an id', () => {
  it('of a place decodes to shard, slot and generation', () => {
    fc.assert(
      fc.property(placed, ({ shard, slot, generation }) => {
        const id = placedId(shard, slot, generation);
        expect(Number.isSafeInteger(id)).toBe(true);
        expect(id).not.toBe(NOBODY);
        expect(isOrdered(id)).toBe(false);
        expect([originOf(id), slotOf(id), generationOf(id)]).toEqual([shard, slot, generation]);
      }),
    );
  });

  it('of an order decodes to origin and count, and grows with it', () => {
    fc.assert(
      fc.property(ordered, ({ origin, count }) => {
        const id = orderedId(origin, count);
        expect(Number.isSafeInteger(id)).toBe(true);
        expect(isOrdered(id)).toBe(true);
        expect([originOf(id), orderCountOf(id)]).toEqual([origin, count]);
        expect(orderedId(origin, count - 1)).toBeLessThan(id);
      }),
    );
  });

  it('is exact at the ends of all ranges', () => {
    for (const shard of [0, SHARD_COUNT_MAX - 1])
      for (const slot of [1, SLOT_COUNT_MAX - 1])
        for (const generation of [0, 1, GENERATION_MAX]) {
          const id = placedId(shard, slot, generation);
          expect([originOf(id), slotOf(id), generationOf(id)]).toEqual([shard, slot, generation]);
        }
    expect(placedId(SHARD_COUNT_MAX - 1, SLOT_COUNT_MAX - 1, GENERATION_MAX)).toBeLessThanOrEqual(
      Number.MAX_SAFE_INTEGER,
    );
    expect(orderedId(SHARD_COUNT_MAX - 1, ORDER_COUNT_MAX)).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
  });

  it('has room for every shard that a system may have', () => {
    const modules = [import.meta.url];
    expect(resolveOptions({ modules, threads: SHARD_COUNT_MAX - 1 }).threads + 1).toBe(SHARD_COUNT_MAX);
    expect(() => resolveOptions({ modules, threads: SHARD_COUNT_MAX })).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION' }),
    );
  });
});
