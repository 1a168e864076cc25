import { linearMapWords } from '../kernels/structs.js';
import { LOG_EPSILON } from '../math/safe-log.js';
import type { Image, Part } from '../memory/image.js';
import { FORM_CODES, type Form } from './form.js';
import { denseValues, type Matrix, singles } from './matrix.js';

/** Bytes from one value of a block to the next. */
const ROW_BYTES = 16;

/**
 * Adds a matrix to an image in one of its possible forms.
 *
 * @param withLogs also `ln(entry + 1e-16)`, which mean-field perception reads
 */
export function addMap(image: Image, matrix: Matrix, form: Form, withLogs = false): Part {
  const { rowCount, columnCount, starts, columns, background } = matrix;
  const absent = { starts: null, indices: null, values: null, background: null, deltas: null };
  const noLogs = { logValues: null, logBackground: null };
  const shape = { form: FORM_CODES[form], rows: rowCount, columns: columnCount };
  if (form === 'identity') return image.add(linearMapWords({ ...shape, ...absent, ...noLogs }));
  if (form === 'dense') {
    const values = denseValues(matrix);
    const logValues = withLogs ? image.add(logsOf(values)) : null;
    return image.add(
      linearMapWords({ ...shape, ...absent, ...noLogs, values: image.add(values), logValues }),
    );
  }
  const indices = image.add(columns.map((column) => column * ROW_BYTES));
  const oneEachRow = form === 'gather' || form === 'noisy-gather';
  const listed = { ...absent, indices, starts: oneEachRow ? null : image.add(starts) };
  if (form === 'gather' || form === 'one-hot') {
    return image.add(linearMapWords({ ...shape, ...listed, ...noLogs }));
  }
  const values = singles(matrix.values);
  const logs = withLogs
    ? {
        logValues: image.add(logsOf(values)),
        logBackground: background === null ? null : image.add(logsOf(background)),
      }
    : noLogs;
  const entries = { ...listed, values: image.add(values) };
  if (background === null) return image.add(linearMapWords({ ...shape, ...entries, ...logs }));
  const over = {
    background: image.add(singles(background)),
    deltas: image.add(deltasOf(matrix, background)),
  };
  return image.add(linearMapWords({ ...shape, ...entries, ...over, ...logs }));
}

function logsOf(values: Float32Array | Float64Array): Float32Array {
  return Float32Array.from(values, (value) => Math.log(value + LOG_EPSILON));
}

/** Each listed value less its row's background. */
function deltasOf({ rowCount, starts, values }: Matrix, background: Float64Array): Float32Array {
  const deltas = new Float32Array(values.length);
  for (let r = 0; r < rowCount; r++) {
    for (let k = starts[r]!; k < starts[r + 1]!; k++) deltas[k] = values[k]! - background[r]!;
  }
  return deltas;
}
