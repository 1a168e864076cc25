import { fail } from './sparse-error.js';
import type { SparseTensor } from './sparse-tensor.js';
import { checkAxes, describe, elementCount, isFloat64Array } from './tensor.js';

/** More columns, or more rows, than this are refused: their bookkeeping alone is hundreds of megabytes. */
export const SPARSE_AXIS_MAX: number = 2 ** 26;

/**
 * Checks that the parts of a sparse tensor fit together; its numbers are not looked at.
 *
 * @throws ModelError `INFERENCE_SHAPE_MISMATCH`, `INFERENCE_SPARSE_INVALID`, `INFERENCE_TENSOR_TOO_LARGE`
 */
export function checkSparseTensor(value: SparseTensor, name: string): void {
  const { shape, background, starts, rows, values } = value;
  checkAxes(shape, name);
  const rowCount = shape[0]!;
  const columnCount = checkSize(shape, name);
  if (background !== null) checkFloats(background, rowCount, `${name}.background`);
  checkIntegers(starts, `${name}.starts`);
  checkIntegers(rows, `${name}.rows`);
  if (starts.length !== columnCount + 1) {
    const expected = `${columnCount + 1}, one for each column and one more`;
    fail('INFERENCE_SPARSE_INVALID', `${name}.starts`, expected, `${starts.length}`);
  }
  if (starts[0] !== 0) fail('INFERENCE_SPARSE_INVALID', `${name}.starts`, '0', `${starts[0]}`, [0]);
  for (let column = 0; column < columnCount; column++) {
    if (starts[column + 1]! >= starts[column]!) continue;
    const expected = `at least ${starts[column]}, where the column begins`;
    fail('INFERENCE_SPARSE_INVALID', `${name}.starts`, expected, `${starts[column + 1]}`, [column + 1]);
  }
  const entryCount = starts[columnCount]!;
  if (rows.length !== entryCount) {
    const expected = `${entryCount}, one for each entry that starts counts`;
    fail('INFERENCE_SPARSE_INVALID', `${name}.rows`, expected, `${rows.length}`);
  }
  checkFloats(values, entryCount, `${name}.values`);
  for (let column = 0; column < columnCount; column++) {
    let least = 0;
    for (let k = starts[column]!; k < starts[column + 1]!; k++) {
      if (rows[k]! < least || rows[k]! >= rowCount) {
        const expected = `a row in [${least}, ${rowCount}), ascending in its column`;
        fail('INFERENCE_SPARSE_INVALID', `${name}.rows`, expected, `${rows[k]}`, [k]);
      }
      least = rows[k]! + 1;
    }
  }
}

function checkIntegers(value: unknown, name: string): asserts value is Int32Array {
  if (ArrayBuffer.isView(value) && value instanceof Int32Array) return;
  fail('INFERENCE_SPARSE_INVALID', name, 'an Int32Array', describe(value));
}

function checkFloats(value: unknown, length: number, name: string): void {
  const got = isFloat64Array(value) ? `${value.length} elements` : describe(value);
  if (got === `${length} elements`) return;
  fail('INFERENCE_SPARSE_INVALID', name, `a Float64Array of ${length} elements`, got);
}

/** @returns the number of columns */
export function checkSize(shape: readonly number[], name: string): number {
  const columnCount = elementCount(shape.slice(1));
  if (shape[0]! <= SPARSE_AXIS_MAX && columnCount <= SPARSE_AXIS_MAX) return columnCount;
  const expected = `at most ${SPARSE_AXIS_MAX} rows and as many columns`;
  return fail('INFERENCE_TENSOR_TOO_LARGE', name, expected, `shape [${shape.join(', ')}]`);
}
