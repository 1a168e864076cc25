import { sumColumns } from '../model/sparse-columns.js';
import { isSparse, type ModelTensor } from '../model/sparse-tensor.js';
import { elementCount } from '../model/tensor.js';

/** Shannon entropy of a distribution, `-sum p ln p`, nats; impossible outcomes contribute exactly 0. */
export function entropy(distribution: Float64Array): number {
  return distribution.reduce((sum, p) => sum + surprise(p), 0);
}

/**
 * Entropy of every column of a likelihood: `H(o given s) = -sum_o A[o, s] ln A[o, s]`, nats.
 *
 * @param likelihood A, `[O, S...]`, probability; of a sparse one only its entries and its background are visited
 * @returns          `[S...]` flattened row-major, nats
 */
export function columnEntropies(likelihood: ModelTensor): Float64Array {
  if (isSparse(likelihood)) return sumColumns(likelihood, surprise);
  const { shape, data } = likelihood;
  const columnCount = elementCount(shape.slice(1));
  const entropies = new Float64Array(columnCount);
  data.forEach((p, offset) => {
    entropies[offset % columnCount]! += surprise(p);
  });
  return entropies;
}

const surprise = (p: number): number => (p > 0 ? -p * Math.log(p) : 0);
