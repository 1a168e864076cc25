import { describe, expect, test } from 'vitest';
import { tMaze } from '../models/t-maze.js';
import { defineModel } from './generative-model.js';
import { tensor } from './tensor.js';
import { validateModel } from './validate-model.js';

// At stake: the first thing a user writes. Defaults must be the obvious ones, and the result plain data.
const COIN = {
  A: [
    [
      [0.9, 0.5],
      [0.1, 0.5],
    ],
  ],
  B: [
    [
      [[1], [0]],
      [[0], [1]],
    ],
  ],
};

describe('defineModel', () => {
  test('reads the shape off the tensors and fills in what is obvious', () => {
    const coin = defineModel(COIN);
    expect(coin.shape).toEqual({
      outcomeCounts: [2],
      stateCounts: [2],
      actionCounts: [1],
      likelihoodFactors: [[0]],
      transitionFactors: [[0]],
    });
    expect(Array.from(coin.C[0]!.data)).toEqual([0, 0]);
    expect(Array.from(coin.D[0]!)).toEqual([0.5, 0.5]);
    expect(coin.E).toBeNull();
    expect(coin.factorNames).toEqual(['factor 0']);
    expect(coin.modalityNames).toEqual(['modality 0']);
  });

  test('is plain data: a structured clone is an equal, valid model', () => {
    const maze = tMaze();
    const clone = structuredClone(maze);
    expect(clone).toEqual(maze);
    expect(() => validateModel(clone)).not.toThrow();
  });

  test('shares a tensor that is given as one', () => {
    const A = tensor(COIN.A[0]!);
    const model = defineModel({ A: [A, A], B: COIN.B, likelihoodFactors: [[0], [0]] });
    expect(model.A[1]).toBe(A);
  });

  test.each([
    { change: { A: [[[0.9, 0.5]]] }, code: 'INFERENCE_NOT_NORMALIZED', tensor: 'A[0]', index: [0] },
    {
      change: {
        A: [
          [
            [1.1, 1],
            [-0.1, 0],
          ],
        ],
      },
      code: 'INFERENCE_NEGATIVE',
      tensor: 'A[0]',
      index: [1, 0],
    },
    { change: { A: [] }, code: 'INFERENCE_SHAPE_MISMATCH', tensor: 'outcomeCounts', index: [] },
    { change: { A: 'x' }, code: 'INFERENCE_SHAPE_MISMATCH', tensor: 'A', index: [] },
    { change: { B: [[1]] }, code: 'INFERENCE_SHAPE_MISMATCH', tensor: 'A[0]', index: [] },
    { change: { C: [[1, 2, 3]] }, code: 'INFERENCE_SHAPE_MISMATCH', tensor: 'C[0]', index: [] },
    { change: { C: [] }, code: 'INFERENCE_SHAPE_MISMATCH', tensor: 'C', index: [] },
    { change: { D: [[0.5, 0.4]] }, code: 'INFERENCE_NOT_NORMALIZED', tensor: 'D[0]', index: [] },
    { change: { D: [[1]] }, code: 'INFERENCE_SHAPE_MISMATCH', tensor: 'D[0]', index: [] },
    { change: { D: [[[1], [0]]] }, code: 'INFERENCE_SHAPE_MISMATCH', tensor: 'D[0]', index: [] },
    { change: { E: [0.5, 0.6] }, code: 'INFERENCE_NOT_NORMALIZED', tensor: 'E', index: [] },
    {
      change: { likelihoodFactors: [[1]] },
      code: 'INFERENCE_DEPENDENCY_INVALID',
      tensor: 'likelihoodFactors[0]',
      index: [0],
    },
    {
      change: { transitionFactors: [[0, 0]] },
      code: 'INFERENCE_DEPENDENCY_INVALID',
      tensor: 'transitionFactors[0]',
      index: [1],
    },
    {
      change: { factorNames: ['a', 'b'] },
      code: 'INFERENCE_SHAPE_MISMATCH',
      tensor: 'factorNames',
      index: [],
    },
    {
      change: { actionNames: [['a', 'b']] },
      code: 'INFERENCE_SHAPE_MISMATCH',
      tensor: 'actionNames[0]',
      index: [],
    },
  ])('refuses $change with $code of $tensor', ({ change, code, tensor: name, index }) => {
    expect(() => defineModel({ ...COIN, ...(change as object) })).toThrow(
      expect.objectContaining({ name: 'ModelError', code, tensor: name, index }),
    );
  });

  test('says what was expected, what was found and what to do', () => {
    const skewed = {
      ...COIN,
      A: [
        [
          [0.9, 0.5],
          [0.1, 0.4],
        ],
      ],
    };
    expect(() => defineModel(skewed)).toThrow(
      expect.objectContaining({
        message: 'A[0] at [1]: expected a sum of 1 within 0.000001, got 0.9',
        expected: 'a sum of 1 within 0.000001',
        got: '0.9',
        remedy: 'Divide the column by its sum, or give it at least one positive entry.',
      }),
    );
  });
});
