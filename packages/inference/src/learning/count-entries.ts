import { entryIndex, isSparse, type ModelTensor } from '../model/sparse-tensor.js';
import { indexAt } from '../model/tensor.js';

/** The entries that a tensor lists, in the order it stores them: all of a dense one. Not a copy. */
export function entriesOf(tensor: ModelTensor): Float64Array {
  return isSparse(tensor) ? tensor.values : tensor.data;
}

/** A tensor of the same form with other entries, in the order of `entriesOf`. */
export function withEntries<T extends ModelTensor>(tensor: T, entries: Float64Array): T;
export function withEntries(tensor: ModelTensor, entries: Float64Array): ModelTensor {
  return isSparse(tensor) ? { ...tensor, values: entries } : { shape: tensor.shape, data: entries };
}

/** For each column (axis 0) the places of its entries in `entriesOf`, rows ascending. */
export function placesByColumn(tensor: ModelTensor): number[][] {
  if (isSparse(tensor)) {
    return Array.from({ length: tensor.starts.length - 1 }, (_, column) => {
      const [start = 0, end = 0] = tensor.starts.subarray(column, column + 2);
      return Array.from({ length: end - start }, (_, i) => start + i);
    });
  }
  const rowCount = tensor.shape[0]!;
  const columnCount = tensor.data.length / rowCount;
  return Array.from({ length: columnCount }, (_, column) =>
    Array.from({ length: rowCount }, (_, row) => row * columnCount + column),
  );
}

/** Indices, outermost axis first, of the entry at this place. */
export function indexOfPlace(tensor: ModelTensor, place: number): number[] {
  return isSparse(tensor) ? entryIndex(tensor, place) : indexAt(tensor.shape, place);
}
