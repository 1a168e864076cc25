/** What a run of a workload found: so many operations, done in so long. */
export interface RateOutcome {
  /** Operations, count. */
  readonly ops: number;
  /** How long all of them took together, ms. */
  readonly ms: number;
}

/** What a run of a workload found that times each operation. */
export interface LatencyOutcome {
  /** How long each took, microseconds, in the order of asking. */
  readonly lat: Float64Array;
}

/** Times `work`, awaiting what it returns. */
export async function timed(ops: number, work: () => unknown): Promise<RateOutcome> {
  const startedMs = performance.now();
  await work();
  return { ops, ms: performance.now() - startedMs };
}

/** Times `n` operations, each begun when the one before has ended. */
export async function timedEach(n: number, operate: () => Promise<unknown>): Promise<LatencyOutcome> {
  const lat = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const startedMs = performance.now();
    await operate();
    lat[i] = (performance.now() - startedMs) * 1000;
  }
  return { lat };
}

/** Throws when a workload has not done what it claims: then its time means nothing. */
export function mustBe(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`${what}: expected ${String(expected)}, found ${String(found)}`);
}
