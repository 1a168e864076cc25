import { ModelError } from '../errors.js';
import { sumColumns } from '../model/sparse-columns.js';
import { isSparse, type ModelTensor, mapEntries } from '../model/sparse-tensor.js';
import { elementCount, indexAt } from '../model/tensor.js';

/**
 * Divides every column (axis 0) by its sum: the expected distribution under Dirichlet counts.
 *
 * @param counts `[n, ...]`, at least 0; sparse counts stay sparse
 * @param name   how errors call it
 * @throws ModelError `INFERENCE_NOT_NORMALIZED` for a column without a positive count: it has no expectation,
 *   and a made-up uniform one would hide the mistake; `INFERENCE_NOT_LEARNABLE` for a background of counts
 */
export function normalizeColumns<T extends ModelTensor>(counts: T, name = 'counts'): T {
  const sums = columnSums(counts);
  const empty = sums.findIndex((sum) => !(sum > 0));
  if (empty >= 0) {
    const index = indexAt(counts.shape.slice(1), empty);
    const details = { tensor: name, index, expected: 'a positive sum', got: `${sums[empty]}` };
    throw new ModelError('INFERENCE_NOT_NORMALIZED', details);
  }
  return mapEntries(counts, (count, column) => count / sums[column]!, name);
}

/** The sum of every column (axis 0), flattened row-major over the other axes. */
export function columnSums(source: ModelTensor): Float64Array {
  if (isSparse(source)) return sumColumns(source, (entry) => entry);
  const { shape, data } = source;
  const columnCount = elementCount(shape.slice(1));
  const sums = new Float64Array(columnCount);
  data.forEach((entry, offset) => {
    sums[offset % columnCount]! += entry;
  });
  return sums;
}
