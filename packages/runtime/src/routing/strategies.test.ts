// At stake: who gets a message. Each rule has its table; what must hold for any pool is tried with any pool.
import { streamOf } from '@skein/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consistentHash, keyAt } from './consistent-hash.js';
import { HashRing } from './hash-ring.js';
import { positionOf, randomRoutee } from './random-routee.js';
import { nextInTurn, roundRobin } from './round-robin.js';
import { shallowest, smallestMailbox } from './smallest-mailbox.js';
import type { ChooseRoutee, PoolView, RoutingStrategy } from './strategy.js';

const message = { type: 'any' };
const view = (depths: readonly number[], random = () => 0): PoolView => ({
  slots: depths.map((_, slot) => slot),
  depthOf: (position) => depths[position]!,
  random,
});
const begin = (strategy: RoutingStrategy): ChooseRoutee => {
  if (strategy.to !== 'one') throw new TypeError('chooses nobody');
  return strategy.start();
};

describe('roundRobin', () => {
  it.each([
    { previous: -1, count: 3, next: 0 },
    { previous: 0, count: 3, next: 1 },
    { previous: 2, count: 3, next: 0 },
    { previous: 7, count: 3, next: 0 },
    { previous: 0, count: 1, next: 0 },
  ])('comes to $next after $previous of $count', ({ previous, count, next }) => {
    expect(nextInTurn(previous, count)).toBe(next);
  });

  it('gives everybody a turn before anybody gets two, and each life of a router begins anew', () => {
    const strategy = roundRobin();
    for (let life = 0; life < 2; life++) {
      const choose = begin(strategy);
      const chosen = Array.from({ length: 8 }, () => choose(message, view([0, 0, 0, 0])));
      expect(chosen).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
    }
  });
});

describe('randomRoutee', () => {
  it.each([
    { uniform: 0, count: 3, position: 0 },
    { uniform: 0.34, count: 3, position: 1 },
    { uniform: 1 - 2 ** -53, count: 3, position: 2 },
    { uniform: 1 - 2 ** -53, count: 1024, position: 1023 },
  ])('takes $position of $count for $uniform', ({ uniform, count, position }) => {
    expect(positionOf(uniform, count)).toBe(position);
  });

  it('draws once a message', () => {
    const draws = [0.9, 0.1, 0.5];
    const choose = begin(randomRoutee());
    const pool = view([0, 0, 0], () => draws.shift()!);
    expect([choose(message, pool), choose(message, pool), choose(message, pool)]).toEqual([2, 0, 1]);
  });
});

describe('smallestMailbox', () => {
  it.each([
    { depths: [0], from: 0, position: 0 },
    { depths: [0], from: 5, position: 0 },
    { depths: [2, 1, 3], from: 0, position: 1 },
    { depths: [2, 1, 3], from: 2, position: 1 },
    { depths: [1, 1, 1], from: 2, position: 2 },
    { depths: [1, 2, 1], from: 1, position: 2 },
  ])('takes $position of $depths from $from on', ({ depths, from, position }) => {
    expect(shallowest(depths.length, (at) => depths[at]!, from)).toBe(position);
  });

  it('lets those that are level take turns', () => {
    const choose = begin(smallestMailbox());
    expect(Array.from({ length: 5 }, () => choose(message, view([0, 3, 0, 0])))).toEqual([0, 2, 3, 0, 2]);
  });

  it('never lets one have two more than another when nothing is handled', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat({ max: 200 }), (count, messages) => {
        const depths = new Array<number>(count).fill(0);
        const choose = begin(smallestMailbox());
        for (let i = 0; i < messages; i++) depths[choose(message, view(depths))]!++;
        expect(Math.max(...depths) - Math.min(...depths)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('takes one that nobody is below', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 20 }),
        fc.nat({ max: 30 }),
        (depths, from) => {
          expect(depths[shallowest(depths.length, (at) => depths[at]!, from)]).toBe(Math.min(...depths));
        },
      ),
    );
  });
});

describe('HashRing', () => {
  const slotSet = fc.uniqueArray(fc.nat({ max: 1023 }), { minLength: 2, maxLength: 12 });
  const keySet = fc.array(fc.string(), { minLength: 1, maxLength: 50 });

  it('moves the keys of a slot that is taken away, and no others', () => {
    fc.assert(
      fc.property(
        slotSet,
        fc.nat(),
        keySet,
        fc.integer({ min: 1, max: 64 }),
        (slots, which, keys, virtualNodes) => {
          const gone = slots[which % slots.length]!;
          const before = new HashRing(slots, virtualNodes);
          const after = new HashRing(
            slots.filter((slot) => slot !== gone),
            virtualNodes,
          );
          for (const key of keys) {
            const slot = before.slotAt(streamOf(key));
            if (slot === gone) expect(after.slotAt(streamOf(key))).not.toBe(gone);
            else expect(after.slotAt(streamOf(key))).toBe(slot);
          }
        },
      ),
    );
  });

  it('does not depend on the order of its slots', () => {
    fc.assert(
      fc.property(slotSet, keySet, (slots, keys) => {
        const places = keys.map(streamOf);
        const forth = new HashRing(slots, 16);
        const back = new HashRing([...slots].reverse(), 16);
        expect(places.map((place) => back.slotAt(place))).toEqual(places.map((place) => forth.slotAt(place)));
      }),
    );
  });

  it('knows the owner of the very first and the very last place', () => {
    const ring = new HashRing([3, 5], 4);
    expect([3, 5]).toContain(ring.slotAt(0));
    expect([3, 5]).toContain(ring.slotAt(2 ** 32 - 1));
    expect(new HashRing([7], 1).slotAt(2 ** 32 - 1)).toBe(7);
  });

  it('shares fairly among up to 64', () => {
    const samples = 30_000;
    for (let count = 2; count <= 64; count++) {
      const ring = new HashRing(
        Array.from({ length: count }, (_, slot) => slot),
        128,
      );
      const hits = new Array<number>(count).fill(0);
      for (let i = 0; i < samples; i++) hits[ring.slotAt(Math.floor((i / samples) * 2 ** 32))]!++;
      expect(Math.max(...hits)).toBeLessThan((1.4 * samples) / count);
      expect(Math.min(...hits)).toBeGreaterThan((0.6 * samples) / count);
    }
  });

  it('spreads keys that look alike', () => {
    const ring = new HashRing([0, 1, 2, 3], 128);
    const hits = [0, 0, 0, 0];
    for (let i = 0; i < 10_000; i++) hits[ring.slotAt(streamOf(`city-${i}`))]!++;
    for (const count of hits) {
      expect(count).toBeGreaterThan(0.6 * 2500);
      expect(count).toBeLessThan(1.4 * 2500);
    }
  });
});

describe('consistentHash', () => {
  it.each([
    { key: 'city', given: { city: 'Oslo' }, found: 'Oslo' },
    { key: 'at.city', given: { at: { city: 'Oslo' } }, found: 'Oslo' },
    { key: 'id', given: { id: 7 }, found: '7' },
    { key: 'id', given: { id: false }, found: 'false' },
    { key: 'id', given: { id: 7n }, found: '7' },
    { key: 'city', given: {}, found: '' },
    { key: 'city', given: { city: null }, found: '' },
    { key: 'city', given: { city: { name: 'Oslo' } }, found: '' },
    { key: 'at.city', given: { at: 'Oslo' }, found: '' },
    { key: 'city.length', given: { city: 'Oslo' }, found: '' },
    { key: 'toString', given: {}, found: '' },
  ])('finds "$found" under $key in $given', ({ key, given, found }) => {
    expect(keyAt(given, key.split('.'))).toBe(found);
  });

  it('names positions, not slots, and follows the pool when it changes', () => {
    const choose = begin(consistentHash({ key: 'city', virtualNodes: 64 }));
    const slots = [0, 2, 5];
    const cities = Array.from({ length: 50 }, (_, i) => ({ type: 'any', city: `${i}` }));
    const pool = (some: readonly number[]): PoolView => ({ slots: some, depthOf: () => 0, random: () => 0 });
    const before = cities.map((city) => slots[choose(city, pool(slots))]);
    const rest = [0, 5];
    const restView = pool(rest);
    const after = cities.map((city) => rest[choose(city, restView)]);
    expect(new Set(before)).toEqual(new Set(slots));
    expect(new Set(after)).toEqual(new Set(rest));
    for (const [i, slot] of before.entries()) if (slot !== 2) expect(after[i]).toBe(slot);
  });

  it.each([
    { option: 'key', options: { key: '' } },
    { option: 'key', options: { key: 'at..city' } },
    { option: 'key', options: { key: 7 as never } },
    { option: 'virtualNodes', options: { key: 'city', virtualNodes: 0 } },
    { option: 'virtualNodes', options: { key: 'city', virtualNodes: 1.5 } },
    { option: 'virtualNodes', options: { key: 'city', virtualNodes: 1025 } },
  ])('refuses $options', ({ option, options }) => {
    expect(() => consistentHash(options)).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option }),
    );
  });
});
