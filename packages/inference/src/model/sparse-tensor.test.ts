import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ModelError } from '../errors.js';
import { randomColumns, randomSource } from '../random-model.test-fixtures.js';
import { SPARSE_AXIS_MAX } from './check-sparse-tensor.js';
import { coarseColumns, randomSparseForm } from './sparse.test-fixtures.js';
import {
  checkModelTensor,
  entryAt,
  isSparse,
  type SparseTensor,
  type SparseTensorSpec,
  sparseFromDense,
  sparseTensor,
  toDense,
} from './sparse-tensor.js';
import { indexAt, type Tensor, tensor } from './tensor.js';

// At stake: a model too large to be looked at. What a sparse tensor says of an entry must be what was put in, and what
// cannot be one must not be built.
const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
const tensors = fc
  .tuple(fc.integer(), shapes, fc.constantFrom(0, 0.5, 0.9), fc.boolean())
  .map(([seed, shape, zeros, coarse]): Tensor => {
    const random = randomSource(seed);
    return coarse ? coarseColumns(shape, random) : randomColumns(shape, random, zeros);
  });

describe('sparseTensor', () => {
  test('holds its entries over the background of their rows', () => {
    const source = sparseTensor({
      shape: [2, 3],
      background: [0.25, 0.75],
      entries: [
        [[1, 2], 1],
        [[0, 1], 0.5],
        [[1, 1], 0.5],
        [[0, 2], 0],
      ],
    });
    expect(source).toEqual({
      shape: [2, 3],
      background: Float64Array.of(0.25, 0.75),
      starts: Int32Array.of(0, 0, 2, 4),
      rows: Int32Array.of(0, 1, 0, 1),
      values: Float64Array.of(0.5, 0.5, 0, 1),
    });
    expect(toDense(source)).toEqual(
      tensor([
        [0.25, 0.5, 0],
        [0.75, 0.5, 1],
      ]),
    );
  });

  test('is plain data: a structured clone is the same tensor', () => {
    fc.assert(
      fc.property(tensors, fc.integer(), (source, seed) => {
        const sparse = randomSparseForm(source, randomSource(seed));
        const clone = structuredClone(sparse);
        expect(clone).toEqual(sparse);
        expect(isSparse(clone)).toBe(true);
        checkModelTensor(clone, 'clone');
      }),
    );
  });

  test('of entries in any order is that of its columns', () => {
    fc.assert(
      fc.property(tensors, fc.integer(), (source, seed) => {
        const random = randomSource(seed);
        const sparse = randomSparseForm(source, random);
        const entries = [...entriesOf(sparse)].sort(() => random() - 0.5);
        const { shape, background } = sparse;
        expect(sparseTensor({ shape, background, entries })).toEqual(sparse);
      }),
    );
  });

  const shape = [2, 2];
  const twice = [
    [[1, 0], 0.5],
    [[1, 0], 0.5],
  ];
  test.each<{ spec: unknown; code: string; tensor?: string; index?: number[]; got: string }>([
    { spec: null, code: 'INFERENCE_SHAPE_MISMATCH', got: 'null' },
    { spec: { shape: 2, entries: [] }, code: 'INFERENCE_SHAPE_MISMATCH', got: '2' },
    { spec: { shape: [], entries: [] }, code: 'INFERENCE_SHAPE_MISMATCH', got: 'shape []' },
    { spec: { shape: [2, 0], entries: [] }, code: 'INFERENCE_SHAPE_MISMATCH', got: 'shape [2, 0]' },
    {
      spec: { shape: [2, 1e9], entries: [] },
      code: 'INFERENCE_TENSOR_TOO_LARGE',
      got: 'shape [2, 1000000000]',
    },
    {
      spec: { shape: [SPARSE_AXIS_MAX + 1], entries: [] },
      code: 'INFERENCE_TENSOR_TOO_LARGE',
      got: `shape [${SPARSE_AXIS_MAX + 1}]`,
    },
    { spec: { shape }, code: 'INFERENCE_SHAPE_MISMATCH', got: 'undefined' },
    { spec: { shape, entries: 7 }, code: 'INFERENCE_SHAPE_MISMATCH', got: '7' },
    { spec: { shape, entries: [1] }, code: 'INFERENCE_SHAPE_MISMATCH', index: [0], got: '1' },
    { spec: { shape, entries: [[[0, 2], 1]] }, code: 'INFERENCE_SHAPE_MISMATCH', got: '[0, 2]' },
    { spec: { shape, entries: [[[0], 1]] }, code: 'INFERENCE_SHAPE_MISMATCH', got: '[0]' },
    { spec: { shape, entries: [[[0, -1], 1]] }, code: 'INFERENCE_SHAPE_MISMATCH', got: '[0, -1]' },
    { spec: { shape, entries: [[[0, 0.5], 1]] }, code: 'INFERENCE_SHAPE_MISMATCH', got: '[0, 0.5]' },
    {
      spec: { shape, entries: [[[0, 1], Number.NaN]] },
      code: 'INFERENCE_NOT_FINITE',
      index: [0, 1],
      got: 'NaN',
    },
    { spec: { shape, entries: twice }, code: 'INFERENCE_SPARSE_INVALID', index: [1, 0], got: 'it twice' },
    { spec: { shape, columns: [[]] }, code: 'INFERENCE_SHAPE_MISMATCH', got: 'a list of 1' },
    { spec: { shape, columns: [[], 1] }, code: 'INFERENCE_SHAPE_MISMATCH', index: [1], got: '1' },
    { spec: { shape, columns: [[], [1]] }, code: 'INFERENCE_SHAPE_MISMATCH', index: [1], got: '1' },
    { spec: { shape, columns: [[], [[2, 1]]] }, code: 'INFERENCE_SHAPE_MISMATCH', index: [1], got: '2' },
    { spec: { shape, columns: [[], [[0, '1']]] }, code: 'INFERENCE_NOT_FINITE', index: [0, 1], got: '"1"' },
    {
      spec: {
        shape,
        columns: [
          [
            [1, 0.5],
            [0, 0.5],
          ],
          [],
        ],
      },
      code: 'INFERENCE_SPARSE_INVALID',
      index: [0, 0],
      got: '0',
    },
    {
      spec: { shape, columns: [[], []], background: [1] },
      code: 'INFERENCE_SHAPE_MISMATCH',
      tensor: 'B[0].background',
      got: '1',
    },
    {
      spec: { shape, columns: [[], []], background: [1, Number.POSITIVE_INFINITY] },
      code: 'INFERENCE_NOT_FINITE',
      tensor: 'B[0].background',
      index: [1],
      got: 'Infinity',
    },
  ])('refuses case %# with $code, got $got', ({ spec, code, tensor: name = 'B[0]', index = [], got }) => {
    const build = (): unknown => sparseTensor(spec as SparseTensorSpec, 'B[0]');
    expect(build).toThrow(ModelError);
    expect(build).toThrow(expect.objectContaining({ code, tensor: name, index, got }));
  });
});

describe('checkModelTensor', () => {
  // Three columns of three equal numbers, which stay so however they are cut: only the cuts are wrong.
  const third = 1 / 3;
  const even = {
    shape: [3, 3],
    background: Float64Array.of(third, third, third),
    starts: Int32Array.of(0, 2, 2, 3),
    rows: Int32Array.of(0, 1, 2),
    values: Float64Array.of(third, third, third),
  };

  test('takes parts that fit together', () => {
    expect(() => checkModelTensor(even, 'A[0]')).not.toThrow();
    expect(() => checkModelTensor({ ...even, background: null }, 'A[0]')).not.toThrow();
  });

  test.each<{ parts: Partial<SparseTensor>; part: string; index?: number[]; got: string }>([
    { parts: { starts: Int32Array.of(0, 2, 1, 3) }, part: 'starts', index: [2], got: '1' },
    { parts: { starts: Int32Array.of(1, 2, 2, 3) }, part: 'starts', index: [0], got: '1' },
    { parts: { starts: Int32Array.of(0, -1, 2, 3) }, part: 'starts', index: [1], got: '-1' },
    { parts: { starts: Int32Array.of(0, 2, 3) }, part: 'starts', got: '3' },
    { parts: { starts: Int32Array.of(0, 2, 2, 3, 3) }, part: 'starts', got: '5' },
    { parts: { starts: Uint32Array.of(0, 2, 2, 3) as never }, part: 'starts', got: 'a value of type object' },
    { parts: { starts: [0, 2, 2, 3] as never }, part: 'starts', got: 'a list of 4' },
    { parts: { rows: Int32Array.of(0, 1, 2, 2) }, part: 'rows', got: '4' },
    { parts: { rows: Int32Array.of(0, 1) }, part: 'rows', got: '2' },
    { parts: { rows: Int32Array.of(1, 1, 2) }, part: 'rows', index: [1], got: '1' },
    { parts: { rows: Int32Array.of(1, 0, 2) }, part: 'rows', index: [1], got: '0' },
    { parts: { rows: Int32Array.of(0, 1, 3) }, part: 'rows', index: [2], got: '3' },
    { parts: { rows: Int32Array.of(-1, 1, 2) }, part: 'rows', index: [0], got: '-1' },
    { parts: { rows: undefined as never }, part: 'rows', got: 'undefined' },
    { parts: { values: Float64Array.of(third, third) }, part: 'values', got: '2 elements' },
    { parts: { values: Float32Array.of(1, 1, 1) as never }, part: 'values', got: 'a list of 3' },
    { parts: { background: Float64Array.of(third) }, part: 'background', got: '1 elements' },
    { parts: { background: undefined as never }, part: 'background', got: 'undefined' },
  ])('refuses case %# for its $part, got $got', ({ parts, part, index = [], got }) => {
    expect(() => checkModelTensor({ ...even, ...parts }, 'A[0]')).toThrow(
      expect.objectContaining({ code: 'INFERENCE_SPARSE_INVALID', tensor: `A[0].${part}`, index, got }),
    );
  });
});

describe('sparseFromDense', () => {
  test.each(['detect', 'none'] as const)('with background %s, toDense undoes it', (background) => {
    fc.assert(
      fc.property(tensors, (source) => {
        const sparse = sparseFromDense(source, { background });
        checkModelTensor(sparse, 'sparse');
        expect(toDense(sparse)).toEqual(source);
      }),
    );
  });

  test('keeps a noisy identity of n states in n background values and n entries', () => {
    const n = 50;
    const data = new Float64Array(n * n).fill(0.1 / (n - 1));
    for (let i = 0; i < n; i++) data[i * n + i] = 0.9;
    const { background, values } = sparseFromDense({ shape: [n, n], data });
    expect(background).toEqual(new Float64Array(n).fill(0.1 / (n - 1)));
    expect(values).toEqual(new Float64Array(n).fill(0.9));
  });

  test('takes no background where listing what is not 0 is no larger', () => {
    fc.assert(
      fc.property(tensors, (source) => {
        const detected = sparseFromDense(source);
        const plain = sparseFromDense(source, { background: 'none' });
        expect(plain.background).toBeNull();
        expect(plain.values).not.toContain(0);
        const size = ({ background, values }: SparseTensor): number =>
          (background?.length ?? 0) + values.length;
        if (detected.background === null) expect(detected).toEqual(plain);
        else expect(size(detected)).toBeLessThan(size(plain));
      }),
    );
  });

  test('refuses what is not finite, and says where', () => {
    expect(() => sparseFromDense({ shape: [1, 2], data: Float64Array.of(1, Number.NaN) })).toThrow(
      expect.objectContaining({ code: 'INFERENCE_NOT_FINITE', index: [0, 1], got: 'NaN' }),
    );
  });
});

describe('toDense', () => {
  test('returns a dense tensor as it is', () => {
    const dense = tensor([1, 2]);
    expect(toDense(dense)).toBe(dense);
  });

  test('refuses what would fill the memory', () => {
    const stay = sparseTensor({
      shape: [20_000, 20_000],
      columns: Array.from({ length: 20_000 }, (_, state) => [[state, 1]]),
    });
    expect(() => toDense(stay)).toThrow(expect.objectContaining({ code: 'INFERENCE_TENSOR_TOO_LARGE' }));
  });
});

describe('entryAt', () => {
  test('is what stands there in every form', () => {
    fc.assert(
      fc.property(tensors, fc.integer(), (source, seed) => {
        const sparse = randomSparseForm(source, randomSource(seed));
        source.data.forEach((entry, offset) => {
          const index = indexAt(source.shape, offset);
          expect(entryAt(source, index)).toBe(entry);
          expect(entryAt(sparse, index)).toBe(entry);
        });
      }),
    );
  });

  test.each([[[2, 0]], [[0]], [[0, 0, 0]], [[0, -1]], [[0, Number.NaN]]])('refuses index %j', (index) => {
    expect(() => entryAt(tensor([[1], [2]]), index)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_SHAPE_MISMATCH' }),
    );
  });
});

function* entriesOf({ shape, starts, rows, values }: SparseTensor): Iterable<readonly [number[], number]> {
  for (let column = 0; column + 1 < starts.length; column++) {
    for (let k = starts[column]!; k < starts[column + 1]!; k++) {
      yield [[rows[k]!, ...indexAt(shape.slice(1), column)], values[k]!];
    }
  }
}
