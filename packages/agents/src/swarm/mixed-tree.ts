import { SwarmError } from '../errors.js';
import { type CohortNode, planSwarmTree, type SwarmHome, shardAbove, shardOf } from './swarm-tree.js';

/** Places for agents of one definition. */
export interface TreePart {
  /** Name of the definition of their cohorts. */
  readonly cohort: string;
  /** Count, at least 1. */
  readonly capacity: number;
}

/**
 * The tree of a swarm of several definitions: under one root, a tree for each as `planSwarmTree` plans it, one behind the other. So a
 * cohort has agents of one definition, which it supervises as that says; depth, reduction order and who is whose neighbour depend on the
 * capacities and the fan-out alone. The tree is one level deeper than that of its largest part.
 *
 * The shards cut the row of all leaves.
 *
 * @throws SwarmError `AGENTS_SWARM_OPTION` for more parts than the fan-out
 */
export function planMixedTree(
  parts: readonly TreePart[],
  fanOut: number,
  home: SwarmHome | number,
): CohortNode {
  if (parts.length > fanOut)
    throw new SwarmError(
      'AGENTS_SWARM_OPTION',
      `A swarm of ${parts.length} definitions with a fan-out of ${fanOut}.`,
      'Pass a fan-out of at least the number of definitions.',
    );
  let to = 0;
  const planned = parts.map(({ cohort, capacity }) => {
    const from = to;
    to += capacity;
    return { ...shifted(planSwarmTree(capacity, fanOut, 0), from), definition: cohort };
  });
  const leafCount = planned.reduce((count, node) => count + leavesOf(node), 0);
  let leaf = 0;
  const placed = (node: CohortNode): CohortNode => {
    const children = node.children.map(placed);
    if (children.length > 0) return { ...node, shard: shardAbove(children), children };
    return { ...node, shard: shardOf(leaf++, leafCount, home) };
  };
  return { from: 0, to, shard: 0, children: planned.map(placed) };
}

function shifted({ from, to, shard, children }: CohortNode, by: number): CohortNode {
  return { from: from + by, to: to + by, shard, children: children.map((child) => shifted(child, by)) };
}

function leavesOf({ children }: CohortNode): number {
  return children.length === 0 ? 1 : children.reduce((count, child) => count + leavesOf(child), 0);
}
