// At stake: the form decides what a step costs, and a form that a matrix does not have would give other numbers.
// Tried with a matrix of each kind, and by reading every form of random matrices back.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sparseFromDense } from '../model/sparse-tensor.js';
import type { Tensor } from '../model/tensor.js';
import { randomColumns, randomSource } from '../random-model.test-fixtures.js';
import { possibleForms } from './form.js';
import { denseValues, likelihoodMatrix, transitionMatrices } from './matrix.js';

const square = (n: number, entry: (row: number, column: number) => number): Tensor => ({
  shape: [n, n],
  data: Float64Array.from({ length: n * n }, (_, i) => entry(Math.floor(i / n), i % n)),
});

const N = 32;
const kinds: readonly { name: string; tensor: Tensor; best: string; forms: readonly string[] }[] = [
  {
    name: 'an identity',
    tensor: square(N, (r, c) => Number(r === c)),
    best: 'identity',
    forms: ['dense', 'gather', 'identity', 'one-hot', 'sparse'],
  },
  {
    name: 'a permutation',
    tensor: square(N, (r, c) => Number(r === (c + 5) % N)),
    best: 'gather',
    forms: ['dense', 'gather', 'one-hot', 'sparse'],
  },
  {
    name: 'moves that may end in one place',
    tensor: square(N, (r, c) => Number(r === Math.min(c + 1, N - 1))),
    best: 'one-hot',
    forms: ['dense', 'one-hot', 'sparse'],
  },
  {
    name: 'a noisy identity',
    tensor: square(N, (r, c) => (r === c ? 0.9 : 0.1 / (N - 1))),
    best: 'noisy-gather',
    forms: ['background', 'dense', 'noisy-gather'],
  },
  {
    name: 'noise with two peaks in a row',
    tensor: square(N, (r, c) => (r >> 1 === c >> 1 ? 0.45 : 0.1 / (N - 2))),
    best: 'background',
    forms: ['background', 'dense'],
  },
  {
    name: 'few entries of any size',
    tensor: square(N, (r, c) => (r === c ? 0.3 : r === (c + 1) % N ? 0.7 : 0)),
    best: 'sparse',
    forms: ['dense', 'sparse'],
  },
  {
    name: 'entries all different',
    tensor: square(N, (r, c) => (r * N + c) / 99),
    best: 'dense',
    forms: ['dense', 'sparse'],
  },
];

describe.each(kinds)('$name', ({ tensor, best, forms }) => {
  test(`is best kept ${best}`, () => {
    const possible = possibleForms(likelihoodMatrix(tensor));
    expect(possible[0]!.form).toBe(best);
    expect(possible.map(({ form }) => form).sort()).toEqual(forms);
    const costs = possible.map(({ cost }) => cost);
    expect([...costs].sort((a, b) => a - b)).toEqual(costs);
  });

  test('is the same matrix from a sparse tensor', () => {
    for (const background of ['none', 'detect'] as const) {
      const [best, dense] = [sparseFromDense(tensor, { background }), tensor].map(
        (source) => possibleForms(likelihoodMatrix(source))[0],
      );
      expect(best).toEqual(dense);
    }
  });
});

test('every matrix is what its tensor says, under each action', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom('dense', 'none', 'detect'),
      (seed, stateCount, actionCount, kept) => {
        const random = randomSource(seed);
        const tensor = randomColumns([stateCount, stateCount, 2, actionCount], random, 0.5);
        // Rows that repeat a value are those that a background is for.
        if (seed % 2 === 0) tensor.data.fill(0.25, 0, Math.floor(tensor.data.length * 0.7));
        const source = kept === 'dense' ? tensor : sparseFromDense(tensor, { background: kept });
        transitionMatrices(source).forEach((matrix, action) => {
          const columnCount = stateCount * 2;
          expect([matrix.rowCount, matrix.columnCount]).toEqual([stateCount, columnCount]);
          const want = Float32Array.from(
            { length: stateCount * columnCount },
            (_, i) => tensor.data[i * actionCount + action]!,
          );
          expect(denseValues(matrix)).toEqual(want);
        });
      },
    ),
  );
});
