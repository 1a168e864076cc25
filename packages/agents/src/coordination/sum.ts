import type { Combiner, Numbers } from './combiner.js';
import { numberAt } from './combiner.js';
import {
  addAllExactSums,
  addExactSums,
  type ExactSums,
  exactSumsOf,
  exactZeros,
  roundExactSums,
  SumBuilder,
} from './exact-sum.js';

/** The sum of each component, exact, rounded once; 0 of nobody. */
export function sumCombiner({
  width,
}: {
  readonly width: number;
}): Combiner<Numbers, ExactSums, Float64Array> {
  return {
    empty: () => exactZeros(width),
    of: (numbers) => exactSumsOf(width, (c) => numberAt(numbers, c)),
    ofAll: (all) => {
      const sums = new SumBuilder(width);
      for (const numbers of all) for (let c = 0; c < width; c++) sums.add(c, numberAt(numbers, c));
      return sums.done();
    },
    join: addExactSums,
    joinAll: addAllExactSums,
    read: roundExactSums,
  };
}
