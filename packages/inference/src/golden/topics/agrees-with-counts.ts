import { expectedModel } from '../../learning/expected-model.js';
import type { GenerativeModel } from '../../model/generative-model.js';
import { toDense } from '../../model/sparse-tensor.js';
import type { Tensor } from '../../model/tensor.js';

/** How far a tensor may be from its counts divided by their sums, probability. */
const SAME_MODEL = 1e-6;

/** Whether the case's own tensors are what its counts lead one to expect. */
export function agreesWithCounts(
  model: GenerativeModel,
  key: 'pA' | 'pB' | 'pD',
  counts: readonly Tensor[],
): boolean {
  const expected = expectedModel(model, { [key]: counts });
  const dataOf = ({ A, B, D }: GenerativeModel): Float64Array[] => {
    if (key === 'pD') return [...D];
    return (key === 'pA' ? A : B).map((tensor) => toDense(tensor).data);
  };
  const own = dataOf(model);
  return dataOf(expected).every((data, i) =>
    data.every((value, offset) => Math.abs(value - own[i]![offset]!) <= SAME_MODEL),
  );
}
