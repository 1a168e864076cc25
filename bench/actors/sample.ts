import type { LatencyOutcome, RateOutcome } from './outcome.js';

/** What a run of a workload says, by metric. */
export type Sample = Readonly<Record<string, number>>;

/** Operations a second. */
export function rateOf({ ops, ms }: RateOutcome): Sample {
  return { rate: (ops / ms) * 1000 };
}

/** Operations a second, of operations that were timed one by one. */
export function rateOfEach({ lat }: LatencyOutcome): Sample {
  return { rate: (lat.length / lat.reduce((sum, microseconds) => sum + microseconds, 0)) * 1e6 };
}

/** Median and 99th percentile, microseconds. */
export function quantilesOf({ lat }: LatencyOutcome): Sample {
  const sorted = lat.toSorted();
  const quantile = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return { p50: quantile(0.5), p99: quantile(0.99) };
}
