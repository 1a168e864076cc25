// At stake: a region handed out twice is two owners writing over each other; one never handed out again is a leak.
// Tried against a memory kept byte by byte.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FreeList } from './free-list.js';

/** The simplest free list: which units are free. Regions are found first fit, as the real one finds them. */
class Units {
  readonly free: boolean[] = [];

  take(count: number): number | undefined {
    for (let at = 0; at + count <= this.free.length; at++) {
      if (this.free.slice(at, at + count).every(Boolean)) {
        this.free.fill(false, at, at + count);
        return at;
      }
    }
    return undefined;
  }

  add(at: number, count: number): void {
    while (this.free.length < at + count) this.free.push(false);
    this.free.fill(true, at, at + count);
  }
}

test('takes and gives what a map of every unit would', () => {
  const step = fc.oneof(fc.record({ take: fc.integer({ min: 1, max: 9 }) }), fc.record({ add: fc.nat() }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const list = new FreeList();
      const units = new Units();
      list.add(0, 64);
      units.add(0, 64);
      const taken: { at: number; count: number }[] = [];
      for (const now of steps) {
        if ('take' in now) {
          const at = list.take(now.take);
          expect(at).toBe(units.take(now.take));
          if (at !== undefined) taken.push({ at, count: now.take });
        } else if (taken.length > 0) {
          const [region] = taken.splice(now.add % taken.length, 1);
          list.add(region!.at, region!.count);
          units.add(region!.at, region!.count);
        }
      }
      // All given back, it is one gap again: nothing was lost, and neighbours were joined.
      for (const { at, count } of taken) list.add(at, count);
      expect(list.take(64)).toBe(0);
    }),
    { numRuns: 500 },
  );
});

describe('FreeList', () => {
  test.each([
    { name: 'nothing', gaps: [], want: undefined },
    { name: 'a gap too small', gaps: [[0, 4]], want: undefined },
    {
      name: 'two gaps apart',
      gaps: [
        [0, 4],
        [8, 4],
      ],
      want: undefined,
    },
    {
      name: 'two that touch',
      gaps: [
        [4, 4],
        [0, 4],
      ],
      want: 0,
    },
    {
      name: 'one that closes a hole',
      gaps: [
        [0, 2],
        [6, 2],
        [2, 4],
      ],
      want: 0,
    },
    {
      name: 'the first that is large enough',
      gaps: [
        [40, 8],
        [0, 4],
        [20, 9],
      ],
      want: 20,
    },
  ])('finds 8 units in $name: $want', ({ gaps, want }) => {
    const list = new FreeList();
    for (const [address, bytes] of gaps) list.add(address!, bytes!);
    expect(list.take(8)).toBe(want);
  });

  test('gives up the gap that ends somewhere, whole, and no other', () => {
    const list = new FreeList();
    expect(list.takeEndingAt(8)).toBeUndefined();
    for (const at of [0, 8, 12]) list.add(at, 4);
    expect(list.takeEndingAt(4)).toBeUndefined();
    expect(list.takeEndingAt(16)).toBe(8);
    expect(list.takeEndingAt(16)).toBeUndefined();
    expect(list.take(4)).toBe(0);
  });
});
