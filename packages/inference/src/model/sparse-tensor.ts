import { checkSize, checkSparseTensor } from './check-sparse-tensor.js';
import { gatherColumns, packColumns, placeOf, readBackground } from './read-sparse-entries.js';
import { compressColumns, findEntry, type SparseColumns } from './sparse-columns.js';
import { fail } from './sparse-error.js';
import { checkAxes, checkTensor, describe, indexAt, type Tensor, zeros } from './tensor.js';

/**
 * A tensor of which only what stands out is kept: for each row (index of axis 0) one background value, and for each
 * column the entries that differ from the background of their rows.
 *
 * Plain data, so it survives a structured clone. Element `[r, i, j, ...]` stands in column `i * J * ... + j * ... +`
 * (row-major over all axes but the first); it is the entry of that column at row r where there is one, and
 * `background[r]`, or 0 without a background, where there is none. A noisy identity of S states is S background values and S
 * entries; the certain moves of U actions are S x U entries and no background.
 *
 * Build it with `sparseTensor` or `sparseFromDense`.
 */
export interface SparseTensor extends SparseColumns {
  /** `[R, ...C]`. */
  readonly shape: readonly number[];
}

/** The two forms of a likelihood or a transition. `isSparse` tells them apart. */
export type ModelTensor = Tensor | SparseTensor;

/** The entries of a sparse tensor, one by one in any order, or all of each column. */
export type SparseTensorSpec = {
  /** `[R, ...C]`: axis 0 are the rows. */
  readonly shape: readonly number[];
  /** What a row holds wherever no entry is given, `[R]`. Default: 0 in every row. */
  readonly background?: ArrayLike<number> | null;
} & (
  | {
      /** `[index, value]`, index outermost axis first; in any order, none twice. */
      readonly entries: Iterable<readonly [index: readonly number[], value: number]>;
      readonly columns?: undefined;
    }
  | {
      /** For each column its `[row, value]`, rows ascending; columns row-major over the axes after the first. */
      readonly columns: readonly (readonly (readonly [row: number, value: number])[])[];
      readonly entries?: undefined;
    }
);

/**
 * Makes a sparse tensor of its entries.
 *
 * @param name how errors call it, e.g. `A[1]`
 * @throws ModelError `INFERENCE_SHAPE_MISMATCH` for a shape that is none, a background or a list of columns of another length, an
 *   index outside the shape; `INFERENCE_SPARSE_INVALID` for an entry given twice or rows out of order;
 *   `INFERENCE_NOT_FINITE`; `INFERENCE_TENSOR_TOO_LARGE` for more than `SPARSE_AXIS_MAX` rows or columns
 *
 * @example
 * // Sees the right one of 1000 cells with 0.9, any other with 0.1 / 999 each.
 * sparseTensor({
 *   shape: [1000, 1000],
 *   background: new Float64Array(1000).fill(0.1 / 999),
 *   columns: Array.from({ length: 1000 }, (_, cell) => [[cell, 0.9]]),
 * });
 */
export function sparseTensor(spec: SparseTensorSpec, name = 'tensor'): SparseTensor {
  if (typeof spec !== 'object' || spec === null) {
    fail('INFERENCE_SHAPE_MISMATCH', name, 'a sparse tensor { shape, entries or columns }', describe(spec));
  }
  checkAxes(spec.shape, name);
  const shape = [...spec.shape];
  const columnCount = checkSize(shape, name);
  const background = spec.background == null ? null : readBackground(spec.background, shape[0]!, name);
  const columns =
    spec.columns === undefined
      ? gatherColumns(spec.entries, shape, columnCount, name)
      : packColumns(spec.columns, shape, columnCount, name);
  return { shape, background, ...columns };
}

/**
 * The sparse form of a dense tensor; the same tensor, entry for entry.
 *
 * @param options.background `detect` (the default) takes the commonest entry of each row for its background where
 *   that makes the whole tensor smaller; `none` lists every entry but the zeros, as a tensor to be learned must
 * @throws ModelError `INFERENCE_SHAPE_MISMATCH`, `INFERENCE_NOT_FINITE`
 */
export function sparseFromDense(
  source: Tensor,
  options: { readonly background?: 'detect' | 'none' } = {},
): SparseTensor {
  checkTensor(source, 'tensor');
  const shape = [...source.shape];
  const columnCount = checkSize(shape, 'tensor');
  source.data.forEach((entry, offset) => {
    if (Number.isFinite(entry)) return;
    fail('INFERENCE_NOT_FINITE', 'tensor', 'a finite number', `${entry}`, indexAt(shape, offset));
  });
  const background = options.background === 'none' ? null : commonestOfRows(source, columnCount);
  if (background === null) return { shape, ...compressColumns(source) };

  // What differs from the background is not zero once the background is taken off; its own values follow.
  const differs = source.data.map((entry, offset) =>
    entry === background[Math.floor(offset / columnCount)] ? 0 : 1,
  );
  const { starts, rows, values } = compressColumns({ shape, data: differs });
  for (let column = 0; column < columnCount; column++) {
    for (let k = starts[column]!; k < starts[column + 1]!; k++) {
      values[k] = source.data[rows[k]! * columnCount + column]!;
    }
  }
  return { shape, background, starts, rows, values };
}

/**
 * The dense form of either form, for small models, printing and comparison. A dense tensor is returned as it is.
 *
 * @throws ModelError `INFERENCE_TENSOR_TOO_LARGE` beyond `ELEMENT_COUNT_MAX` elements
 */
export function toDense(source: ModelTensor): Tensor {
  if (!isSparse(source)) return source;
  const { shape, background, starts, rows, values } = source;
  const columnCount = starts.length - 1;
  const dense = zeros(shape);
  background?.forEach((value, row) => {
    dense.data.fill(value, row * columnCount, (row + 1) * columnCount);
  });
  for (let column = 0; column < columnCount; column++) {
    for (let k = starts[column]!; k < starts[column + 1]!; k++) {
      dense.data[rows[k]! * columnCount + column] = values[k]!;
    }
  }
  return dense;
}

/**
 * One entry of a tensor of either form.
 *
 * @param index outermost axis first
 * @throws ModelError `INFERENCE_SHAPE_MISMATCH` for an index outside the shape
 *
 * @example
 * entryAt(model.B[0]!, [next, state, action]) // P(next given state, action)
 */
export function entryAt(source: ModelTensor, index: readonly number[]): number {
  const { row, column } = placeOf(index, source.shape, 'tensor');
  return readEntry(source, row, column);
}

/** `entryAt` by row and column, both known to be inside. */
export function readEntry(source: ModelTensor, row: number, column: number): number {
  if (!isSparse(source)) return source.data[row * (source.data.length / source.shape[0]!) + column]!;
  const k = findEntry(source, column, row);
  return k < 0 ? (source.background?.[row] ?? 0) : source.values[k]!;
}

/**
 * A tensor of the same form with every entry replaced; in a sparse one the entries it lists, so 0 must stay 0.
 *
 * @param replace gets an entry and its column
 * @throws ModelError `INFERENCE_NOT_LEARNABLE` for a background: it stands in many columns and cannot become a
 *   different number in each
 */
export function mapEntries<T extends ModelTensor>(
  source: T,
  replace: (entry: number, column: number) => number,
  name?: string,
): T;
export function mapEntries(
  source: ModelTensor,
  replace: (entry: number, column: number) => number,
  name = 'tensor',
): ModelTensor {
  if (!isSparse(source)) {
    const { shape, data } = source;
    const columnCount = data.length / shape[0]!;
    return { shape, data: data.map((entry, offset) => replace(entry, offset % columnCount)) };
  }
  const { shape, background, starts, rows } = source;
  if (background !== null) fail('INFERENCE_NOT_LEARNABLE', name, 'no background', 'one');
  const values = source.values.slice();
  for (let column = 0; column + 1 < starts.length; column++) {
    for (let k = starts[column]!; k < starts[column + 1]!; k++) values[k] = replace(values[k]!, column);
  }
  return { shape, background, starts, rows, values };
}

/** Indices, outermost axis first, of the entry listed at `k`. */
export function entryIndex({ shape, starts, rows }: SparseTensor, k: number): number[] {
  let column = 0;
  while (starts[column + 1]! <= k) column++; // only ever walked to say where an error is
  return [rows[k]!, ...indexAt(shape.slice(1), column)];
}

/** Whether a tensor is sparse. Anything with `starts` is meant to be; `checkModelTensor` sees that it is. */
export function isSparse(value: unknown): value is SparseTensor {
  return typeof value === 'object' && value !== null && 'starts' in value;
}

/**
 * Checks that a value is a tensor of either form, whole in itself; its numbers are not looked at.
 *
 * @throws ModelError `INFERENCE_SHAPE_MISMATCH`, `INFERENCE_SPARSE_INVALID`, `INFERENCE_TENSOR_TOO_LARGE`
 */
export function checkModelTensor(value: unknown, name: string): asserts value is ModelTensor {
  if (isSparse(value)) checkSparseTensor(value, name);
  else checkTensor(value, name);
}

/** The commonest entry of each row, or null when listing all but the zeros takes no more room. */
function commonestOfRows({ shape, data }: Tensor, columnCount: number): Float64Array | null {
  const background = new Float64Array(shape[0]!);
  let saved = 0;
  for (let row = 0; row < background.length; row++) {
    const counts = new Map<number, number>([[0, 0]]); // zeros first: among equals, no background
    for (let column = 0; column < columnCount; column++) {
      const entry = data[row * columnCount + column]!;
      counts.set(entry, (counts.get(entry) ?? 0) + 1);
    }
    let commonest = 0;
    for (const [entry, count] of counts) if (count > counts.get(commonest)!) commonest = entry;
    background[row] = commonest;
    saved += counts.get(commonest)! - counts.get(0)!;
  }
  return saved > background.length ? background : null;
}
