import { type Combiner, type Numbers, numberAt } from './combiner.js';
import { type ExactSums, roundExactSums, SumBuilder } from './exact-sum.js';

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
  const ofAll = (ballots: readonly Numbers[]): TallyPartial => {
    const votes = new Int32Array(choices);
    const weights = new SumBuilder(choices);
    let abstained = 0;
    for (const ballot of ballots) {
      const choice = numberAt(ballot, 0);
      if (choice === ABSTAINS) abstained++;
      else {
        votes[choice]!++;
        weights.add(choice, typeof ballot === 'number' ? 1 : ballot[1]!);
      }
    }
    return { votes, weights: weights.done(), abstained };
  };
  const joinAll = (all: readonly TallyPartial[]): TallyPartial => {
    const votes = new Int32Array(choices);
    const weights = new SumBuilder(choices);
    let abstained = 0;
    for (const one of all) {
      for (let c = 0; c < choices; c++) votes[c]! += one.votes[c]!;
      weights.addAll(one.weights);
      abstained += one.abstained;
    }
    return { votes, weights: weights.done(), abstained };
  };
  return {
    empty: () => ofAll([]),
    of: (ballot) => ofAll([ballot]),
    ofAll,
    join: (left, right) => joinAll([left, right]),
    joinAll,
    read: ({ votes, weights, abstained }) => ({ votes, weights: roundExactSums(weights), abstained }),
  };
}
