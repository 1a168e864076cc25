/** Something whose time is taken. */
export interface Timed {
  readonly name: string;
  /** Operations that one run stands for, count. */
  readonly operations: number;
  /** Runs once. @returns milliseconds of what is to be measured; preparations may be left out */
  run(): number;
}

/** Microseconds an operation, over the rounds. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** Of each round. */
  readonly samples: readonly number[];
}

/** How long to measure. */
export interface Effort {
  /** Times that everything is measured in turn, count. */
  readonly rounds: number;
  /** Milliseconds that one measurement lasts at least. */
  readonly sampleMs: number;
}

/**
 * Measures everything in turn, round after round, so that a slow minute hits all alike. A first round, which is not
 * counted, warms up and finds how many runs fill a sample.
 */
export function interleave(works: readonly Timed[], { rounds, sampleMs }: Effort): Map<Timed, Spread> {
  const runs = works.map((work) => {
    let ms = 0;
    let count = 0;
    const until = performance.now() + 4 * sampleMs;
    do {
      ms += work.run();
      count++;
    } while (ms < sampleMs && performance.now() < until);
    return Math.max(1, Math.round((sampleMs * count) / Math.max(ms, 1e-3)));
  });
  const samples: number[][] = works.map(() => []);
  for (let round = 0; round < rounds; round++) {
    works.forEach((work, i) => {
      let ms = 0;
      for (let run = 0; run < runs[i]!; run++) ms += work.run();
      samples[i]!.push((1000 * ms) / (runs[i]! * work.operations));
    });
  }
  return new Map(works.map((work, i) => [work, spreadOf(samples[i]!)]));
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1]!, least: sorted[0]!, most: sorted.at(-1)!, samples: values };
}

/** How many times longer one took than another, the median over the rounds: a busy moment hits both of a round. */
export function timesLonger(one: Spread, other: Spread): number {
  return spreadOf(one.samples.map((sample, round) => sample / other.samples[round]!)).median;
}
