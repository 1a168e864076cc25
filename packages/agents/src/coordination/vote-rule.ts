import type { Tally } from './tally.js';

/**
 * When a vote has a winner.
 *
 * - `majority`: one choice has the votes of more than half of all members, be they silent or not.
 * - `weighted`: one choice has more than half of the weight that was cast.
 * - `quorum`: at least so many agents chose, and one choice has more votes than any other.
 */
export type VoteRule = 'majority' | 'weighted' | { readonly quorum: number };

/** The choice that wins; undefined if none does. @param memberCount agents that were asked, count */
export function winnerOf({ votes, weights }: Tally, rule: VoteRule, memberCount: number): number | undefined {
  const voted = votes.reduce((sum, count) => sum + count, 0);
  if (rule === 'majority') return indexOfMoreThan(votes, memberCount / 2);
  if (rule === 'weighted')
    return indexOfMoreThan(weights, weights.reduce((sum, weight) => sum + weight, 0) / 2);
  if (voted < rule.quorum) return undefined;
  const most = votes.reduce((max, count) => Math.max(max, count), 0);
  const [first, ...others] = [...votes.keys()].filter((choice) => votes[choice] === most && most > 0);
  return others.length === 0 ? first : undefined;
}

function indexOfMoreThan(amounts: Int32Array | Float64Array, bound: number): number | undefined {
  const index = [...amounts].findIndex((amount) => amount > bound);
  return index === -1 ? undefined : index;
}
