import { elementCount, stridesOf, type Tensor } from '../model/tensor.js';

/**
 * The joint states that several independent beliefs consider possible, with their probabilities.
 *
 * States of probability 0 are left out, which is exact: they contribute nothing to an expectation. It is also
 * what makes models with known factors affordable: a known factor of 300 states beside an unknown one of 300
 * has 300 joint states here, not 90 000.
 */
export interface JointSupport {
  /** Where each joint state stands in a row-major array over the axes. */
  readonly offsets: Int32Array;
  /** Product of the marginal probabilities, probability. */
  readonly weights: Float64Array;
}

/**
 * Enumerates the product of `marginals`, one a leading-to-trailing axis of an array of this shape.
 *
 * An axis whose marginal is null is not summed over: it stays at index 0, and the caller adds its own offset.
 *
 * @param shape     lengths of the axes
 * @param marginals for each axis a belief over its indices, or null
 */
export function jointSupport(
  shape: readonly number[],
  marginals: readonly (Float64Array | null)[],
): JointSupport {
  const strides = stridesOf(shape);
  let offsets = Int32Array.of(0);
  let weights = Float64Array.of(1);
  for (let axis = 0; axis < shape.length; axis++) {
    const marginal = marginals[axis] ?? null;
    if (marginal === null) continue;
    const states = support(marginal);
    const nextOffsets = new Int32Array(offsets.length * states.length);
    const nextWeights = new Float64Array(offsets.length * states.length);
    let k = 0;
    for (let i = 0; i < offsets.length; i++) {
      for (const state of states) {
        nextOffsets[k] = offsets[i]! + state * strides[axis]!;
        nextWeights[k] = weights[i]! * marginal[state]!;
        k++;
      }
    }
    offsets = nextOffsets;
    weights = nextWeights;
  }
  return { offsets, weights };
}

/** The indices at which a belief is not 0, ascending. */
export function support(belief: Float64Array): number[] {
  const states: number[] = [];
  for (let state = 0; state < belief.length; state++) if (belief[state] !== 0) states.push(state);
  return states;
}

/**
 * Expectation of the values that stand `shift` after the joint states: `sum_k w_k values[offset_k + shift]`.
 *
 * @param values row-major over the axes that the support was made for
 */
export function expectation(values: Float64Array, { offsets, weights }: JointSupport, shift = 0): number {
  let sum = 0;
  for (let k = 0; k < offsets.length; k++) sum += weights[k]! * values[offsets[k]! + shift]!;
  return sum;
}

/**
 * Contracts a tensor with a vector along every axis that has one: `sum_{i, j, ...} X[.., i, .., j, ..] x_i y_j ...`
 *
 * @param source  the tensor X
 * @param vectors for each axis of X the vector to sum it with, or null to keep the axis
 * @returns a tensor of the kept axes, in their order; of no axes when all are contracted
 */
export function contract(source: Tensor, vectors: readonly (Float64Array | null)[]): Tensor {
  const summed = jointSupport(source.shape, vectors);
  const strides = stridesOf(source.shape);
  const kept = source.shape.map((_, axis) => axis).filter((axis) => (vectors[axis] ?? null) === null);
  const shape = kept.map((axis) => source.shape[axis]!);
  const data = new Float64Array(elementCount(shape));
  const index = new Array<number>(kept.length).fill(0);
  for (let element = 0; element < data.length; element++) {
    const shift = kept.reduce((offset, axis, i) => offset + index[i]! * strides[axis]!, 0);
    data[element] = expectation(source.data, summed, shift);
    advance(index, shape);
  }
  return { shape, data };
}

/** The outer product: every element of each tensor times every element of the others, axes in list order. */
export function outerProduct(factors: readonly Tensor[]): Tensor {
  return factors.reduce(
    (left, right) => {
      const data = new Float64Array(left.data.length * right.data.length);
      left.data.forEach((x, i) => {
        right.data.forEach((y, j) => {
          data[i * right.data.length + j] = x * y;
        });
      });
      return { shape: [...left.shape, ...right.shape], data };
    },
    { shape: [], data: Float64Array.of(1) },
  );
}

/** Steps a row-major index to the next element, wrapping at the end. */
function advance(index: number[], shape: readonly number[]): void {
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis]! += 1;
    if (index[axis]! < shape[axis]!) return;
    index[axis] = 0;
  }
}
