import type { Combiner, Numbers } from './combiner.js';
import { type Ranking, topKCombiner } from './top-k.js';

/** Who reports the largest value, of equals the least index. */
export interface Argmax {
  readonly index: number;
  readonly value: number;
}

/** The agent that reports the largest first component; undefined of nobody. */
export function argmaxCombiner(): Combiner<Numbers, Ranking, Argmax | undefined> {
  return {
    ...topKCombiner({ count: 1 }),
    read: ({ indices, values }) =>
      indices.length === 0 ? undefined : { index: indices[0]!, value: values[0]! },
  };
}
