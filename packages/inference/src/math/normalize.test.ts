import { expect, test } from 'vitest';
import { ModelError } from '../errors.js';
import { tensor } from '../model/tensor.js';
import { columnSums, normalizeColumns } from './normalize.js';

// At stake: a learned model is its counts normalised; a column without counts must not become NaN unseen.
test('divides every column by its sum', () => {
  const counts = tensor([
    [1, 0],
    [3, 5],
  ]);
  expect(Array.from(columnSums(counts))).toEqual([4, 5]);
  expect(normalizeColumns(counts)).toEqual({ shape: [2, 2], data: Float64Array.of(0.25, 0, 0.75, 1) });
});

test('names the column that has no counts', () => {
  const counts = tensor([[[1, 0, 2]], [[1, 0, 0]]]);
  expect(() => normalizeColumns(counts, 'pA[2]')).toThrow(ModelError);
  expect(() => normalizeColumns(counts, 'pA[2]')).toThrow(
    expect.objectContaining({ code: 'INFERENCE_NOT_NORMALIZED', tensor: 'pA[2]', index: [0, 1], got: '0' }),
  );
});
