import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entryAt, type SparseTensor, toDense } from '../model/sparse-tensor.js';
import { tensor } from '../model/tensor.js';
import { validateModel } from '../model/validate-model.js';
import { cellAt, cellIndex, GRID_ACTIONS, gridWorld } from './grid-world.js';

// At stake: the world of the first example. Model and environment must agree about every move.
const { up, right, down, left, stay } = GRID_ACTIONS;

describe('gridWorld', () => {
  const world = gridWorld({ width: 3, height: 2, obstacles: [{ x: 1, y: 1 }] });
  test.each([
    { from: [0, 0], action: right, to: [1, 0] },
    { from: [0, 0], action: down, to: [0, 1] },
    { from: [0, 0], action: up, to: [0, 0] },
    { from: [0, 0], action: left, to: [0, 0] },
    { from: [2, 0], action: right, to: [2, 0] },
    { from: [2, 1], action: down, to: [2, 1] },
    { from: [2, 1], action: up, to: [2, 0] },
    { from: [0, 1], action: right, to: [0, 1] }, // an obstacle
    { from: [1, 0], action: down, to: [1, 0] }, // the same from above
    { from: [1, 0], action: stay, to: [1, 0] },
  ])('from $from action $action leads to $to', ({ from, action, to }) => {
    const state = cellIndex(world, { x: from[0]!, y: from[1]! });
    const next = world.environment.nextState[0]![state]![action]!;
    expect(cellAt(world, next)).toEqual({ x: to[0], y: to[1] });
    expect(entryAt(world.B[0]!, [next, state, action])).toBe(1);
  });

  test('is a valid model of any size, and clones', () => {
    const size = fc.integer({ min: 1, max: 5 });
    const noise = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(size, size, noise, (width, height, p) => {
        const any = gridWorld({ width, height, noise: p });
        validateModel(any);
        expect(structuredClone(any)).toEqual(any);
        for (let state = 0; state < width * height; state++) {
          expect(cellIndex(any, cellAt(any, state))).toBe(state);
        }
      }),
    );
  });

  test('is the same world sparse, in as many numbers as it has cells and moves', () => {
    const size = fc.integer({ min: 1, max: 4 });
    const noise = fc.constantFrom(0, 0.1, 0.5, 1);
    fc.assert(
      fc.property(size, size, noise, (width, height, p) => {
        const options = { width, height, noise: p, obstacles: [{ x: 0, y: 0 }] };
        const { A, B, ...sparse } = gridWorld({ ...options, tensors: 'sparse' });
        const dense = gridWorld(options);
        expect({ ...sparse, A: A.map(toDense), B: B.map(toDense) }).toEqual(dense);
        validateModel({ ...sparse, A, B });
        expect((A[0] as SparseTensor).values).toHaveLength(width * height);
        expect((B[0] as SparseTensor).values).toHaveLength(width * height * 5);
      }),
    );
  });

  test('has room for ten thousand cells when sparse, and says so when dense', () => {
    const options = { width: 120, height: 100 };
    const large = gridWorld({ ...options, tensors: 'sparse' });
    expect(large.shape.stateCounts).toEqual([12_000]);
    expect(entryAt(large.B[0]!, [11_999, 11_998, right])).toBe(1);
    expect(() => gridWorld(options)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_TENSOR_TOO_LARGE', tensor: 'A[0]' }),
    );
  });

  test('knows where it starts only when told', () => {
    expect(gridWorld({ width: 2, height: 1 }).D[0]).toEqual(Float64Array.of(0.5, 0.5));
    const told = gridWorld({ width: 2, height: 1, start: { x: 1, y: 0 } });
    expect(told.D[0]).toEqual(Float64Array.of(0, 1));
    expect(told.environment.start).toEqual([1]);
  });

  test('prefers what is near the goal, and of equals what is further right', () => {
    const C = gridWorld({ width: 2, height: 2 }).C[0]!.data;
    [-1, -0.45, -0.5, 0.05].forEach((nats, cell) => {
      expect(C[cell]).toBeCloseTo(nats, 14);
    });
  });

  test('the goal is seen with the greatest preference nearby', () => {
    const C = gridWorld({ width: 3, height: 3, goal: { x: 0, y: 0 } }).C[0]!.data;
    expect(C[0]).toBe(Math.max(...C));
  });

  test.each([
    { options: { width: 0, height: 1 }, argument: 'width' },
    { options: { width: 1, height: 1.5 }, argument: 'height' },
    { options: { width: 2, height: 2, noise: 1.1 }, argument: 'noise' },
    { options: { width: 2, height: 2, tensors: 'ragged' as 'sparse' }, argument: 'tensors' },
    { options: { width: 2, height: 2, goal: { x: 2, y: 0 } }, argument: 'cell' },
    { options: { width: 2, height: 2, obstacles: [{ x: 0, y: -1 }] }, argument: 'cell' },
  ])('refuses $options', ({ options, argument }) => {
    expect(() => gridWorld(options)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID', argument }),
    );
  });

  test('refuses a preference of another length', () => {
    expect(() => gridWorld({ width: 2, height: 2, preference: [1] })).toThrow(
      expect.objectContaining({ code: 'INFERENCE_SHAPE_MISMATCH', tensor: 'C[0]' }),
    );
  });
});

const benchModels = new URL('../../../../../shared/golden/bench-models/', import.meta.url);
describe.skipIf(!existsSync(benchModels))('the published bench models', () => {
  test.each([
    { name: 'ii-grid5x5-len1', width: 5, height: 5 },
    { name: 'iv-grid10x10-len1', width: 10, height: 10 },
    { name: 'vi-grid30x30-len1', width: 30, height: 30 },
  ])('$name is the default grid of its size', ({ name, width, height }) => {
    const bench = JSON.parse(readFileSync(new URL(`${name}.json`, benchModels), 'utf8'));
    const world = gridWorld({ width, height });
    expect(world.environment.nextState).toEqual(bench.environment.next_state);
    expect(world.environment.start).toEqual(bench.environment.start);
    expectClose(world.C[0]!.data, tensor(bench.C[0]).data);
    expectClose(world.D[0]!, tensor(bench.D[0]).data);
    if (bench.A === null) return; // too large to be listed; its recipe is ours
    expectClose(toDense(world.A[0]!).data, tensor(bench.A[0]).data);
    expectClose(toDense(world.B[0]!).data, tensor(bench.B[0]).data);
  });
});

function expectClose(got: Float64Array, expected: Float64Array): void {
  expect(got.length).toBe(expected.length);
  // Listed to ten digits.
  got.forEach((value, i) => {
    if (Math.abs(value - expected[i]!) > 1e-9) expect(value).toBe(expected[i]);
  });
}
