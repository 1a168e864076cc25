import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementCount, indexAt, tensor } from '../model/tensor.js';
import { randomDistribution, randomSource } from '../random-model.test-fixtures.js';
import { contract, expectation, jointSupport, outerProduct } from './tensor-contraction.js';

// At stake: every expectation in the package. They are held against sums written out over all indices.
const operands = fc.record({
  seed: fc.integer(),
  shape: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
  kept: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
});

/** At most 4^4 products of at most four factors each: 256 roundings of numbers below 1, a few bits each. */
const TOLERANCE = 2 ** -42;

describe('contract', () => {
  test('equals the sum written out, zeros included', () => {
    fc.assert(
      fc.property(operands, ({ seed, shape, kept }) => {
        const random = randomSource(seed);
        const X = { shape, data: Float64Array.from({ length: elementCount(shape) }, () => random() - 0.5) };
        const vectors = shape.map((n, axis) => (kept[axis] ? null : randomDistribution(n, random, 0.5)));
        const keptShape = shape.filter((_, axis) => kept[axis]);
        const expected = new Float64Array(elementCount(keptShape));
        X.data.forEach((value, offset) => {
          const index = indexAt(shape, offset);
          const weight = index.reduce((w, i, axis) => w * (vectors[axis]?.[i] ?? 1), 1);
          const target = index
            .filter((_, axis) => kept[axis])
            .reduce((at, i, axis) => at * keptShape[axis]! + i, 0);
          expected[target]! += weight * value;
        });
        const result = contract(X, vectors);
        expect(result.shape).toEqual(keptShape);
        result.data.forEach((value, i) => {
          expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(TOLERANCE);
        });
      }),
    );
  });

  test('of every axis gives a tensor of no axes', () => {
    expect(contract(tensor([1, 2]), [Float64Array.of(0.5, 0.5)])).toEqual({
      shape: [],
      data: Float64Array.of(1.5),
    });
  });

  test('an axis beyond the vectors is kept', () => {
    const X = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(Array.from(contract(X, [Float64Array.of(0, 1)]).data)).toEqual([3, 4]);
  });
});

describe('jointSupport', () => {
  test('a known factor of 300 states beside an unknown one of 300 has 300 joint states', () => {
    const known = new Float64Array(300);
    known[7] = 1;
    const { offsets, weights } = jointSupport([300, 300], [known, new Float64Array(300).fill(1 / 300)]);
    expect(offsets.length).toBe(300);
    expect(offsets[0]).toBe(7 * 300);
    expect(weights[0]).toBe(1 / 300);
  });

  test('of no axes is one certain joint state', () => {
    expect(jointSupport([], [])).toEqual({ offsets: Int32Array.of(0), weights: Float64Array.of(1) });
    expect(expectation(Float64Array.of(4), jointSupport([], []))).toBe(4);
  });
});

test('outerProduct has the axes of its factors in order', () => {
  const product = outerProduct([
    tensor([2, 3]),
    tensor([
      [1, 10],
      [100, 1000],
    ]),
  ]);
  expect(product.shape).toEqual([2, 2, 2]);
  expect(Array.from(product.data)).toEqual([2, 20, 200, 2000, 3, 30, 300, 3000]);
});
