import type { LearningSettings } from '../compile/compile-options.js';
import type { LearnedTable, LearnedTables } from '../compile/compiled-model.js';
import type { LearnedCounts } from '../learning/expected-model.js';
import { findEntry } from '../model/sparse-columns.js';
import { isSparse, type ModelTensor } from '../model/sparse-tensor.js';
import type { OwnBlocks } from './own-blocks.js';

/** Reads what a lane has learned back into tensors of the form of their priors; pD is not in blocks. */
export function readCounts(
  { pA, pB }: LearningSettings,
  tables: LearnedTables,
  likelihoods: OwnBlocks,
  transitions: OwnBlocks,
  lane: number,
): Required<Pick<LearnedCounts, 'pA' | 'pB'>> {
  const read = (own: OwnBlocks, learned: readonly (LearnedTable | null)[]) => {
    return (prior: ModelTensor | null, tensor: number): ModelTensor | null => {
      if (prior === null) return null;
      return withCounts(prior, learned[tensor]!, own.counts(lane, tensor)!);
    };
  };
  return {
    pA: pA.map(read(likelihoods, tables.likelihoods)),
    pB: pB.map(read(transitions, tables.transitions)),
  };
}

/** The counts of a block in a tensor like the prior's. */
function withCounts(prior: ModelTensor, table: LearnedTable, counts: Float32Array): ModelTensor {
  const values = (isSparse(prior) ? prior.values : prior.data).slice();
  forEachEntry(prior, table, (place, entry) => {
    values[place] = counts[entry]!;
  });
  return isSparse(prior) ? { ...prior, values } : { ...prior, data: values };
}

/** Writes counts of the form of their prior into a block. */
export function writeCounts(tensor: ModelTensor, table: LearnedTable, counts: Float32Array): void {
  const values = isSparse(tensor) ? tensor.values : tensor.data;
  forEachEntry(tensor, table, (place, entry) => {
    counts[entry] = values[place]!;
  });
}

/** Visits the entries of a learned tensor: where each stands in the tensor, and where in a block. */
function forEachEntry(
  tensor: ModelTensor,
  { matrices, starts }: LearnedTable,
  visit: (place: number, entry: number) => void,
): void {
  const columnCount = matrices[0]!.columnCount * matrices.length;
  matrices.forEach((matrix, action) => {
    for (let row = 0; row < matrix.rowCount; row++) {
      for (let k = matrix.starts[row]!; k < matrix.starts[row + 1]!; k++) {
        const column = matrix.columns[k]! * matrices.length + action;
        const place = isSparse(tensor) ? findEntry(tensor, column, row) : row * columnCount + column;
        visit(place, starts[action]! + k);
      }
    }
  });
}
