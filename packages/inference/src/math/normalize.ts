import { ModelError } from '../errors.js';
import { elementCount, indexAt, type Tensor } from '../model/tensor.js';

/**
 * Divides every column (axis 0) by its sum: the expected distribution under Dirichlet counts.
 *
 * @param counts `[n, ...]`, at least 0
 * @param name   how errors call it
 * @throws ModelError `INFERENCE_NOT_NORMALIZED` for a column without a positive count: it has no expectation,
 *   and a made-up uniform one would hide the mistake
 */
export function normalizeColumns({ shape, data }: Tensor, name = 'counts'): Tensor {
  const columnCount = elementCount(shape.slice(1));
  const sums = columnSums({ shape, data });
  const empty = sums.findIndex((sum) => !(sum > 0));
  if (empty >= 0) {
    const details = { tensor: name, index: indexAt(shape.slice(1), empty), expected: 'a positive sum' };
    throw new ModelError('INFERENCE_NOT_NORMALIZED', { ...details, got: `${sums[empty]}` });
  }
  return { shape, data: data.map((count, offset) => count / sums[offset % columnCount]!) };
}

/** The sum of every column (axis 0), flattened row-major over the other axes. */
export function columnSums({ shape, data }: Tensor): Float64Array {
  const columnCount = elementCount(shape.slice(1));
  const sums = new Float64Array(columnCount);
  data.forEach((entry, offset) => {
    sums[offset % columnCount]! += entry;
  });
  return sums;
}
