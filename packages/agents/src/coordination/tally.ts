import { type Combiner, type Numbers, numberAt } from './combiner.js';
import { addExactSums, type ExactSums, exactSumsOf, roundExactSums } from './exact-sum.js';

/** The choice of one who takes part in a vote, and chooses nothing. */
export const ABSTAINS = -1;

/** What was voted. */
export interface Tally {
  /** For each choice the votes for it, count. */
  readonly votes: Int32Array;
  /** For each choice the weight of those votes: exact sums, rounded once. */
  readonly weights: Float64Array;
  /** Agents that took part and chose nothing, count. */
  readonly abstained: number;
}

/** The same while it travels. Plain data. */
export interface TallyPartial {
  readonly votes: Int32Array;
  readonly weights: ExactSums;
  readonly abstained: number;
}

/** Counts ballots: a choice from 0 to `choices - 1` or {@link ABSTAINS}, or a choice and its weight. */
export function tallyCombiner({
  choices,
}: {
  readonly choices: number;
}): Combiner<Numbers, TallyPartial, Tally> {
  const empty = (): TallyPartial => ({
    votes: new Int32Array(choices),
    weights: exactSumsOf(choices, () => 0),
    abstained: 0,
  });
  return {
    empty,
    of: (ballot) => {
      const choice = numberAt(ballot, 0);
      if (choice === ABSTAINS) return { ...empty(), abstained: 1 };
      const weight = typeof ballot === 'number' ? 1 : ballot[1]!;
      return {
        votes: Int32Array.from({ length: choices }, (_, c) => (c === choice ? 1 : 0)),
        weights: exactSumsOf(choices, (c) => (c === choice ? weight : 0)),
        abstained: 0,
      };
    },
    join: (left, right) => ({
      votes: left.votes.map((votes, c) => votes + right.votes[c]!),
      weights: addExactSums(left.weights, right.weights),
      abstained: left.abstained + right.abstained,
    }),
    read: ({ votes, weights, abstained }) => ({ votes, weights: roundExactSums(weights), abstained }),
  };
}
