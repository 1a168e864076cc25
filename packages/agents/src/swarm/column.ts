/**
 * One value, or a row of as many numbers, for each of several places of a swarm, in index order. A typed array holds
 * `length / places` numbers a place.
 */
export type Column = readonly unknown[] | Int32Array | Float64Array;

/** The part of a column for some of its places; of a typed array a view. */
export function sliceColumn(column: Column, from: number, to: number, places: number): Column {
  if (!ArrayBuffer.isView(column)) return column.slice(from, to);
  const width = column.length / places;
  return column.subarray(from * width, to * width);
}

/** What a column has for one place: a value, a number, or a view of a row of numbers. */
export function rowOf(column: Column, place: number, places: number): unknown {
  if (column.length === places) return column[place];
  const width = column.length / places;
  return (column as Int32Array).subarray(place * width, (place + 1) * width);
}
