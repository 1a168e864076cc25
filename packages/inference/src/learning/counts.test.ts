import { expect, test } from 'vitest';
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

test('null stands for what is not learned', () => {
  expect(() => checkCounts([null], [owner], 'pA')).not.toThrow();
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a learning rate of %d', (rate) => {
  expect(() => checkLearningRate(rate)).toThrow(
    expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID', argument: 'learningRate' }),
  );
});
