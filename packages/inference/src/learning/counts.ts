import { InputError, ModelError } from '../errors.js';
import type { JointSupport } from '../math/tensor-contraction.js';
import { type LastAxis, NO_LAST_AXIS } from '../model/sparse-columns.js';
import {
  checkModelTensor,
  entryIndex,
  isSparse,
  type ModelTensor,
  type SparseTensor,
} from '../model/sparse-tensor.js';
import { indexAt, type Tensor } from '../model/tensor.js';

/**
 * Dirichlet counts, one tensor for each modality or factor; null for one that is not learned.
 *
 * Counts have the form, `T`, of the tensor they belong to. Those of a sparse tensor list the entries that it lists: an
 * entry it does not list is 0 and never learns. A tensor with a background cannot be learned, for an entry that has learned
 * is background no longer.
 */
export type Counts<T extends ModelTensor = Tensor> = readonly (T | null)[];

/** How strongly one experience counts when nothing is said, count. */
export const DEFAULT_LEARNING_RATE = 1;

/**
 * Checks that counts have the shapes and the forms of the tensors they belong to and are finite and not negative.
 *
 * @throws ModelError `INFERENCE_SHAPE_MISMATCH`, `INFERENCE_NEGATIVE`, `INFERENCE_NOT_FINITE`;
 *   `INFERENCE_NOT_LEARNABLE` for counts of a tensor with a background, or that list other entries than it does
 */
export function checkCounts(counts: Counts<ModelTensor>, owners: readonly ModelTensor[], name: string): void {
  if (counts.length !== owners.length) {
    const details = { tensor: name, expected: `${owners.length} tensors`, got: `${counts.length}` };
    throw new ModelError('INFERENCE_SHAPE_MISMATCH', details);
  }
  counts.forEach((count, i) => {
    if (count === null) return;
    checkModelTensor(count, `${name}[${i}]`);
    const expected = `[${owners[i]!.shape.join(', ')}]`;
    const got = `[${count.shape.join(', ')}]`;
    if (got !== expected) {
      throw new ModelError('INFERENCE_SHAPE_MISMATCH', { tensor: `${name}[${i}]`, expected, got });
    }
    checkForm(count, owners[i]!, `${name}[${i}]`);
    const entries = isSparse(count) ? count.values : count.data;
    const bad = entries.findIndex((entry) => !(entry >= 0 && Number.isFinite(entry)));
    if (bad < 0) return;
    const code = entries[bad]! < 0 ? 'INFERENCE_NEGATIVE' : 'INFERENCE_NOT_FINITE';
    throw new ModelError(code, {
      tensor: `${name}[${i}]`,
      index: isSparse(count) ? entryIndex(count, bad) : indexAt(count.shape, bad),
      expected: 'a count of at least 0',
      got: `${entries[bad]}`,
    });
  });
}

function checkForm(count: ModelTensor, owner: ModelTensor, name: string): void {
  const formOf = (tensor: ModelTensor): string => {
    if (!isSparse(tensor)) return 'dense counts';
    return tensor.background === null ? 'sparse counts' : 'sparse counts over a background';
  };
  const mismatch = (expected: string, got: string): ModelError =>
    new ModelError('INFERENCE_NOT_LEARNABLE', { tensor: name, expected, got });
  if (isSparse(owner) && owner.background !== null)
    throw mismatch('null for a tensor with a background', formOf(count));
  const expected = isSparse(owner) ? 'sparse counts' : 'dense counts';
  if (formOf(count) !== expected) throw mismatch(expected, formOf(count));
  if (!isSparse(owner) || !isSparse(count)) return;
  if (!equalIntegers(count.starts, owner.starts) || !equalIntegers(count.rows, owner.rows)) {
    throw mismatch('counts of the entries that the tensor lists', 'others');
  }
}

function equalIntegers(left: Int32Array, right: Int32Array): boolean {
  return left === right || (left.length === right.length && left.every((value, i) => value === right[i]));
}

/**
 * Adds an outer product to counts: `counts[r, c] += rate * perRow[r] * q(c)` where the tensor they belong to is above 0.
 *
 * @param counts checked by `checkCounts`; not changed
 * @param owner  the tensor the counts belong to
 * @param perRow `[R]`, probability
 * @param joint  q, the belief over the columns
 * @param last   the action taken, for a tensor whose last axis is one
 */
export function addExperience<T extends ModelTensor>(
  counts: T,
  owner: ModelTensor,
  rate: number,
  perRow: ArrayLike<number>,
  joint: JointSupport,
  last?: LastAxis,
): T;
export function addExperience(
  counts: ModelTensor,
  owner: ModelTensor,
  rate: number,
  perRow: ArrayLike<number>,
  { offsets, weights }: JointSupport,
  last: LastAxis = NO_LAST_AXIS,
): ModelTensor {
  if (isSparse(counts)) {
    const { starts, rows, values: allowed } = owner as SparseTensor;
    const values = counts.values.slice();
    for (let i = 0; i < offsets.length; i++) {
      const column = offsets[i]! * last.count + last.index;
      for (let k = starts[column]!; k < starts[column + 1]!; k++) {
        if (allowed[k]! > 0) values[k]! += rate * perRow[rows[k]!]! * weights[i]!;
      }
    }
    return { ...counts, values };
  }
  const allowed = (owner as Tensor).data;
  const rowSize = allowed.length / owner.shape[0]!;
  const data = counts.data.slice();
  for (let row = 0; row < owner.shape[0]!; row++) {
    if (perRow[row] === 0) continue;
    for (let i = 0; i < offsets.length; i++) {
      const entry = row * rowSize + offsets[i]! * last.count + last.index;
      if (allowed[entry]! > 0) data[entry]! += rate * perRow[row]! * weights[i]!;
    }
  }
  return { shape: counts.shape, data };
}

/** @throws InputError `INFERENCE_OPTION_INVALID` for a rate that is not a finite number of at least 0 */
export function checkLearningRate(learningRate: number): void {
  if (learningRate >= 0 && Number.isFinite(learningRate)) return;
  const expected = 'a finite number of at least 0';
  throw new InputError('INFERENCE_OPTION_INVALID', 'learningRate', expected, String(learningRate));
}
