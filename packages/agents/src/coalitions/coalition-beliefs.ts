import type { Combiner } from '../coordination/combiner.js';
import { addExactSums, type ExactSums, roundExactSums, SumBuilder } from '../coordination/exact-sum.js';
import { addBelief } from '../coordination/fuse.js';
import { rowsOfSums, sumsOfRows } from '../coordination/sum-rows.js';

/** For each coalition what its members believe, added up. Plain data. */
export interface CoalitionBeliefs {
  /** By number, ascending. */
  readonly coalitions: Int32Array;
  /** For each S + 1 components, as in `FusePartial`. */
  readonly sums: ExactSums;
}

/** What a member says: its coalition, S probabilities and, perhaps, a precision behind them. Undefined: is in none. */
type Said = ArrayLike<number> | undefined;

/**
 * What the members of each coalition believe, by coalition: Σ w ln Q(s) for each state, nats, and Σ w, for `fuseSumsFromGround`. What travels is as
 * much for each that has members below, so it is bounded by how many there are. Sums are exact: neither order nor tree shows.
 */
export function coalitionBeliefsCombiner({
  states,
}: {
  readonly states: number;
}): Combiner<Said, CoalitionBeliefs, ReadonlyMap<number, Float64Array>> {
  const width = states + 1;
  const packed = (rows: ReadonlyMap<number, ExactSums>): CoalitionBeliefs => {
    const coalitions = Int32Array.from(rows.keys()).sort();
    const inOrder = Array.from(coalitions, (coalition) => rows.get(coalition)!);
    return { coalitions, sums: sumsOfRows(inOrder, width) };
  };
  const ofAll = (all: readonly Said[]): CoalitionBeliefs => {
    const rows = new Map<number, SumBuilder>();
    for (const said of all) {
      if (said === undefined) continue;
      const coalition = said[0]!;
      if (!rows.has(coalition)) rows.set(coalition, new SumBuilder(width));
      addBelief(rows.get(coalition)!, said, states, 1);
    }
    return packed(new Map(Array.from(rows, ([coalition, sums]) => [coalition, sums.done()])));
  };
  const joinAll = (all: readonly CoalitionBeliefs[]): CoalitionBeliefs => {
    const rows = new Map<number, ExactSums>();
    for (const { coalitions, sums } of all)
      for (const [at, row] of rowsOfSums(sums, width).entries()) {
        // Most have all of their members below one child.
        const before = rows.get(coalitions[at]!);
        rows.set(coalitions[at]!, before === undefined ? row : addExactSums(before, row));
      }
    return packed(rows);
  };
  return {
    empty: () => joinAll([]),
    of: (said) => ofAll([said]),
    ofAll,
    join: (left, right) => joinAll([left, right]),
    joinAll,
    read: ({ coalitions, sums }) =>
      new Map(rowsOfSums(sums, width).map((row, at) => [coalitions[at]!, roundExactSums(row)])),
  };
}
