import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ModelError } from '../errors.js';
import { elementCount, indexAt, stridesOf, TENSOR_RANK_MAX, tensor, toNested } from './tensor.js';

// At stake: the axis order of everything. A tensor read in another order is wrong without looking wrong.
const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

describe('tensor', () => {
  test('reads nested arrays row-major, the last axis fastest', () => {
    const cube = tensor([
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
    ]);
    expect(cube).toEqual({ shape: [1, 3, 2], data: Float64Array.of(0, 1, 2, 3, 4, 5) });
  });

  test('takes typed rows, and a tensor as it is', () => {
    const rows = tensor([Float64Array.of(1, 2), Float32Array.of(3, 4)]);
    expect(rows).toEqual({ shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) });
    expect(tensor(rows)).toBe(rows);
  });

  test('toNested undoes it, for every shape', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const data = Float64Array.from({ length: elementCount(shape) }, (_, i) => i);
        const nested = toNested({ shape, data });
        expect(tensor(nested as number[])).toEqual({ shape, data });
      }),
    );
  });

  const itself: unknown[] = [];
  itself[0] = itself;
  test.each([
    { input: [[1, 2], [3]], code: 'INFERENCE_SHAPE_MISMATCH', index: [1], got: '1 elements' },
    { input: [[1], [2, 3]], code: 'INFERENCE_SHAPE_MISMATCH', index: [1], got: '2 elements' },
    { input: [[1, 2], 3], code: 'INFERENCE_SHAPE_MISMATCH', index: [1], got: '3' },
    { input: [1, [2]], code: 'INFERENCE_SHAPE_MISMATCH', index: [1], got: 'a list of 1' },
    { input: [], code: 'INFERENCE_SHAPE_MISMATCH', index: [], got: 'none' },
    { input: [[]], code: 'INFERENCE_SHAPE_MISMATCH', index: [0], got: 'none' },
    { input: [[0, Number.NaN]], code: 'INFERENCE_NOT_FINITE', index: [0, 1], got: 'NaN' },
    { input: [['x']], code: 'INFERENCE_NOT_FINITE', index: [0, 0], got: '"x"' },
    { input: [[1], [null]], code: 'INFERENCE_NOT_FINITE', index: [1, 0], got: 'null' },
    { input: 7, code: 'INFERENCE_SHAPE_MISMATCH', index: [], got: '7' },
    { input: itself, code: 'INFERENCE_SHAPE_MISMATCH', index: [], got: 'deeper nesting' },
    {
      input: { shape: [2, 2], data: new Float64Array(3) },
      code: 'INFERENCE_SHAPE_MISMATCH',
      index: [],
      got: '3',
    },
    {
      input: { shape: Object.assign(new Array(2), { 1: 1 }), data: new Float64Array(1) },
      code: 'INFERENCE_SHAPE_MISMATCH',
      index: [],
      got: 'shape [undefined, 1]',
    },
    {
      input: new Array(2 ** 27 + 1).fill(0, 0, 1),
      code: 'INFERENCE_TENSOR_TOO_LARGE',
      index: [],
      got: '134217729 of shape [134217729]',
    },
    {
      input: { shape: [0], data: new Float64Array(0) },
      code: 'INFERENCE_SHAPE_MISMATCH',
      index: [],
      got: 'shape [0]',
    },
  ])('refuses case %# with $code at $index, got $got', ({ input, code, index, got }) => {
    const build = (): unknown => tensor(input as number[], 'A[1]');
    expect(build).toThrow(ModelError);
    expect(build).toThrow(expect.objectContaining({ code, index, got, tensor: 'A[1]' }));
  });

  test('takes as many axes as it says', () => {
    const nest = (depth: number): unknown => (depth === 0 ? 1 : [nest(depth - 1)]);
    expect(tensor(nest(TENSOR_RANK_MAX) as number[]).shape).toHaveLength(TENSOR_RANK_MAX);
    expect(() => tensor(nest(TENSOR_RANK_MAX + 1) as number[])).toThrow(ModelError);
  });
});

test('indexAt and stridesOf are each other’s inverse', () => {
  fc.assert(
    fc.property(shapes, fc.nat(), (shape, n) => {
      const offset = n % elementCount(shape);
      const strides = stridesOf(shape);
      const back = indexAt(shape, offset).reduce((sum, i, axis) => sum + i * strides[axis]!, 0);
      expect(back).toBe(offset);
    }),
  );
});
