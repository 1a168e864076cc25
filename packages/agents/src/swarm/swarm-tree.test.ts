// At stake: every agent has exactly one place, coordination is logarithmic, and threads do not change the
// tree. Tried over random sizes and fan-outs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planMixedTree } from './mixed-tree.js';
import { type CohortNode, planSwarmTree } from './swarm-tree.js';

const leavesOf = (node: CohortNode): CohortNode[] =>
  node.children.length === 0 ? [node] : node.children.flatMap(leavesOf);
const depthOf = (node: CohortNode): number =>
  1 + Math.max(0, ...node.children.map((child) => depthOf(child)));
const widthOf = (node: CohortNode): number =>
  Math.max(node.children.length || node.to - node.from, ...node.children.map(widthOf));
const shapeOf = ({ from, to, children }: CohortNode): unknown => [from, to, children.map(shapeOf)];

const sizes = fc.record({ n: fc.integer({ min: 1, max: 5000 }), k: fc.integer({ min: 2, max: 40 }) });

describe('planSwarmTree', () => {
  it.each([
    { n: 1, k: 32, depth: 1, leaves: [1] },
    { n: 32, k: 32, depth: 1, leaves: [32] },
    { n: 33, k: 32, depth: 2, leaves: [16, 17] },
    { n: 9, k: 3, depth: 2, leaves: [3, 3, 3] },
    { n: 10, k: 3, depth: 3, leaves: [2, 3, 2, 3] },
  ])('of $n agents with fan-out $k has $depth levels', ({ n, k, depth, leaves }) => {
    const tree = planSwarmTree(n, k, 2);
    expect(depthOf(tree)).toBe(depth);
    expect(leavesOf(tree).map(({ from, to }) => to - from)).toEqual(leaves);
  });

  it('gives every agent one place, in order', () => {
    fc.assert(
      fc.property(sizes, ({ n, k }) => {
        let next = 0;
        for (const leaf of leavesOf(planSwarmTree(n, k, 0))) {
          expect(leaf.from).toBe(next);
          expect(leaf.to).toBeGreaterThan(leaf.from);
          next = leaf.to;
        }
        expect(next).toBe(n);
      }),
    );
  });

  it('has the depth of a logarithm, and no node wider than the fan-out', () => {
    fc.assert(
      fc.property(sizes, ({ n, k }) => {
        const tree = planSwarmTree(n, k, 0);
        expect(k ** depthOf(tree)).toBeGreaterThanOrEqual(n);
        expect(depthOf(tree) === 1 || k ** (depthOf(tree) - 1) < n).toBe(true);
        expect(widthOf(tree)).toBeLessThanOrEqual(k);
      }),
    );
  });

  it('does not depend on the threads, which only cut it in order', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 8 }), ({ n, k }, threads) => {
        const tree = planSwarmTree(n, k, threads);
        expect(shapeOf(tree)).toEqual(shapeOf(planSwarmTree(n, k, 0)));
        const shards = leavesOf(tree).map(({ shard }) => shard);
        expect(shards).toEqual([...shards].sort((a, b) => a - b));
        if (depthOf(tree) > 1) expect(new Set(shards).size).toBe(Math.min(threads, shards.length));
      }),
    );
  });

  it('has nobody on the main shard answer to a worker', () => {
    const answersToWorker = (node: CohortNode): boolean =>
      node.children.some((child) => (child.shard === 0 && node.shard !== 0) || answersToWorker(child));
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 4 }), ({ n, k }, workers) => {
        expect(answersToWorker(planSwarmTree(n, k, { workers, main: true }))).toBe(false);
        const mixed = [n, 7, 100].map((capacity) => ({ cohort: 'any', capacity }));
        expect(answersToWorker(planMixedTree(mixed, k + 1, { workers, main: true }))).toBe(false);
      }),
    );
  });
});
