import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomDistribution, randomSource } from '../random-model.test-fixtures.js';
import { sampleCategorical } from './sample-categorical.js';

// At stake: an action of probability 0 must never be drawn, whatever the rounding of the sum.
test.each([
  { p: [0.25, 0.5, 0.25], uniform: 0, index: 0, remainder: 0 },
  { p: [0.25, 0.5, 0.25], uniform: 0.25, index: 1, remainder: 0 },
  { p: [0.25, 0.5, 0.25], uniform: 0.5, index: 1, remainder: 0.5 },
  { p: [0, 1, 0], uniform: 0, index: 1, remainder: 0 },
  { p: [0.5, 0.49, 0], uniform: 0.999, index: 1, remainder: 0 },
])('at $uniform of $p draws $index and leaves $remainder', ({ p, uniform, index, remainder }) => {
  expect(sampleCategorical(Float64Array.from(p), uniform)).toEqual({ index, remainder });
});

test('draws only what is possible and leaves a number in [0, 1)', () => {
  const uniforms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), uniforms, (seed, n, uniform) => {
      const p = randomDistribution(n, randomSource(seed), 0.5);
      const { index, remainder } = sampleCategorical(p, uniform);
      expect(p[index]).toBeGreaterThan(0);
      expect(remainder).toBeGreaterThanOrEqual(0);
      expect(remainder).toBeLessThan(1);
    }),
  );
});

test('what is left is uniform again: a grid of numbers draws two coins in all four ways equally', () => {
  const coin = Float64Array.of(0.5, 0.5);
  const counts = new Map<string, number>();
  for (let i = 0; i < 1000; i++) {
    const first = sampleCategorical(coin, i / 1000);
    const second = sampleCategorical(coin, first.remainder);
    const key = `${first.index}${second.index}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(Object.fromEntries(counts)).toEqual({ '00': 250, '01': 250, 10: 250, 11: 250 });
});
