import type { JointSupport } from '../math/tensor-contraction.js';
import { elementCount, type Tensor } from './tensor.js';

/**
 * The columns (axis 0) of a tensor, each by the entries that stand out from the background of their rows.
 *
 * Column j holds `values[k]` at row `rows[k]` for k in `[starts[j], starts[j + 1])`, rows ascending; any other row
 * of it holds `background[row]`. Columns are numbered row-major over the other axes. A deterministic transition has
 * one entry a column and no background, so pushing a belief through it costs as many operations as the belief has
 * states.
 */
export interface SparseColumns {
  /** What a row holds in every column that does not list it, `[R]`; null: 0 in every row. */
  readonly background: Float64Array | null;
  /** Where the entries of each column begin, `[columns + 1]`; the last is the number of entries. */
  readonly starts: Int32Array;
  /** The row of each entry, ascending in a column. */
  readonly rows: Int32Array;
  readonly values: Float64Array;
}

/** The columns of a dense tensor without their zeros, over no background. */
export function compressColumns({ shape, data }: Tensor): SparseColumns {
  const columnCount = elementCount(shape.slice(1));
  const starts = new Int32Array(columnCount + 1);
  data.forEach((entry, offset) => {
    if (entry !== 0) starts[(offset % columnCount) + 1]! += 1;
  });
  for (let column = 0; column < columnCount; column++) starts[column + 1]! += starts[column]!;

  const rows = new Int32Array(starts[columnCount]!);
  const values = new Float64Array(starts[columnCount]!);
  const next = starts.slice();
  data.forEach((entry, offset) => {
    if (entry === 0) return;
    const column = offset % columnCount;
    const k = next[column]!;
    rows[k] = Math.floor(offset / columnCount);
    values[k] = entry;
    next[column] = k + 1;
  });
  return { background: null, starts, rows, values };
}

/** One of the indices of a tensor's last axis: column `c` of the axes before it is column `c * count + index`. */
export interface LastAxis {
  readonly index: number;
  readonly count: number;
}

/** For a tensor whose joint states are its columns. */
export const NO_LAST_AXIS: LastAxis = { index: 0, count: 1 };

/**
 * A weighted sum of columns: `y[row] = sum_i weights[i] X[row, offsets[i]]`.
 *
 * Costs as much as there are rows and entries in those columns, however wide the tensor.
 *
 * @param joint the columns, by their offsets, and their weights, at least 0
 * @param last  the index of the last axis when the offsets do not count it, an action for example
 * @returns `[R]`, a new array; exactly 0 where every column of positive weight holds 0
 */
export function mixColumns(
  source: SparseColumns,
  rowCount: number,
  joint: JointSupport,
  last: LastAxis = NO_LAST_AXIS,
): Float64Array {
  const { background, starts, rows, values } = source;
  const { offsets, weights } = joint;
  const mixture = new Float64Array(rowCount);
  for (let i = 0; i < offsets.length; i++) {
    const column = offsets[i]! * last.count + last.index;
    for (let k = starts[column]!; k < starts[column + 1]!; k++)
      mixture[rows[k]!]! += weights[i]! * values[k]!;
  }
  if (background !== null) {
    const unlisted = unlistedWeights(source, rowCount, joint, last);
    for (let row = 0; row < rowCount; row++) mixture[row]! += background[row]! * unlisted[row]!;
  }
  return mixture;
}

/** For each row, the weight of the columns that do not list it. */
function unlistedWeights(
  source: SparseColumns,
  rowCount: number,
  { offsets, weights }: JointSupport,
  { index, count }: LastAxis,
): Float64Array {
  const { starts, rows } = source;
  const listed = new Float64Array(rowCount);
  let total = 0;
  for (let i = 0; i < offsets.length; i++) {
    const column = offsets[i]! * count + index;
    total += weights[i]!;
    for (let k = starts[column]!; k < starts[column + 1]!; k++) listed[rows[k]!]! += weights[i]!;
  }
  return listed.map((weight, row) => {
    if (weight <= total / 2) return total - weight;
    // The difference would be mostly rounding, where a state must not come into being or vanish by rounding. Few
    // rows are listed by most of the weight, so these can afford to be summed.
    let rest = 0;
    for (let i = 0; i < offsets.length; i++) {
      if (findEntry(source, offsets[i]! * count + index, row) < 0) rest += weights[i]!;
    }
    return rest;
  });
}

/** Where a column lists a row, as an index of `rows` and `values`; -1 when it does not. */
export function findEntry({ starts, rows }: SparseColumns, column: number, row: number): number {
  let low = starts[column]!;
  let high = starts[column + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return low < starts[column + 1]! && rows[low] === row ? low : -1;
}

/**
 * For each column, the sum of a measure of its entries, those of the background included.
 *
 * Costs as much as there are rows and entries: what the background comes to is summed once, and each column takes
 * off what it lists. That rounds at the size of the whole background's sum.
 *
 * @param measure of an entry, at least 0
 */
export function sumColumns(
  { background, starts, rows, values }: SparseColumns,
  measure: (entry: number) => number,
): Float64Array {
  const behind = background?.map(measure) ?? null;
  const total = behind?.reduce((sum, measured) => sum + measured, 0) ?? 0;
  const sums = new Float64Array(starts.length - 1);
  for (let column = 0; column < sums.length; column++) {
    let listed = 0;
    let hidden = 0;
    for (let k = starts[column]!; k < starts[column + 1]!; k++) {
      listed += measure(values[k]!);
      if (behind !== null) hidden += behind[rows[k]!]!;
    }
    // A column that lists every row hides the sum in the order it was made in: nothing is left, not even rounding.
    sums[column] = listed + Math.max(total - hidden, 0);
  }
  return sums;
}

/** Where the entries of each row stand, so that one row can be read without visiting every column. */
export interface RowIndex {
  /** Where each row begins in the two lists, `[R + 1]`. */
  readonly starts: Int32Array;
  /** The column of each entry, ascending in a row. */
  readonly columns: Int32Array;
  /** Its place in the `values` of the columns. */
  readonly entries: Int32Array;
}

/** Lists the entries row by row. */
export function indexRows({ starts: columnStarts, rows }: SparseColumns, rowCount: number): RowIndex {
  const starts = new Int32Array(rowCount + 1);
  for (let k = 0; k < rows.length; k++) starts[rows[k]! + 1]! += 1;
  for (let row = 0; row < rowCount; row++) starts[row + 1]! += starts[row]!;

  const columns = new Int32Array(rows.length);
  const entries = new Int32Array(rows.length);
  const next = starts.slice();
  for (let column = 0; column + 1 < columnStarts.length; column++) {
    for (let k = columnStarts[column]!; k < columnStarts[column + 1]!; k++) {
      const at = next[rows[k]!]!;
      columns[at] = column;
      entries[at] = k;
      next[rows[k]!] = at + 1;
    }
  }
  return { starts, columns, entries };
}
