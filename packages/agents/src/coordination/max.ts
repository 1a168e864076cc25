import { type Combiner, type Numbers, numberAt } from './combiner.js';

/** The largest of each component; -Infinity of nobody. */
export function maxCombiner({
  width,
}: {
  readonly width: number;
}): Combiner<Numbers, Float64Array, Float64Array> {
  return {
    empty: () => new Float64Array(width).fill(Number.NEGATIVE_INFINITY),
    of: (numbers) => Float64Array.from({ length: width }, (_, c) => numberAt(numbers, c)),
    join: (left, right) => left.map((x, c) => Math.max(x, right[c]!)),
    read: (partial) => partial,
  };
}
