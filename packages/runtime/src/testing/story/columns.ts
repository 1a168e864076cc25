/** Two columns that must be so far apart; `from` is left of `to`. */
export interface Distance {
  readonly from: number;
  readonly to: number;
  readonly cells: number;
}

/** Where the columns of a picture stand. */
export interface Columns {
  /** Cell of each column, rising. */
  readonly at: readonly number[];
  /** Cells from edge to edge. */
  readonly width: number;
}

/** Free cells between two columns' headings. */
const GAP = 2;

/**
 * The narrowest placement of columns, from left to right, in which headings centred on them keep apart and every
 * distance is kept. A heading of n cells reaches ⌊n / 2⌋ cells left of its column.
 *
 * @param headings cells of each column's heading
 */
export function placeColumns(headings: readonly number[], distances: readonly Distance[]): Columns {
  const at = headings.map((cells, column) => (column === 0 ? leftOf(cells) : 0));
  const arriving = headings.map((): Distance[] => []);
  for (const distance of distances) arriving[distance.to]!.push(distance);
  for (let column = 1; column < at.length; column++) {
    at[column] = at[column - 1]! + rightOf(headings[column - 1]!) + GAP + leftOf(headings[column]!) + 1;
    for (const { from, cells } of arriving[column]!) at[column] = Math.max(at[column]!, at[from]! + cells);
  }
  const last = headings.length - 1;
  const width = last < 0 ? 0 : at[last]! + 1 + rightOf(headings[last]!);
  return { at, width };
}

/** Cells of a heading left of its column. */
export function leftOf(cells: number): number {
  return Math.floor(cells / 2);
}

function rightOf(cells: number): number {
  return Math.max(0, cells - leftOf(cells) - 1);
}
