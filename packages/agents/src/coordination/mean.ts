import type { Combiner, Numbers } from './combiner.js';
import type { ExactSums } from './exact-sum.js';
import { sumCombiner } from './sum.js';

/** Exact sums, and of how many. */
export interface MeanPartial {
  readonly sums: ExactSums;
  /** Contributions, count. */
  readonly count: number;
}

/** The mean of each component, its sum being exact; NaN of nobody. */
export function meanCombiner({
  width,
}: {
  readonly width: number;
}): Combiner<Numbers, MeanPartial, Float64Array> {
  const sum = sumCombiner({ width });
  return {
    empty: () => ({ sums: sum.empty(), count: 0 }),
    of: (numbers, index) => ({ sums: sum.of(numbers, index), count: 1 }),
    ofAll: (all, indices) => ({ sums: sum.ofAll!(all, indices), count: all.length }),
    join: (left, right) => ({
      sums: sum.join(left.sums, right.sums),
      count: left.count + right.count,
    }),
    joinAll: (all) => ({
      sums: sum.joinAll!(all.map(({ sums }) => sums)),
      count: all.reduce((total, { count }) => total + count, 0),
    }),
    read: ({ sums, count }) => sum.read(sums).map((total) => total / count),
  };
}
