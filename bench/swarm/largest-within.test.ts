// At stake: the number of agents that fit into a tick is the largest that does. Tried on limits that are known.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { largestWithin } from './largest-within.js';

test('the largest within a limit is found, wherever the search begins, in a logarithm of tries', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        limit: fc.nat({ max: 2000 }),
        first: fc.integer({ min: 1, max: 1500 }),
        most: fc.integer({ min: 1, max: 1000 }),
      }),
      async ({ limit, first, most }) => {
        const tried: number[] = [];
        const isWithin = async (count: number): Promise<boolean> => {
          tried.push(count);
          return count <= limit;
        };
        expect(await largestWithin(isWithin, { first, most, precision: 0 })).toBe(Math.min(limit, most));
        expect(tried.length).toBeLessThanOrEqual(24);
        expect(tried.every((count) => count >= 1 && count <= most)).toBe(true);
      },
    ),
  );
});

test('a precision saves tries, and costs no more than it says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 100_000 }), async (limit) => {
      const range = { first: 1000, most: 200_000, precision: 0.05 };
      const found = await largestWithin(async (count) => count <= limit, range);
      expect(found).toBeLessThanOrEqual(limit);
      expect(limit - found).toBeLessThanOrEqual(Math.max(1, 0.05 * found));
    }),
  );
});
