import type { Combiner } from '../coordination/combiner.js';

/** For each coalition who has said the largest number, of equals the least index. Plain data. */
export interface CoalitionBest {
  /** By number, ascending. */
  readonly coalitions: Int32Array;
  /** The agent of each, index. */
  readonly indices: Int32Array;
  /** What it said. */
  readonly values: Float64Array;
}

/** What a member says: its coalition, and the number, before others that do not count. Undefined: is in none. */
type Bid = ArrayLike<number> | undefined;

/**
 * The best member of each coalition, by coalition. What travels is one row for each that has members below, so it is bounded by how many there
 * are, however many members they have.
 */
export function coalitionBestCombiner(): Combiner<Bid, CoalitionBest, ReadonlyMap<number, number>> {
  const ofAll = (bids: readonly Bid[], indices: ArrayLike<number>): CoalitionBest => {
    const best = new BestByCoalition();
    for (const [at, bid] of bids.entries()) if (bid !== undefined) best.put(bid[0]!, indices[at]!, bid[1]!);
    return best.done();
  };
  const joinAll = (all: readonly CoalitionBest[]): CoalitionBest => {
    const best = new BestByCoalition();
    for (const { coalitions, indices, values } of all)
      for (let at = 0; at < coalitions.length; at++) best.put(coalitions[at]!, indices[at]!, values[at]!);
    return best.done();
  };
  return {
    empty: () => joinAll([]),
    of: (bid, index) => ofAll([bid], [index]),
    ofAll,
    join: (left, right) => joinAll([left, right]),
    joinAll,
    read: ({ coalitions, indices }) =>
      new Map(Array.from(coalitions, (coalition, at) => [coalition, indices[at]!])),
  };
}

class BestByCoalition {
  readonly #best = new Map<number, { readonly index: number; readonly value: number }>();

  /** In order of index: of equals the first stays. */
  put(coalition: number, index: number, value: number): void {
    const best = this.#best.get(coalition);
    if (best === undefined || value > best.value) this.#best.set(coalition, { index, value });
  }

  done(): CoalitionBest {
    const coalitions = Int32Array.from(this.#best.keys()).sort();
    return {
      coalitions,
      indices: coalitions.map((coalition) => this.#best.get(coalition)!.index),
      values: Float64Array.from(coalitions, (coalition) => this.#best.get(coalition)!.value),
    };
  }
}
