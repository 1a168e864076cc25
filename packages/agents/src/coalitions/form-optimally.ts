import { CoalitionError } from '../errors.js';
import { coalitionEnergy } from './coalition-energy.js';
import { byIndex, type Candidate, type CoalitionGame, type Formation, type FormedCoalition } from './game.js';

/** More candidates than this are not searched: time and memory grow as 3^n and 2^n. */
export const OPTIMAL_CANDIDATES_MAX = 12;

/**
 * The formation of least expected free energy, by dynamic programming over subsets: the ruler for the other ways.
 *
 *     best_j(M) = min( best_{j-1}(M), min over ∅ ≠ S ⊆ M that cover t_j of G_{t_j}(S) + best_{j-1}(M \ S) )
 *
 * where each task stands in the list t as often as it may be taken on. Takes O(t · 3^n) steps and t · 2^n evaluations of G.
 *
 * @throws CoalitionError `AGENTS_COALITION_SIZE` for more than {@link OPTIMAL_CANDIDATES_MAX} candidates
 * @see Rahwan et al. (2015), Coalition structure generation: a survey
 */
export function formOptimally(game: CoalitionGame, candidates: readonly Candidate[]): Formation {
  const count = candidates.length;
  if (count > OPTIMAL_CANDIDATES_MAX)
    throw new CoalitionError(
      'AGENTS_COALITION_SIZE',
      `An optimal formation of ${count} agents; at most ${OPTIMAL_CANDIDATES_MAX} are searched.`,
      'Form coalitions `greedy` or `hierarchical`.',
    );
  const agents = [...candidates].sort(byIndex);
  const { deficit, energy } = coalitionEnergy(game);
  const everybody = 2 ** count - 1;
  let best = new Float64Array(everybody + 1);
  const layers: { readonly task: number; readonly chosen: Int32Array; readonly G: Float64Array }[] = [];
  for (const [task, { atMost }] of game.tasks.entries()) {
    const G = new Float64Array(everybody + 1).fill(Number.POSITIVE_INFINITY);
    for (let set = 1; set <= everybody; set++) {
      const members = membersOf(agents, set);
      if (deficit(task, members) === 0) G[set] = energy(task, members);
    }
    for (let copy = 0; copy < Math.min(atMost, count); copy++) {
      const chosen = new Int32Array(everybody + 1);
      const next = best.slice();
      for (let all = 1; all <= everybody; all++)
        // Ascending: of equals the first, which has nobody whom it can do without.
        for (let set = -all & all; set !== 0; set = (set - all) & all) {
          if (!(G[set]! < 0)) continue;
          const total = G[set]! + best[all & ~set]!;
          if (total >= next[all]!) continue;
          next[all] = total;
          chosen[all] = set;
        }
      layers.push({ task, chosen, G });
      best = next;
    }
  }
  const coalitions: FormedCoalition[] = [];
  let left = everybody;
  for (const { task, chosen, G } of layers.reverse()) {
    const set = chosen[left]!;
    if (set === 0) continue;
    coalitions.push({ task, members: membersOf(agents, set), expectedFreeEnergy: G[set]! });
    left &= ~set;
  }
  return { coalitions: coalitions.reverse(), free: membersOf(agents, left) };
}

function membersOf(agents: readonly Candidate[], set: number): Candidate[] {
  return agents.filter((_, at) => (set >> at) & 1);
}
