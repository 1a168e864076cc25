import type { Combiner, Numbers } from './combiner.js';

/** What agents of one cohort after the other contribute, in index order. Those who are missing leave no gap. */
export function listCombiner(): Combiner<unknown, readonly unknown[], readonly unknown[]> {
  return {
    empty: () => [],
    of: (contribution) => [contribution],
    join: (left, right) => [...left, ...right],
    joinAll: (lists) => lists.flat(1),
    read: (list) => list,
  };
}

/** Rows of numbers, one behind the other; `width` numbers a row, 0 as long as there is no row. Plain data. */
export interface NumberRows<Numbers extends Int32Array | Float64Array> {
  readonly width: number;
  readonly numbers: Numbers;
}

/** Rows of whole numbers: actions. All contributions have one width. */
export function int32Combiner(): Combiner<Numbers, NumberRows<Int32Array>, NumberRows<Int32Array>> {
  return rowsCombiner(Int32Array);
}

/** Rows of numbers. All contributions have one width. */
export function float64Combiner(): Combiner<Numbers, NumberRows<Float64Array>, NumberRows<Float64Array>> {
  return rowsCombiner(Float64Array);
}

type ArrayType<Rows> = { new (length: number): Rows };

function rowsCombiner<Rows extends Int32Array | Float64Array>(
  Rows: ArrayType<Rows>,
): Combiner<Numbers, NumberRows<Rows>, NumberRows<Rows>> {
  const empty: NumberRows<Rows> = { width: 0, numbers: new Rows(0) };
  const joinRows = (all: readonly NumberRows<Rows>[]): NumberRows<Rows> => {
    if (all.length === 1) return all[0]!;
    let length = 0;
    let width = 0;
    for (const one of all) {
      length += one.numbers.length;
      width = Math.max(width, one.width);
    }
    const numbers = new Rows(length);
    let at = 0;
    for (const one of all) {
      numbers.set(one.numbers, at);
      at += one.numbers.length;
    }
    return { width, numbers };
  };
  return {
    empty: () => empty,
    of: (contribution) => {
      const width = typeof contribution === 'number' ? 1 : contribution.length;
      const numbers = new Rows(width);
      if (typeof contribution === 'number') numbers[0] = contribution;
      else numbers.set(contribution);
      return { width, numbers };
    },
    join: (left, right) => joinRows([left, right]),
    joinAll: joinRows,
    read: (rows) => rows,
  };
}
