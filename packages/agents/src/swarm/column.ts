/**
 * One value, or a row of as many numbers, for each of several places of a swarm, in index order. A typed array holds
 * `width` numbers a place.
 */
export type Column = readonly unknown[] | Int32Array | Float64Array;

/**
 * One row for each place of a node, or of one above it on the same shard, where nothing is copied. An object of its own: many messages
 * that wait there hold the same column, and each is charged for what is its own.
 */
export interface Scattered {
  readonly column: Column;
  /** The place of its first row, index. */
  readonly from: number;
  /** Numbers a row, count; of values 1. */
  readonly width: number;
}

/** The part of a column for the places `from` to `to`, exclusive; of a typed array a view. */
export function partOf({ column, from: first, width }: Scattered, from: number, to: number): Scattered {
  const part = ArrayBuffer.isView(column)
    ? column.subarray((from - first) * width, (to - first) * width)
    : column.slice(from - first, to - first);
  return { column: part, from, width };
}

/** One row of a column: a value, a number, or a view of a row of numbers. */
export function rowOf(column: Column, row: number, width: number): unknown {
  if (width === 1) return column[row];
  return (column as Int32Array).subarray(row * width, (row + 1) * width);
}
