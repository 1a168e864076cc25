import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tensor } from '../model/tensor.js';
import { randomDistribution, randomSource } from '../random-model.test-fixtures.js';
import { columnEntropies, entropy } from './entropy.js';

// At stake: information gain is a difference of entropies; an epsilon here would show there.
describe('entropy', () => {
  test.each([
    { p: [1, 0, 0], H: 0 },
    { p: [0.5, 0.5], H: Math.LN2 },
    { p: [0.25, 0.25, 0.25, 0.25], H: 2 * Math.LN2 },
  ])('of $p is $H', ({ p, H }) => {
    expect(entropy(Float64Array.from(p))).toBe(H);
  });

  test('lies between 0 and ln n', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, n) => {
        const H = entropy(randomDistribution(n, randomSource(seed), 0.3));
        expect(H).toBeGreaterThanOrEqual(0);
        expect(H).toBeLessThanOrEqual(Math.log(n) + n * 2 ** -50);
      }),
    );
  });
});

test('columnEntropies has one entry a column, in row-major order of the states', () => {
  const A = tensor([
    [
      [1, 0.5],
      [0, 0.25],
    ],
    [
      [0, 0.5],
      [1, 0.75],
    ],
  ]);
  const H = columnEntropies(A);
  expect(Array.from(H)).toEqual([0, Math.LN2, 0, entropy(Float64Array.of(0.25, 0.75))]);
});
