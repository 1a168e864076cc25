import type { SparseColumns } from '../model/sparse-columns.js';

/**
 * Visits one column, row by row: the entries it lists and, where there is a background, what stands in all the
 * other rows.
 *
 * @param visit is called with the row and what stands there; without a background, only for the rows listed
 */
export function eachEntry(
  { background, starts, rows, values }: SparseColumns,
  column: number,
  visit: (row: number, value: number) => void,
): void {
  const end = starts[column + 1]!;
  let k = starts[column]!;
  if (background === null) {
    for (; k < end; k++) visit(rows[k]!, values[k]!);
    return;
  }
  for (let row = 0; row < background.length; row++) {
    const listed = k < end && rows[k] === row;
    visit(row, listed ? values[k]! : background[row]!);
    if (listed) k++;
  }
}
