/** Something measured: `work` done by one of several means, of which some are the calibration of others. */
export interface Work {
  /** The table it stands in. */
  readonly bench: string;
  readonly work: string;
  /** By what it is done: `skein`, `plain mailbox`, … */
  readonly by: string;
  readonly unit: string;
  /** Whether a larger value is the better one. */
  readonly better: 'more' | 'less';
  /** By what else the same work is done that this is compared with. */
  readonly baselines?: readonly string[];
  /** Each run is a process of its own, which warms up by itself: the first round would be in vain. */
  readonly isFresh?: boolean;
  /** Runs once. Resolves with a value for each metric. */
  run(): Promise<Readonly<Record<string, number>>>;
}

/** One figure: a line of `--json`. */
export interface Figure {
  readonly bench: string;
  readonly work: string;
  readonly by: string;
  readonly metric: string;
  /** Median, least and most over the rounds. */
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly unit: string;
  readonly baseline: string | null;
  /** How many times as good as the baseline: as fast, as small. The median over the rounds. */
  readonly ratio: number | null;
}

/**
 * Runs everything once to warm up, then `rounds` times in turn, so that a slow minute hits all alike.
 *
 * @returns a figure for each metric of each work; of one that has several baselines, one for each of them
 */
export async function measureInTurn(
  works: readonly Work[],
  rounds: number,
  beforeRun: (work: Work) => void,
): Promise<Figure[]> {
  const samples = new Map<Work, Readonly<Record<string, number>>[]>(works.map((work) => [work, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const work of works) {
      if (round === 0 && work.isFresh) continue;
      beforeRun(work);
      const sample = await work.run();
      if (round > 0) samples.get(work)!.push(sample);
    }
  }
  return works.flatMap((work) => {
    const own = samples.get(work)!;
    return Object.keys(own[0]!).flatMap((metric): Figure[] => {
      const values = own.map((sample) => sample[metric]!);
      const { bench, work: name, by, unit, better, baselines = [] } = work;
      const figure = { bench, work: name, by, metric, ...spreadOf(values), unit };
      if (baselines.length === 0) return [{ ...figure, baseline: null, ratio: null }];
      return baselines.map((baseline) => {
        const other = works.find((one) => one.bench === bench && one.work === name && one.by === baseline);
        if (other === undefined) throw new Error(`${bench}, ${name}: nothing is done by ${baseline}`);
        const theirs = samples.get(other)!.map((sample) => sample[metric]!);
        const ratios = values.map((value, i) =>
          better === 'more' ? value / theirs[i]! : theirs[i]! / value,
        );
        return { ...figure, baseline, ratio: spreadOf(ratios).value };
      });
    });
  });
}

function spreadOf(values: readonly number[]): Pick<Figure, 'value' | 'least' | 'most'> {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted.length >> 1;
  const value = sorted.length % 2 === 1 ? sorted[upper]! : (sorted[upper - 1]! + sorted[upper]!) / 2;
  return { value, least: sorted[0]!, most: sorted.at(-1)! };
}
