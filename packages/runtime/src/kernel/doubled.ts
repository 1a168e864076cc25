/** A column of twice the length that begins with the same numbers. */
export function doubled(column: Int32Array): Int32Array {
  const longer = new Int32Array(column.length * 2);
  longer.set(column);
  return longer;
}
