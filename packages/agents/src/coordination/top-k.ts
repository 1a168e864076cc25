import { type Combiner, type Numbers, numberAt } from './combiner.js';

/** Agents and what they reported, side by side, the largest first; of equals the least index first. Plain data. */
export interface Ranking {
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

/** The `count` agents that report the largest first component, and those values. */
export function topKCombiner({ count }: { readonly count: number }): Combiner<Numbers, Ranking, Ranking> {
  return {
    empty: () => ({ indices: new Int32Array(0), values: new Float64Array(0) }),
    of: (numbers, index) => ({
      indices: Int32Array.of(index),
      values: Float64Array.of(numberAt(numbers, 0)),
    }),
    join: (left, right) => mergeRankings(left, right, count),
    read: (partial) => partial,
  };
}

/** Of equals that on the left is first, whose index is less. */
function mergeRankings(left: Ranking, right: Ranking, count: number): Ranking {
  const length = Math.min(count, left.indices.length + right.indices.length);
  const indices = new Int32Array(length);
  const values = new Float64Array(length);
  let l = 0;
  let r = 0;
  for (let at = 0; at < length; at++) {
    const fromLeft =
      r === right.values.length || (l < left.values.length && left.values[l]! >= right.values[r]!);
    const [side, i] = fromLeft ? [left, l++] : [right, r++];
    indices[at] = side.indices[i]!;
    values[at] = side.values[i]!;
  }
  return { indices, values };
}
