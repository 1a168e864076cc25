import { describe, expect, test } from 'vitest';
import { type ModelTensor, sparseFromDense, sparseTensor, toDense } from '../model/sparse-tensor.js';
import { tensor } from '../model/tensor.js';
import { checkCounts, checkLearningRate } from './counts.js';

// At stake: counts live as long as an agent; a negative or misplaced one would be normalised into a belief.
const owner = tensor([
  [0.5, 0.2],
  [0.5, 0.8],
]);

test.each([
  { counts: [], code: 'INFERENCE_SHAPE_MISMATCH', name: 'pA', index: [] },
  { counts: [tensor([1, 2])], code: 'INFERENCE_SHAPE_MISMATCH', name: 'pA[0]', index: [] },
  {
    counts: [
      tensor([
        [1, 1],
        [1, -1],
      ]),
    ],
    code: 'INFERENCE_NEGATIVE',
    name: 'pA[0]',
    index: [1, 1],
  },
  {
    counts: [{ shape: [2, 2], data: Float64Array.of(1, Number.NaN, 1, 1) }],
    code: 'INFERENCE_NOT_FINITE',
    name: 'pA[0]',
    index: [0, 1],
  },
])('refuses case %# with $code at $index', ({ counts, code, name, index }) => {
  expect(() => checkCounts(counts, [owner], 'pA')).toThrow(
    expect.objectContaining({ code, tensor: name, index }),
  );
});

describe('counts of a sparse tensor', () => {
  const moves = sparseTensor({
    shape: [2, 2],
    columns: [
      [[0, 1]],
      [
        [0, 0.5],
        [1, 0.5],
      ],
    ],
  });
  const counts = { ...moves, values: Float64Array.of(3, 1, 1) };
  const noisy = sparseFromDense(owner, { background: 'none' });
  const overBackground = { ...noisy, background: Float64Array.of(0.5, 0.5) };

  test('list what it lists', () => {
    expect(() => checkCounts([counts, null], [moves, overBackground], 'pB')).not.toThrow();
    expect(() => checkCounts([structuredClone(counts)], [moves], 'pB')).not.toThrow();
  });

  test.each<{ count: ModelTensor; of: ModelTensor; code?: string; index?: number[]; got: string }>([
    { count: toDense(counts), of: moves, got: 'dense counts' },
    { count: counts, of: toDense(moves), got: 'sparse counts' },
    {
      count: { ...counts, background: Float64Array.of(0, 0) },
      of: moves,
      got: 'sparse counts over a background',
    },
    { count: noisy, of: overBackground, got: 'sparse counts' },
    { count: overBackground, of: overBackground, got: 'sparse counts over a background' },
    { count: { ...counts, rows: Int32Array.of(1, 0, 1) }, of: moves, got: 'others' },
    {
      count: { ...counts, values: Float64Array.of(3, 1, -1) },
      of: moves,
      code: 'INFERENCE_NEGATIVE',
      index: [1, 1],
      got: '-1',
    },
  ])('refuses case %#, got $got', ({ count, of, code = 'INFERENCE_NOT_LEARNABLE', index = [], got }) => {
    expect(() => checkCounts([count], [of], 'pB')).toThrow(
      expect.objectContaining({ code, tensor: 'pB[0]', index, got }),
    );
  });
});

test('null stands for what is not learned', () => {
  expect(() => checkCounts([null], [owner], 'pA')).not.toThrow();
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a learning rate of %d', (rate) => {
  expect(() => checkLearningRate(rate)).toThrow(
    expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID', argument: 'learningRate' }),
  );
});
