import { isSparse, type ModelTensor } from '../model/sparse-tensor.js';
import { elementCount, stridesOf, type Tensor } from '../model/tensor.js';

/** A likelihood and the factors that it truly depends on. */
export interface Likelihood {
  readonly tensor: ModelTensor;
  readonly factors: readonly number[];
}

/**
 * Leaves out the factors that make no difference to a likelihood: `A[o, s, t] = A[o, s, t']` for all t, t'.
 *
 * Exact, and common where a model was written with every modality depending on every factor. At least one factor
 * stays. Sparse tensors are taken as they are.
 */
export function withoutIdleFactors(source: ModelTensor, factors: readonly number[]): Likelihood {
  let result: Likelihood = { tensor: source, factors };
  for (let axis = factors.length; axis >= 1; axis--) {
    const { tensor, factors: left } = result;
    if (isSparse(tensor) || left.length === 1 || !isConstantAlong(tensor, axis)) continue;
    result = { tensor: firstAlong(tensor, axis), factors: left.filter((_, i) => i !== axis - 1) };
  }
  return result;
}

function isConstantAlong({ shape, data }: Tensor, axis: number): boolean {
  const stride = stridesOf(shape)[axis]!;
  const length = shape[axis]!;
  return data.every((value, offset) => {
    const index = Math.floor(offset / stride) % length;
    return value === data[offset - index * stride];
  });
}

/** The slice at index 0 of an axis. */
function firstAlong({ shape, data }: Tensor, axis: number): Tensor {
  const kept = shape.filter((_, other) => other !== axis);
  const stride = stridesOf(shape)[axis]!;
  const length = shape[axis]!;
  const result = new Float64Array(elementCount(kept));
  for (let i = 0; i < result.length; i++) {
    result[i] = data[Math.floor(i / stride) * stride * length + (i % stride)]!;
  }
  return { shape: kept, data: result };
}
