/**
 * One value, or a row of as many numbers, for each of several places of a swarm, in index order. A typed array holds
 * `width` numbers a place.
 */
export type Column = readonly unknown[] | Int32Array | Float64Array;

/** The part of a column from one row to another; of a typed array a view. */
export function sliceColumn(column: Column, from: number, to: number, width: number): Column {
  if (!ArrayBuffer.isView(column)) return column.slice(from, to);
  return column.subarray(from * width, to * width);
}

/** One row of a column: a value, a number, or a view of a row of numbers. */
export function rowOf(column: Column, row: number, width: number): unknown {
  if (width === 1) return column[row];
  return (column as Int32Array).subarray(row * width, (row + 1) * width);
}
