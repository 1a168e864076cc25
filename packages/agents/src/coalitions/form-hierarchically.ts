import type { Combiner } from '../coordination/combiner.js';
import type { CohortNode } from '../swarm/swarm-tree.js';
import { coalitionEnergy } from './coalition-energy.js';
import { formMore } from './form-greedily.js';
import type { Candidate, CoalitionGame, Formation, FormedCoalition } from './game.js';

/** What a cohort proposes to the one above it: coalitions among its agents, and agents that are still free. Plain data. */
export interface CoalitionProposals {
  /** Of each candidate the agent, index. */
  readonly indices: Int32Array;
  /** Of each candidate its numbers, f64[candidates, width], row-major. */
  readonly numbers: Float64Array;
  /** Of each candidate the coalition, from 0; -1 for one that is free. */
  readonly seats: Int32Array;
  /** Of each coalition the task, index. */
  readonly tasks: Int32Array;
  /** Of each coalition G, nats. */
  readonly energies: Float64Array;
}

/**
 * Forms coalitions on the way up a swarm's tree: each cohort greedily among those whom its children leave free, beside the coalitions
 * that they propose. Those stay as they are; where more have formed for a task than may, those with the least G do, and the members of the
 * others are free again. So it takes one way up, and no actor hears from more than its children.
 *
 * Unlike other combiners it is not associative: who forms with whom depends on the tree, hence on (capacity, fan-out, index), and on
 * nothing else. In a tree of one cohort it is {@link formGreedily}.
 */
export function coalitionCombiner(
  game: CoalitionGame,
): Combiner<Float64Array, CoalitionProposals, Formation> {
  const energy = coalitionEnergy(game);
  const width = game.capabilities.length + game.stateCount;
  const propose = (formation: Formation): CoalitionProposals => {
    const formed = formMore(game, energy, limited(game, formation));
    return pack({ ...formed, free: mostUseful(game, energy.deficit, formed) }, width);
  };
  const ofAll = (all: readonly Float64Array[], indices: ArrayLike<number>): CoalitionProposals =>
    propose({ coalitions: [], free: all.map((numbers, at) => ({ index: indices[at]!, numbers })) });
  const joinAll = (all: readonly CoalitionProposals[]): CoalitionProposals => {
    const formations = all.map((one) => unpack(one, width));
    return propose({
      coalitions: formations.flatMap(({ coalitions }) => coalitions),
      free: formations.flatMap(({ free }) => free),
    });
  };
  return {
    empty: () => pack({ coalitions: [], free: [] }, width),
    of: (numbers, index) => ofAll([numbers], [index]),
    ofAll,
    join: (left, right) => joinAll([left, right]),
    joinAll,
    read: (proposals) => unpack(proposals, width),
  };
}

/** The same all at once: the ruler for what a swarm does. `free` has those whom the root knows of. */
export function formHierarchically(
  game: CoalitionGame,
  candidates: readonly Candidate[],
  tree: CohortNode,
): Formation {
  const combiner = coalitionCombiner(game);
  const proposalsOf = ({ from, to, children }: CohortNode): CoalitionProposals => {
    if (children.length > 0) return combiner.joinAll!(children.map(proposalsOf));
    const here = candidates.filter(({ index }) => index >= from && index < to);
    const inOrder = here.sort((a, b) => a.index - b.index);
    return combiner.ofAll!(
      inOrder.map(({ numbers }) => numbers),
      inOrder.map(({ index }) => index),
    );
  };
  return combiner.read(proposalsOf(tree));
}

/** With no more coalitions for a task than may be: those of the least G, of equals those with the least index. */
function limited({ tasks }: CoalitionGame, { coalitions, free }: Formation): Formation {
  const firstOf = ({ members }: FormedCoalition): number => members[0]!.index;
  const kept: FormedCoalition[] = [];
  const released: Candidate[] = [];
  const best = [...coalitions].sort(
    (a, b) => a.expectedFreeEnergy - b.expectedFreeEnergy || firstOf(a) - firstOf(b),
  );
  const room = tasks.map(({ atMost }) => atMost);
  for (const coalition of best) {
    if (room[coalition.task]!-- > 0) kept.push(coalition);
    else released.push(...coalition.members);
  }
  return { coalitions: kept, free: [...free, ...released] };
}

/** Of those who are free the few that a cohort names: who leaves the least lacking of a task still open. None if none is open. */
function mostUseful(
  { tasks, freeMax }: CoalitionGame,
  deficit: (task: number, members: readonly Candidate[]) => number,
  { coalitions, free }: Formation,
): readonly Candidate[] {
  const open = [...tasks.keys()].filter(
    (task) => coalitions.filter((one) => one.task === task).length < tasks[task]!.atMost,
  );
  if (open.length === 0 || free.length <= freeMax) return open.length === 0 ? [] : free;
  const use = new Map(
    free.map((candidate) => [
      candidate,
      Math.max(...open.map((task) => deficit(task, []) - deficit(task, [candidate]))),
    ]),
  );
  const named = new Set([...free].sort((a, b) => use.get(b)! - use.get(a)!).slice(0, freeMax));
  return free.filter((candidate) => named.has(candidate));
}

function pack({ coalitions, free }: Formation, width: number): CoalitionProposals {
  const rows = [
    ...coalitions.flatMap(({ members }, seat) => members.map((member) => ({ member, seat }))),
    ...free.map((member) => ({ member, seat: -1 })),
  ];
  const numbers = new Float64Array(rows.length * width);
  for (const [at, { member }] of rows.entries()) numbers.set(member.numbers, at * width);
  return {
    indices: Int32Array.from(rows, ({ member }) => member.index),
    numbers,
    seats: Int32Array.from(rows, ({ seat }) => seat),
    tasks: Int32Array.from(coalitions, ({ task }) => task),
    energies: Float64Array.from(coalitions, ({ expectedFreeEnergy }) => expectedFreeEnergy),
  };
}

function unpack({ indices, numbers, seats, tasks, energies }: CoalitionProposals, width: number): Formation {
  const groups: Candidate[][] = Array.from(tasks, () => []);
  const free: Candidate[] = [];
  for (const [at, index] of indices.entries()) {
    const candidate = { index, numbers: numbers.subarray(at * width, (at + 1) * width) };
    (groups[seats[at]!] ?? free).push(candidate);
  }
  const coalitions = groups.map((members, at) => ({
    task: tasks[at]!,
    members,
    expectedFreeEnergy: energies[at]!,
  }));
  return { coalitions, free };
}
