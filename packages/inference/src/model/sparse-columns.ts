import { elementCount, type Tensor } from './tensor.js';

/**
 * The columns (axis 0) of a tensor without their zeros.
 *
 * Column j holds `values[k]` at row `rows[k]` for k in `[starts[j], starts[j + 1])`, rows ascending. Columns are
 * numbered row-major over the other axes. A deterministic transition has one entry a column, so pushing a belief
 * through it costs as many operations as the belief has states.
 */
export interface SparseColumns {
  readonly starts: Int32Array;
  readonly rows: Int32Array;
  readonly values: Float64Array;
}

/** Drops the zeros of every column. */
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
  return { starts, rows, values };
}
