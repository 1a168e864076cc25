import { InputError, ModelError } from '../errors.js';
import { checkTensor, indexAt, type Tensor } from '../model/tensor.js';

/** Dirichlet counts, one tensor for each modality or factor; null for one that is not learned. */
export type Counts = readonly (Tensor | null)[];

/** How strongly one experience counts when nothing is said, count. */
export const DEFAULT_LEARNING_RATE = 1;

/**
 * Checks that counts have the shapes of the tensors they belong to and are finite and not negative.
 *
 * @throws ModelError `INFERENCE_SHAPE_MISMATCH`, `INFERENCE_NEGATIVE`, `INFERENCE_NOT_FINITE`
 */
export function checkCounts(counts: Counts, owners: readonly Tensor[], name: string): void {
  if (counts.length !== owners.length) {
    const details = { tensor: name, expected: `${owners.length} tensors`, got: `${counts.length}` };
    throw new ModelError('INFERENCE_SHAPE_MISMATCH', details);
  }
  counts.forEach((count, i) => {
    if (count === null) return;
    checkTensor(count, `${name}[${i}]`);
    const expected = `[${owners[i]!.shape.join(', ')}]`;
    const got = `[${count.shape.join(', ')}]`;
    if (got !== expected) {
      throw new ModelError('INFERENCE_SHAPE_MISMATCH', { tensor: `${name}[${i}]`, expected, got });
    }
    const bad = count.data.findIndex((entry) => !(entry >= 0 && Number.isFinite(entry)));
    if (bad < 0) return;
    const code = count.data[bad]! < 0 ? 'INFERENCE_NEGATIVE' : 'INFERENCE_NOT_FINITE';
    const index = indexAt(count.shape, bad);
    throw new ModelError(code, {
      tensor: `${name}[${i}]`,
      index,
      expected: 'a count of at least 0',
      got: `${count.data[bad]}`,
    });
  });
}

/** @throws InputError `INFERENCE_OPTION_INVALID` for a rate that is not a finite number of at least 0 */
export function checkLearningRate(learningRate: number): void {
  if (learningRate >= 0 && Number.isFinite(learningRate)) return;
  const expected = 'a finite number of at least 0';
  throw new InputError('INFERENCE_OPTION_INVALID', 'learningRate', expected, String(learningRate));
}
