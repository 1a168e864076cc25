import { InputError } from '../errors.js';
import type { Policy } from './enumerate-policies.js';

/**
 * Policies by what they have in common: a tree in which policies that begin alike share their first nodes.
 *
 * Plain data in columns, so it can be cloned to another thread or handed to a compiled kernel. A node is an action
 * after a beginning; **the root, which is now, is no node**: all policies of 5 actions and 3 steps make
 * 5 + 25 + 125 = 155 nodes. Nodes stand in depth-first order, siblings by their actions in lexicographic order. So a
 * node comes after its parent, and whoever walks them from first to last needs to remember one path only: what was
 * found at depth d stays valid until the next node of depth d.
 */
export interface PolicyTree {
  /** Nodes without the root, count. */
  readonly nodeCount: number;
  /** Factors that every action has an index for, count. */
  readonly factorCount: number;
  /** Steps of the longest policy, count. */
  readonly depthMax: number;
  /** Node that each node follows, `[node]`; -1 where it follows the root. */
  readonly parents: Int32Array;
  /** Steps taken once the node is reached, `[node]`, count, at least 1. */
  readonly depths: Int32Array;
  /** The action that leads to each node, `[node, factor]` row-major. */
  readonly actions: Int32Array;
  /** Node at which each policy ends, `[policy]`; equal policies end at the same node. */
  readonly policyNodes: Int32Array;
  /** Where in `endings` each node's policies begin, `[nodeCount + 1]`; node n has those up to `endingStarts[n + 1]`. */
  readonly endingStarts: Int32Array;
  /** Indices of policies, `[policy]`, grouped by the node they end at, ascending within a group. */
  readonly endings: Int32Array;
}

/**
 * Finds what policies have in common.
 *
 * @param policies `[policy][step][factor]`, in any order, of any lengths, also repeated
 * @returns the same nodes for the same set of policies, however they are listed,
 *   and no nodes for none
 * @throws InputError `INFERENCE_POLICY_INVALID` for a policy without steps, an action of another number of factors
 *   than the first, or an action index that is not an integer of at least 0
 *
 * @example
 * const tree = policyTree([[[0], [1]], [[0]]]);
 * tree.parents // [-1, 0]: the second action follows the first
 * tree.policyNodes // [1, 0]: the first policy goes on where the second ends
 */
export function policyTree(policies: readonly Policy[]): PolicyTree {
  checkPolicies(policies);
  const factorCount = policies[0]?.[0]?.length ?? 0;
  const parents: number[] = [];
  const depths: number[] = [];
  const actions: number[] = [];
  const policyNodes = new Int32Array(policies.length);
  const order = sortedByBeginning(policies);
  const endingStarts: number[] = [];
  // The nodes of the policy before, by step: the next one follows a beginning of them.
  const path: number[] = [];
  let before: Policy = [];
  order.forEach((index, position) => {
    const policy = policies[index]!;
    path.length = sharedSteps(before, policy);
    for (let step = path.length; step < policy.length; step++) {
      path.push(parents.length);
      parents.push(step === 0 ? -1 : path[step - 1]!);
      depths.push(step + 1);
      actions.push(...policy[step]!);
      endingStarts.push(position);
    }
    policyNodes[index] = path[policy.length - 1]!;
    before = policy;
  });
  endingStarts.push(policies.length);
  return {
    nodeCount: parents.length,
    factorCount,
    depthMax: depths.reduce((most, depth) => Math.max(most, depth), 0),
    parents: Int32Array.from(parents),
    depths: Int32Array.from(depths),
    actions: Int32Array.from(actions),
    policyNodes,
    endingStarts: Int32Array.from(endingStarts),
    endings: Int32Array.from(order),
  };
}

/** The action that leads to a node, one index for each factor. */
export function nodeAction(tree: PolicyTree, node: number): number[] {
  return Array.from(tree.actions.subarray(node * tree.factorCount, (node + 1) * tree.factorCount));
}

/**
 * Indices of the policies in lexicographic order of their actions, a beginning before what goes on from it: policies
 * that begin alike become neighbours. Sorting is stable, so equal policies keep their order.
 */
function sortedByBeginning(policies: readonly Policy[]): number[] {
  return Array.from(policies.keys()).sort((a, b) => {
    const left = policies[a]!;
    const right = policies[b]!;
    for (let step = 0; step < Math.min(left.length, right.length); step++) {
      for (let f = 0; f < left[step]!.length; f++) {
        const difference = left[step]![f]! - right[step]![f]!;
        if (difference !== 0) return difference;
      }
    }
    return left.length - right.length;
  });
}

/** How many first steps two policies share. */
function sharedSteps(left: Policy, right: Policy): number {
  let step = 0;
  while (step < left.length && step < right.length) {
    if (!right[step]!.every((action, f) => action === left[step]![f])) break;
    step++;
  }
  return step;
}

function checkPolicies(policies: readonly Policy[]): void {
  const fail = (argument: string, expected: string, got: string): never => {
    throw new InputError('INFERENCE_POLICY_INVALID', argument, expected, got);
  };
  const factorCount = policies[0]?.[0]?.length ?? 0;
  policies.forEach((policy, p) => {
    if (policy.length === 0) fail(`policies[${p}]`, 'at least 1 step', 'none');
    policy.forEach((action, step) => {
      const argument = `policies[${p}][${step}]`;
      if (action.length !== factorCount) fail(argument, `${factorCount} action indices`, `${action.length}`);
      action.forEach((choice, f) => {
        if (Number.isInteger(choice) && choice >= 0) return;
        fail(`${argument}[${f}]`, 'an action index of at least 0', `${choice}`);
      });
    });
  });
}
