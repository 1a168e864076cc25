import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enumeratePolicies, type Policy } from './enumerate-policies.js';
import { nodeAction, type PolicyTree, policyTree } from './policy-tree.js';

// At stake: everything that evaluates policies walks this tree. A policy that ends at the wrong node is one the agent
// misjudges; a beginning that is not shared is work done twice.

/** Policies of one or two factors in any order, of any lengths, also repeated. */
const arbitraryPolicies: fc.Arbitrary<number[][][]> = fc.integer({ min: 1, max: 2 }).chain((factorCount) => {
  const action = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: factorCount, maxLength: factorCount });
  return fc.array(fc.array(action, { minLength: 1, maxLength: 3 }), { maxLength: 20 });
});

/** The actions from the root to a node. */
function wayTo(tree: PolicyTree, node: number): Policy {
  return node < 0 ? [] : [...wayTo(tree, tree.parents[node]!), nodeAction(tree, node)];
}

const key = (policy: Policy): string => JSON.stringify(policy);

describe('policyTree', () => {
  test('of two policies, one the beginning of the other', () => {
    expect(
      policyTree([
        [
          [0, 2],
          [1, 0],
        ],
        [[0, 2]],
      ]),
    ).toEqual({
      nodeCount: 2,
      factorCount: 2,
      depthMax: 2,
      parents: Int32Array.of(-1, 0),
      depths: Int32Array.of(1, 2),
      actions: Int32Array.of(0, 2, 1, 0),
      policyNodes: Int32Array.of(1, 0),
      endingStarts: Int32Array.of(0, 1, 2),
      endings: Int32Array.of(1, 0),
    });
  });

  test('equal policies end at one node, in the order they are listed', () => {
    const tree = policyTree([[[1]], [[0]], [[1]]]);
    expect(tree.nodeCount).toBe(2);
    expect(Array.from(tree.policyNodes)).toEqual([1, 0, 1]);
    expect(Array.from(tree.endings)).toEqual([1, 0, 2]);
  });

  test.each([
    { actionCounts: [5], length: 3, nodeCount: 155 },
    { actionCounts: [2, 3], length: 2, nodeCount: 42 },
    { actionCounts: [1], length: 4, nodeCount: 4 },
  ])(
    'of all policies of $actionCounts actions and $length steps has $nodeCount nodes without the root',
    (all) => {
      expect(policyTree(enumeratePolicies(all.actionCounts, all.length)).nodeCount).toBe(all.nodeCount);
    },
  );

  test('of no policies has no nodes', () => {
    expect(policyTree([])).toMatchObject({ nodeCount: 0, depthMax: 0, endingStarts: Int32Array.of(0) });
  });

  test('leads to every policy, and to nothing but beginnings of policies, each once', () => {
    fc.assert(
      fc.property(arbitraryPolicies, (policies) => {
        const tree = policyTree(policies);
        policies.forEach((policy, p) => {
          expect(wayTo(tree, tree.policyNodes[p]!)).toEqual(policy);
        });
        const beginnings = policies.flatMap((policy) =>
          policy.map((_, step) => key(policy.slice(0, step + 1))),
        );
        const ways = Array.from({ length: tree.nodeCount }, (_, node) => key(wayTo(tree, node)));
        expect(new Set(ways).size).toBe(tree.nodeCount);
        expect(new Set(ways)).toEqual(new Set(beginnings));
      }),
    );
  });

  test('lists under each node exactly the policies that end there, ascending', () => {
    fc.assert(
      fc.property(arbitraryPolicies, (policies) => {
        const tree = policyTree(policies);
        for (let node = 0; node < tree.nodeCount; node++) {
          const ending = tree.endings.subarray(tree.endingStarts[node], tree.endingStarts[node + 1]);
          const expected = Array.from(policies.keys()).filter((p) => tree.policyNodes[p] === node);
          expect(Array.from(ending)).toEqual(expected);
        }
        expect(tree.endings).toHaveLength(policies.length);
      }),
    );
  });

  test('stands in depth-first order: the parent is the last node before that is one step shorter', () => {
    fc.assert(
      fc.property(arbitraryPolicies, (policies) => {
        const tree = policyTree(policies);
        const latest = [-1];
        for (let node = 0; node < tree.nodeCount; node++) {
          const depth = tree.depths[node]!;
          expect(tree.parents[node]).toBe(latest[depth - 1]);
          latest.length = depth;
          latest.push(node);
        }
        expect(tree.depthMax).toBe(Math.max(0, ...policies.map((policy) => policy.length)));
      }),
    );
  });

  test('has the same nodes in whatever order the policies are listed', () => {
    const shuffled = arbitraryPolicies.chain((policies) =>
      fc.tuple(
        fc.constant(policies),
        fc.shuffledSubarray(Array.from(policies.keys()), { minLength: policies.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([policies, order]) => {
        const tree = policyTree(policies);
        const other = policyTree(order.map((p) => policies[p]!));
        expect(other.parents).toEqual(tree.parents);
        expect(other.actions).toEqual(tree.actions);
        expect(Array.from(other.policyNodes)).toEqual(order.map((p) => tree.policyNodes[p]));
      }),
    );
  });

  test.each([
    { policies: [[[0]], []], argument: 'policies[1]' },
    { policies: [[]], argument: 'policies[0]' },
    { policies: [[[0], [0, 0]]], argument: 'policies[0][1]' },
    { policies: [[[0]], [[-1]]], argument: 'policies[1][0][0]' },
    { policies: [[[0, 0.5]]], argument: 'policies[0][0][1]' },
    { policies: [[[Number.NaN]]], argument: 'policies[0][0][0]' },
  ])('refuses $policies', ({ policies, argument }) => {
    expect(() => policyTree(policies)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_POLICY_INVALID', argument }),
    );
  });
});
