/** What was measured of one number of agents on one number of threads. */
export interface ScalePoint {
  readonly agents: number;
  /** Threads that agents live on, count: the main thread, and workers for all others. */
  readonly threads: number;
  readonly stepsPerSecond: number;
  /** See `efficiencyOf`. */
  readonly efficiency: number;
  /** How long a round takes, ms. */
  readonly roundP50Ms: number;
  readonly roundP99Ms: number;
  /** Rounds that were timed, count. */
  readonly rounds: number;
  /** Of a round's time that which is not spent in kernels; null where that is not known. */
  readonly overheadShare: number | null;
  /** By how much each agent made the process grow, bytes; null for so few that it cannot be seen, and on several threads. */
  readonly bytesPerAgent: number | null;
  /** Down the tree and up again, count. */
  readonly hops: number;
  readonly messagesPerActorMax: number;
}

/** What `skein scale` has found out about an example. */
export interface ScaleReport {
  readonly example: string;
  readonly seed: number;
  /** Steps a second of a single agent on the main thread, the median of all times it was measured. */
  readonly singleStepsPerSecond: number;
  readonly points: readonly ScalePoint[];
  /** Whether a person ended it before all had been measured. */
  readonly interrupted: boolean;
}
