/**
 * How much of what its agents and threads promise a swarm keeps, as a ratio: agent steps a second with so many agents, as a share of
 * what `min(agents, threads)` of the fastest single agents would do. Above 1 it is faster to compute agents together than one by one.
 *
 * @param singleRate steps a second of the fastest single agent
 * @param threads threads that agents live on, count, at least 1
 */
export function efficiencyOf(
  { agents, threads, rate }: { readonly agents: number; readonly threads: number; readonly rate: number },
  singleRate: number,
): number {
  return rate / (Math.min(agents, threads) * singleRate);
}

/** The least of the samples that at least this share of them does not exceed. NaN of none. @param share in (0, 1] */
export function quantileOf(samples: readonly number[], share: number): number {
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}
