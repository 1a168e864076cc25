import type { Combiner } from './combiner.js';

/**
 * The sum of vectors as plain additions from left to right, for evidence, whose vectors are long: it rounds as it
 * goes, so it is the same for the same tree, and almost the same for another. Undefined of nobody.
 */
export function addCombiner(): Combiner<Float64Array, Float64Array | undefined, Float64Array | undefined> {
  const joinVectors = (vectors: readonly (Float64Array | undefined)[]): Float64Array | undefined => {
    let sum: Float64Array | undefined;
    for (const vector of vectors) {
      if (vector === undefined) continue;
      if (sum === undefined) sum = vector.slice();
      else addInto(sum, vector);
    }
    return sum;
  };
  return {
    empty: () => undefined,
    of: (vector) => vector,
    join: (left, right) => joinVectors([left, right]),
    joinAll: joinVectors,
    read: (sum) => sum,
  };
}

/** Adds `term` to `sum`, in place. */
export function addInto(sum: Float64Array, term: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += term[i]!;
}
