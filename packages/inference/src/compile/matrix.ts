import { compressColumns, type SparseColumns } from '../model/sparse-columns.js';
import { isSparse, type ModelTensor } from '../model/sparse-tensor.js';
import { elementCount } from '../model/tensor.js';

/**
 * One linear map of a model, `[rows, columns]`: A over the joint states of its factors, or B under one action.
 *
 * Row by row, because kernels compute one output value after the other. Row r lists `values[k]` in column
 * `columns[k]` for k in `[starts[r], starts[r + 1])`, columns ascending; every other entry is `background[r]`, or 0.
 * No listed value equals its background.
 */
export interface Matrix {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
  readonly background: Float64Array | null;
}

/** The likelihood of a modality, `[O, joint states]`. */
export function likelihoodMatrix(source: ModelTensor): Matrix {
  return withBackground(byRows(columnsOf(source), source.shape[0]!, 0, 1));
}

/** The transition of a factor under each of its actions, `[S', joint states of the parents]`. */
export function transitionMatrices(source: ModelTensor): Matrix[] {
  const columns = columnsOf(source);
  const actionCount = source.shape.at(-1)!;
  return Array.from({ length: actionCount }, (_, action) =>
    withBackground(byRows(columns, source.shape[0]!, action, actionCount)),
  );
}

/** The entries that counts list, whatever their values: what stands in an agent's block of a learned tensor. */
export function countMatrices(counts: ModelTensor, actionCount: number): Matrix[] {
  const columns = columnsOf(counts);
  return Array.from({ length: actionCount }, (_, action) =>
    byRows(columns, counts.shape[0]!, action, actionCount),
  );
}

function columnsOf(source: ModelTensor): SparseColumns {
  return isSparse(source) ? source : compressColumns(source);
}

/** Transposes every `step`-th column, from `first` on. */
function byRows(
  { starts, rows, values, background }: SparseColumns,
  rowCount: number,
  first: number,
  step: number,
): Matrix {
  const columnCount = (starts.length - 1) / step;
  const rowStarts = new Int32Array(rowCount + 1);
  for (let column = 0; column < columnCount; column++) {
    const from = column * step + first;
    for (let k = starts[from]!; k < starts[from + 1]!; k++) rowStarts[rows[k]! + 1]! += 1;
  }
  for (let r = 0; r < rowCount; r++) rowStarts[r + 1]! += rowStarts[r]!;
  const rowColumns = new Int32Array(rowStarts[rowCount]!);
  const rowValues = new Float64Array(rowStarts[rowCount]!);
  const next = rowStarts.slice();
  for (let column = 0; column < columnCount; column++) {
    const from = column * step + first;
    for (let k = starts[from]!; k < starts[from + 1]!; k++) {
      const to = next[rows[k]!]!;
      rowColumns[to] = column;
      rowValues[to] = values[k]!;
      next[rows[k]!] = to + 1;
    }
  }
  return { rowCount, columnCount, starts: rowStarts, columns: rowColumns, values: rowValues, background };
}

/** A row whose commonest value fills more than half of it takes that value for its background. */
function withBackground(matrix: Matrix): Matrix {
  if (matrix.background !== null) {
    return matrix.background.every((value) => value === 0) ? { ...matrix, background: null } : matrix;
  }
  const { rowCount, columnCount, starts, columns, values } = matrix;
  const background = new Float64Array(rowCount);
  let keptCount = 0;
  for (let r = 0; r < rowCount; r++) {
    background[r] = majority(values, starts[r]!, starts[r + 1]!, columnCount);
    keptCount +=
      background[r] === 0
        ? starts[r + 1]! - starts[r]!
        : columnCount - countOf(values, starts[r]!, starts[r + 1]!, background[r]!);
  }
  if (background.every((value) => value === 0)) return matrix;

  const keptStarts = new Int32Array(rowCount + 1);
  const keptColumns = new Int32Array(keptCount);
  const kept = new Float64Array(keptCount);
  let to = 0;
  for (let r = 0; r < rowCount; r++) {
    let k = starts[r]!;
    const end = starts[r + 1]!;
    for (let column = 0; column < columnCount; column++) {
      const listed = k < end && columns[k] === column;
      const value = listed ? values[k]! : 0;
      if (listed) k++;
      if (value === background[r]) continue;
      keptColumns[to] = column;
      kept[to] = value;
      to++;
    }
    keptStarts[r + 1] = to;
  }
  return { rowCount, columnCount, starts: keptStarts, columns: keptColumns, values: kept, background };
}

/** The value of more than half of a row's entries, 0 when there is none: the survivor of pairing off unequal ones. */
function majority(values: Float64Array, start: number, end: number, columnCount: number): number {
  if (2 * (end - start) <= columnCount) return 0;
  let candidate = 0;
  let votes = columnCount - (end - start); // the zeros that are not listed
  for (let k = start; k < end; k++) {
    if (votes === 0) candidate = values[k]!;
    votes += values[k] === candidate ? 1 : -1;
  }
  return 2 * countOf(values, start, end, candidate) > columnCount ? candidate : 0;
}

function countOf(values: Float64Array, start: number, end: number, wanted: number): number {
  let count = 0;
  for (let k = start; k < end; k++) if (values[k] === wanted) count++;
  return count;
}

/** A probability that single precision would lose is kept at this, so that what is possible stays so. */
const PROBABILITY_MIN = 1e-30;

/** Probabilities in single precision. */
export function singles(values: Float64Array): Float32Array {
  return Float32Array.from(values, (value) => (value > 0 ? Math.max(value, PROBABILITY_MIN) : value));
}

/** The whole matrix, row-major. */
export function denseValues({
  rowCount,
  columnCount,
  starts,
  columns,
  values,
  background,
}: Matrix): Float32Array {
  const dense = new Float32Array(elementCount([rowCount, columnCount]));
  const listed = singles(values);
  const common = background === null ? null : singles(background);
  for (let r = 0; r < rowCount; r++) {
    if (common !== null) dense.fill(common[r]!, r * columnCount, (r + 1) * columnCount);
    for (let k = starts[r]!; k < starts[r + 1]!; k++) dense[r * columnCount + columns[k]!] = listed[k]!;
  }
  return dense;
}
