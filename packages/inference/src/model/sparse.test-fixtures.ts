import { randomDistribution, randomSource } from '../random-model.test-fixtures.js';
import type { GenerativeModel } from './generative-model.js';
import { type ModelTensor, type SparseTensor, sparseTensor, toDense } from './sparse-tensor.js';
import { elementCount, type Tensor } from './tensor.js';

/**
 * One of the many sparse forms of a tensor: each row over a background of 0, of one of its entries, or of a number that
 * is nowhere in it; and some entries listed though they equal the background.
 */
export function randomSparseForm(
  source: Tensor,
  random: () => number,
  { backgrounds = true }: { readonly backgrounds?: boolean } = {},
): SparseTensor {
  const { shape, data } = source;
  const columnCount = elementCount(shape.slice(1));
  const background = Float64Array.from({ length: shape[0]! }, (_, row) => {
    const kind = backgrounds ? Math.floor(4 * random()) : 0;
    if (kind === 0) return 0;
    return kind === 1 ? random() : data[row * columnCount + Math.floor(random() * columnCount)]!;
  });
  const columns = Array.from({ length: columnCount }, (_, column) =>
    Array.from(background, (behind, row) => [row, data[row * columnCount + column]!, behind] as const)
      .filter(([, value, behind]) => value !== behind || random() < 0.1)
      .map(([row, value]) => [row, value] as const),
  );
  return sparseTensor({ shape, background: backgrounds ? background : null, columns });
}

/** The model with each of its tensors sparse or dense, by chance. */
export function randomSparseModel(
  model: GenerativeModel,
  seed: number,
  options: { readonly backgrounds?: boolean } = {},
): GenerativeModel {
  const random = randomSource(seed);
  const either = (tensor: ModelTensor): ModelTensor =>
    random() < 0.8 ? randomSparseForm(toDense(tensor), random, options) : tensor;
  return { ...model, A: model.A.map(either), B: model.B.map(either) };
}

/** Columns of few different numbers, so that rows have a common one: 0, 1 and 2, divided by their sum. */
export function coarseColumns(shape: readonly number[], random: () => number): Tensor {
  const columnCount = elementCount(shape.slice(1));
  const data = new Float64Array(elementCount(shape));
  for (let column = 0; column < columnCount; column++) {
    const weights = Float64Array.from({ length: shape[0]! }, () => Math.floor(3 * random()));
    if (weights.every((weight) => weight === 0)) weights[0] = 1;
    const sum = weights.reduce((total, weight) => total + weight, 0);
    weights.forEach((weight, row) => {
      data[row * columnCount + column] = weight / sum;
    });
  }
  return { shape: [...shape], data };
}

/** A belief for each factor, some of them certain or nearly so. */
export function randomBeliefs(stateCounts: readonly number[], random: () => number): Float64Array[] {
  return stateCounts.map((count) => {
    const belief = randomDistribution(count, random, 0.3);
    if (random() < 0.7) return belief;
    const sure = Math.floor(random() * count);
    const doubt = 1e-18; // less than rounding leaves of 1: what only it allows must not vanish
    return belief.map((p, state) => (state === sure ? 1 : doubt * p));
  });
}
