/** What grows is made this many times longer. */
const GROWTH = 1.5;
const LENGTH_LEAST = 16;

/** A column that has a place at `index`: the same, or a longer copy of it. */
export function withRoom<Column extends Int32Array | Uint32Array | Float64Array>(
  column: Column,
  index: number,
): Column {
  if (index < column.length) return column;
  const length = Math.max(LENGTH_LEAST, index + 1, Math.ceil(column.length * GROWTH));
  const longer = new (column.constructor as new (length: number) => Column)(length);
  longer.set(column);
  return longer;
}
