/** What one run of a workload did, and how long it took. */
export interface Run {
  /** Operations, count. */
  readonly operations: number;
  readonly ms: number;
}

/** Rates of several runs of one workload, operations a second. */
export interface Rate {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** A workload and the calibration of the same run that its rate is a ratio to. */
export interface Workload {
  readonly name: string;
  readonly unit: string;
  /** Another workload's name; none for a calibration itself. */
  readonly baseline?: string;
  run(): Promise<Run>;
}

/** Times `work`. */
export async function timed(operations: number, work: () => Promise<void> | void): Promise<Run> {
  const startedMs = performance.now();
  await work();
  return { operations, ms: performance.now() - startedMs };
}

/** Runs all workloads once to warm up, then `repeats` times in turn, so that a slow minute hits all alike. */
export async function measure(
  workloads: readonly Workload[],
  repeats: number,
  onRun: (name: string) => void,
): Promise<Map<string, Rate>> {
  const rates = new Map<string, number[]>(workloads.map(({ name }) => [name, []]));
  for (let repeat = 0; repeat <= repeats; repeat++) {
    for (const { name, run } of workloads) {
      onRun(name);
      const { operations, ms } = await run();
      if (repeat > 0) rates.get(name)!.push((operations / ms) * 1000);
    }
  }
  return new Map([...rates].map(([name, values]) => [name, spread(values)]));
}

function spread(values: readonly number[]): Rate {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1]!, min: sorted[0]!, max: sorted.at(-1)! };
}
