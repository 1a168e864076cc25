import type { Combiner } from './combiner.js';

/** How many contributed, whatever it was: a barrier. */
export function countCombiner(): Combiner<unknown, number, number> {
  return {
    empty: () => 0,
    of: () => 1,
    ofAll: ({ length }) => length,
    join: (left, right) => left + right,
    read: (count) => count,
  };
}
