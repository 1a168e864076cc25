// At stake: that the time computed for a round is the one its messages take. Tried on rounds that can be followed by hand, and against simulated
// runs of swarms of any size and fan-out.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COSTS, simulateTown } from './town.js';
import { virtualTimeOf } from './virtual-time.js';

const costs = { messageMs: 1, hopMs: 10 };

/** A node tells its children, and they it. */
function told(from: number, children: readonly number[]): { from: number; to: number }[] {
  return children.flatMap((to) =>
    from === 0
      ? [{ from, to }]
      : [
          { from, to },
          { from: to, to: from },
        ],
  );
}

test('of a single actor: there, met, answered, back', () => {
  expect(virtualTimeOf(told(0, [1]), costs)).toBe(10 + 1 + 1 + 10);
});

test('of a root with one child: each meets and tells twice, or once', () => {
  expect(virtualTimeOf([...told(0, [1]), ...told(1, [2])], costs)).toBe(4 * 10 + (1 + 1) + (1 + 1) + (1 + 1));
});

test('of a flat list: the root tells all, then meets all', () => {
  const n = 1000;
  const all = Array.from({ length: n }, (_, i) => i + 2);
  // It is still telling when the first report comes, and meets one after the other from then on.
  expect(virtualTimeOf([...told(0, [1]), ...told(1, all)], costs)).toBe(10 + 1 + n + n + 1 + 10);
});

test('of a tree: what lies on the way of the last', () => {
  // The last grandchild hears of it after 3 hops, when the root and its parent have told two each.
  const links = [...told(0, [1]), ...told(1, [2, 3]), ...told(2, [4, 5]), ...told(3, [6, 7])];
  const down = 10 + 1 + 2 + 10 + 1 + 2 + 10;
  const up = 1 + 1 + 10 + 1 + 1 + 10 + 1 + 1 + 10;
  expect(virtualTimeOf(links, costs)).toBe(down + up);
});

test('does not depend on the order in which links are told of', () => {
  const links = [...told(0, [1]), ...told(1, [2, 3]), ...told(2, [4, 5]), ...told(3, [6, 7])];
  expect(virtualTimeOf(links.toReversed(), costs)).toBe(virtualTimeOf(links, costs));
});

test('is what a simulated run takes, of any swarm and operation', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 120 }),
      fc.integer({ min: 2, max: 40 }),
      async (agents, fanOut) => {
        for (const { virtualMs, traffic } of (await simulateTown(agents, fanOut)).values())
          expect(virtualTimeOf(traffic.links, COSTS)).toBeCloseTo(virtualMs, 9);
      },
    ),
    { numRuns: 15 },
  );
});
