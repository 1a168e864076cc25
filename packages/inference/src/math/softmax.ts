import { elementCount, type Tensor } from '../model/tensor.js';

/**
 * The distribution whose log probabilities are `logits` up to a constant: `exp(x) / sum exp(x)`.
 *
 * The maximum is subtracted first, so nothing overflows; -Infinity gives exactly 0. At least one logit must
 * be finite.
 *
 * @param logits [n], nats
 * @returns      [n], probability, a new array
 */
export function softmax(logits: Float64Array): Float64Array {
  const shift = maximum(logits);
  const weights = logits.map((logit) => Math.exp(logit - shift));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * `ln softmax(x)` without leaving the log domain: `x - max - ln sum exp(x - max)`, nats.
 *
 * Taking the logarithm of `softmax` instead would lose every outcome 745 nats below the best one.
 */
export function logSoftmax(logits: Float64Array): Float64Array {
  const shift = maximum(logits);
  const logSum = Math.log(logits.reduce((total, logit) => total + Math.exp(logit - shift), 0));
  return logits.map((logit) => logit - shift - logSum);
}

/** `softmax` down each column (axis 0) of a tensor, a new tensor of the same shape. */
export function softmaxColumns(logits: Tensor): Tensor {
  return mapColumns(logits, softmax);
}

/** `logSoftmax` down each column (axis 0) of a tensor, a new tensor of the same shape. */
export function logSoftmaxColumns(logits: Tensor): Tensor {
  return mapColumns(logits, logSoftmax);
}

function mapColumns({ shape, data }: Tensor, transform: (column: Float64Array) => Float64Array): Tensor {
  const columnCount = elementCount(shape.slice(1));
  const result = new Float64Array(data.length);
  for (let column = 0; column < columnCount; column++) {
    const values = Float64Array.from({ length: shape[0]! }, (_, row) => data[row * columnCount + column]!);
    transform(values).forEach((value, row) => {
      result[row * columnCount + column] = value;
    });
  }
  return { shape, data: result };
}

function maximum(values: Float64Array): number {
  // Not Math.max(...values): a spread of 100 000 arguments overflows the stack.
  return values.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY);
}
