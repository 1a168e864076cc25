/** Statistics for a few dozen paired runs: medians with bootstrap intervals, and an exact test. */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

const RESAMPLE_COUNT = 4000;

/**
 * The 95 % percentile bootstrap interval of a statistic: what it gives when as many pairs are drawn anew from the
 * pairs, with replacement. Whole pairs are drawn, so a statistic may compare the sides of a pair.
 *
 * @param uniform the random number of one draw, in [0, 1), by its running number
 */
export function bootstrapInterval<P>(
  pairs: readonly P[],
  statistic: (pairs: readonly P[]) => number,
  uniform: (draw: number) => number,
): Interval {
  let draw = 0;
  const values = Array.from({ length: RESAMPLE_COUNT }, () =>
    statistic(pairs.map(() => pairs[Math.floor(uniform(draw++) * pairs.length)]!)),
  ).sort((a, b) => a - b);
  return {
    low: values[Math.floor(0.025 * RESAMPLE_COUNT)]!,
    high: values[Math.ceil(0.975 * RESAMPLE_COUNT) - 1]!,
  };
}

/**
 * Wilcoxon's signed-rank test, exact and one-sided: the probability that differences as large as these, or larger,
 * would come of chance alone if each were as likely to have the other sign.
 *
 * Differences of 0 are left out; ties share their mean rank. All 2ⁿ choices of signs are counted, by sums of ranks:
 * doubled, so that shared ranks stay whole.
 *
 * @see Wilcoxon (1945), Individual comparisons by ranking methods
 */
export function signedRankProbability(differences: readonly number[]): number {
  const sizes = differences.filter((d) => d !== 0).toSorted((a, b) => Math.abs(a) - Math.abs(b));
  const doubledRanks = sizes.map((d) => {
    const first = sizes.findIndex((other) => Math.abs(other) === Math.abs(d));
    const last = sizes.findLastIndex((other) => Math.abs(other) === Math.abs(d));
    return first + last + 2;
  });
  const observed = doubledRanks.reduce((sum, rank, i) => sum + (sizes[i]! > 0 ? rank : 0), 0);
  const sumMax = doubledRanks.reduce((sum, rank) => sum + rank, 0);
  let ways = new Float64Array(sumMax + 1);
  ways[0] = 1;
  for (const rank of doubledRanks) {
    ways = ways.map((count, sum) => (count + (sum >= rank ? ways[sum - rank]! : 0)) / 2);
  }
  return ways.subarray(observed).reduce((sum, probability) => sum + probability, 0);
}
