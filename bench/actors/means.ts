import type { LatencyOutcome, RateOutcome } from './outcome.js';

/** What the workloads on one thread can be done with. `n` is the number of operations, count. */
export interface Means {
  /** By the workload's name. */
  readonly rates: Readonly<Record<string, (n: number) => Promise<RateOutcome>>>;
  readonly ask: (n: number) => Promise<LatencyOutcome>;
  /** Starts actors that do nothing; returns what keeps them there. */
  readonly idle: (n: number) => readonly unknown[] | Promise<readonly unknown[]>;
}
