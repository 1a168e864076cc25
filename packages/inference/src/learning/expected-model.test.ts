import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toDense } from '../model/sparse-tensor.js';
import { tensor } from '../model/tensor.js';
import { validateModel } from '../model/validate-model.js';
import { tMaze } from '../models/t-maze.js';
import { arbitraryModel } from '../random-model.test-fixtures.js';
import { expectedModel } from './expected-model.js';

// At stake: a learned model must be as valid as the one it came from.
test('normalises what was learned and keeps the rest', () => {
  const maze = tMaze();
  const learned = expectedModel(maze, { pD: [null, tensor([3, 1])] });
  expect(Array.from(learned.D[1]!)).toEqual([0.75, 0.25]);
  expect(learned.D[0]).toBe(maze.D[0]);
  expect(learned.A).toEqual(maze.A);
});

test('gives a valid model, and the same one when counts are a multiple of it', () => {
  fc.assert(
    fc.property(arbitraryModel({ zeros: 0.3 }), fc.integer({ min: 1, max: 100 }), (model, scale) => {
      const scaled = (tensors: typeof model.A): typeof model.A =>
        tensors.map(toDense).map(({ shape, data }) => ({ shape, data: data.map((p) => p * scale) }));
      const learned = expectedModel(model, { pA: scaled(model.A), pB: scaled(model.B) });
      validateModel(learned);
      learned.A.forEach((A, m) => {
        toDense(A).data.forEach((p, i) => {
          expect(p).toBeCloseTo(toDense(model.A[m]!).data[i]!, 13);
        });
      });
    }),
  );
});

test('names the column that has no counts', () => {
  expect(() => expectedModel(tMaze(), { pD: [tensor([0, 0, 0, 0]), null] })).toThrow(
    expect.objectContaining({ code: 'INFERENCE_NOT_NORMALIZED', tensor: 'pD[0]' }),
  );
});
