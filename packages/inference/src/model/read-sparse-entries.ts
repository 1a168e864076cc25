import type { SparseColumns } from './sparse-columns.js';
import { fail } from './sparse-error.js';
import { describe, indexAt } from './tensor.js';

// What somebody wrote down of a sparse tensor, read and checked at the door; `sparseTensor` puts it together.

/** One finite value a row. @throws ModelError */
export function readBackground(values: ArrayLike<number>, rowCount: number, name: string): Float64Array {
  const length = Array.isArray(values) || ArrayBuffer.isView(values) ? values.length : undefined;
  if (length !== rowCount) {
    const got = length === undefined ? describe(values) : `${length}`;
    fail('INFERENCE_SHAPE_MISMATCH', `${name}.background`, `${rowCount} values, one for each row`, got);
  }
  const background = new Float64Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    background[row] = finite(values[row], `${name}.background`, () => [row]);
  }
  return background;
}

function finite(value: unknown, name: string, index: () => number[]): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return fail('INFERENCE_NOT_FINITE', name, 'a finite number', describe(value), index());
}

/** Entries given column by column, rows ascending. @throws ModelError */
export function packColumns(
  columns: readonly (readonly (readonly [number, number])[])[],
  shape: readonly number[],
  columnCount: number,
  name: string,
): Omit<SparseColumns, 'background'> {
  if (!Array.isArray(columns) || columns.length !== columnCount) {
    fail('INFERENCE_SHAPE_MISMATCH', name, `${columnCount} columns`, describe(columns));
  }
  const starts = new Int32Array(columnCount + 1);
  const rows: number[] = [];
  const values: number[] = [];
  for (let column = 0; column < columnCount; column++) {
    const at = (): number[] => indexAt(shape.slice(1), column);
    const list: unknown = columns[column];
    if (!Array.isArray(list)) {
      fail('INFERENCE_SHAPE_MISMATCH', name, 'a list of [row, value]', describe(list), at());
    }
    let least = 0;
    for (let i = 0; i < list.length; i++) {
      const pair: unknown = list[i];
      if (!Array.isArray(pair) || pair.length !== 2) {
        fail('INFERENCE_SHAPE_MISMATCH', name, 'a [row, value]', describe(pair), at());
      }
      const [row, value] = pair as [number, unknown];
      if (!Number.isInteger(row) || row < 0 || row >= shape[0]!) {
        fail('INFERENCE_SHAPE_MISMATCH', name, `a row in [0, ${shape[0]})`, describe(row), at());
      }
      if (row < least) {
        const expected = `a row of at least ${least}: ascending, each once`;
        fail('INFERENCE_SPARSE_INVALID', name, expected, `${row}`, [row, ...at()]);
      }
      least = row + 1;
      rows.push(row);
      values.push(finite(value, name, () => [row, ...at()]));
    }
    starts[column + 1] = rows.length;
  }
  return { starts, rows: Int32Array.from(rows), values: Float64Array.from(values) };
}

/** Entries given one by one in any order. @throws ModelError */
export function gatherColumns(
  entries: Iterable<readonly [readonly number[], number]>,
  shape: readonly number[],
  columnCount: number,
  name: string,
): Omit<SparseColumns, 'background'> {
  if (typeof entries !== 'object' || entries === null || !(Symbol.iterator in entries)) {
    fail('INFERENCE_SHAPE_MISMATCH', name, 'a list of [index, value]', describe(entries));
  }
  const given: { readonly column: number; readonly row: number; readonly value: number }[] = [];
  for (const entry of entries as Iterable<unknown>) {
    if (!Array.isArray(entry) || entry.length !== 2) {
      fail('INFERENCE_SHAPE_MISMATCH', name, 'an [index, value]', describe(entry), [given.length]);
    }
    const [index, value] = entry as [readonly number[], unknown];
    given.push({ ...placeOf(index, shape, name), value: finite(value, name, () => [...index]) });
  }
  given.sort((a, b) => a.column - b.column || a.row - b.row);
  const starts = new Int32Array(columnCount + 1);
  for (let k = 0; k < given.length; k++) {
    const { column, row } = given[k]!;
    starts[column + 1]! += 1;
    if (k === 0 || given[k - 1]!.column !== column || given[k - 1]!.row !== row) continue;
    const index = [row, ...indexAt(shape.slice(1), column)];
    fail('INFERENCE_SPARSE_INVALID', name, 'each entry once', 'it twice', index);
  }
  for (let column = 0; column < columnCount; column++) starts[column + 1]! += starts[column]!;
  return {
    starts,
    rows: Int32Array.from(given, ({ row }) => row),
    values: Float64Array.from(given, ({ value }) => value),
  };
}

/** Row and column of an index, outermost axis first. @throws ModelError */
export function placeOf(
  index: readonly number[],
  shape: readonly number[],
  name: string,
): { readonly row: number; readonly column: number } {
  const inside =
    Array.isArray(index) &&
    index.length === shape.length &&
    shape.every(
      (length, axis) => Number.isInteger(index[axis]) && index[axis]! >= 0 && index[axis]! < length,
    );
  if (!inside) {
    const got = Array.isArray(index) ? `[${Array.from(index, describe).join(', ')}]` : describe(index);
    fail('INFERENCE_SHAPE_MISMATCH', name, `an index inside shape [${shape.join(', ')}]`, got);
  }
  let column = 0;
  for (let axis = 1; axis < shape.length; axis++) column = column * shape[axis]! + index[axis]!;
  return { row: index[0]!, column };
}
