/**
 * One inner node of a swarm's tree: a cohort, which looks after the agents `from` to `to - 1`. Plain data.
 */
export interface CohortNode {
  /** First agent, index. */
  readonly from: number;
  /** One past the last agent, index. */
  readonly to: number;
  /** The shard it lives on. */
  readonly shard: number;
  /** Name of its cohorts' definition, where that is not the one of the node above: see `planMixedTree`. */
  readonly definition?: string;
  /** Smaller cohorts; empty for a leaf, whose children are the agents themselves. */
  readonly children: readonly CohortNode[];
}

/** Shards that a swarm lives on. */
export interface SwarmHome {
  /** Worker shards, count; 0: only the main shard. */
  readonly workers: number;
  /** Whether it lives on the main shard too, behind the workers. Default false, where there are any. */
  readonly main?: boolean;
  /** The first of them. Default 1. */
  readonly first?: number;
  /** Those that there are, count, from 1 on: behind the last comes the first. Default `workers`. */
  readonly threads?: number;
}

/**
 * The shape of a swarm's tree: a function of the agent count n and the fan-out k alone, so that results do not
 * depend on the number of threads. Its depth is ⌈log_k n⌉ (1 for a single agent), no node has more than k
 * children, and the leaves differ by at most one agent in size.
 *
 * The shards merely cut the tree: leaf j of m lives on the ⌊j·w/m⌋th of w shards, the root on the main shard. An inner node lives with its first
 * leaf, but where the last one is on the main shard there too: what it hears of the others has to go there in any case.
 *
 * @param home the shards, or how many of 1, 2 … there are
 */
export function planSwarmTree(agentCount: number, fanOut: number, home: SwarmHome | number): CohortNode {
  let depth = 1;
  while (fanOut ** depth < agentCount) depth++;
  const leafCount = countLeaves(agentCount, depth, fanOut);
  let leaf = 0;
  const plan = (from: number, to: number, levels: number): CohortNode => {
    if (levels === 1) return { from, to, shard: shardOf(leaf++, leafCount, home), children: [] };
    const childCount = childrenOf(to - from, levels, fanOut);
    const children = Array.from({ length: childCount }, (_, child) =>
      plan(
        from + cut(to - from, child, childCount),
        from + cut(to - from, child + 1, childCount),
        levels - 1,
      ),
    );
    return { from, to, shard: shardAbove(children), children };
  };
  return { ...plan(0, agentCount, depth), shard: 0 };
}

/** The shard of one of `count` leaves. The main shard has the last, so that the others hear of their part before it begins its own. */
export function shardOf(leaf: number, count: number, home: SwarmHome | number): number {
  const at: SwarmHome = typeof home === 'number' ? { workers: home } : home;
  const { workers, main = workers === 0, first = 1, threads = workers } = at;
  const seat = Math.floor((leaf * (main ? workers + 1 : workers)) / count);
  return seat === workers ? 0 : 1 + ((first - 1 + seat) % threads);
}

/** The shard of an inner node. */
export function shardAbove(children: readonly CohortNode[]): number {
  return children.at(-1)!.shard === 0 ? 0 : children[0]!.shard;
}

/** As few children as the levels below can hold. */
function childrenOf(agents: number, levels: number, fanOut: number): number {
  return Math.ceil(agents / fanOut ** (levels - 1));
}

/** Where the i-th of m nearly equal parts begins. */
function cut(length: number, part: number, parts: number): number {
  return Math.floor((length * part) / parts);
}

function countLeaves(agents: number, levels: number, fanOut: number): number {
  if (levels === 1) return 1;
  const children = childrenOf(agents, levels, fanOut);
  let leaves = 0;
  for (let child = 0; child < children; child++)
    leaves += countLeaves(
      cut(agents, child + 1, children) - cut(agents, child, children),
      levels - 1,
      fanOut,
    );
  return leaves;
}

/** Levels of cohorts, count. */
export function treeDepth({ children }: CohortNode): number {
  return 1 + children.reduce((deepest, child) => Math.max(deepest, treeDepth(child)), 0);
}
