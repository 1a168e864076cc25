// At stake: a factor left out by mistake changes what agents believe; one kept in vain multiplies what a step costs.
import { describe, expect, test } from 'vitest';
import { sparseFromDense, toDense } from '../model/sparse-tensor.js';
import type { Tensor } from '../model/tensor.js';
import { withoutIdleFactors } from './dependencies.js';

/** P(o given a, b, c) with so many states, by a function. */
const likelihood = (
  counts: readonly [number, number, number],
  entry: (o: number, a: number, b: number, c: number) => number,
): Tensor => {
  const [A, B, C] = counts;
  const shape = [2, A, B, C];
  const data = Float64Array.from({ length: 2 * A * B * C }, (_, i) =>
    entry(Math.floor(i / (A * B * C)), Math.floor(i / (B * C)) % A, Math.floor(i / C) % B, i % C),
  );
  return { shape, data };
};

describe('withoutIdleFactors', () => {
  test.each([
    { name: 'the first', uses: [0], left: [7] },
    { name: 'the middle one', uses: [1], left: [5] },
    { name: 'the last', uses: [2], left: [3] },
    { name: 'the outer two', uses: [0, 2], left: [7, 3] },
    { name: 'all', uses: [0, 1, 2], left: [7, 5, 3] },
  ])('keeps $name of three factors, when no other matters', ({ uses, left }) => {
    const p = (states: readonly number[]): number =>
      uses.reduce((sum, f) => sum + (states[f]! + 1) / 40, 0.1);
    const tensor = likelihood([3, 2, 4], (o, ...states) => (o === 0 ? p(states) : 1 - p(states)));
    const kept = withoutIdleFactors(tensor, [7, 5, 3]);
    expect(kept.factors).toEqual(left);
    const { shape, data } = toDense(kept.tensor);
    expect(shape).toEqual([2, ...uses.map((f) => [3, 2, 4][f]!)]);
    data.forEach((value, i) => {
      const states = [0, 0, 0];
      let rest = i;
      for (const f of [...uses].reverse()) {
        states[f] = rest % [3, 2, 4][f]!;
        rest = Math.floor(rest / [3, 2, 4][f]!);
      }
      expect(value).toBe(rest === 0 ? p(states) : 1 - p(states));
    });
  });

  test('keeps one factor of a modality that shows nothing', () => {
    const tensor = likelihood([3, 2, 4], (o) => (o === 0 ? 0.25 : 0.75));
    const kept = withoutIdleFactors(tensor, [0, 1, 2]);
    expect(kept.factors).toHaveLength(1);
    expect(toDense(kept.tensor).shape).toHaveLength(2);
  });

  test('keeps a factor that matters in a single state', () => {
    const tensor = likelihood([2, 3, 2], (o, a, b, c) => (o === 0 ? 1 : 0) + (a + b + c === 4 ? 1e-9 : 0));
    expect(withoutIdleFactors(tensor, [0, 1, 2]).factors).toEqual([0, 1, 2]);
  });

  test('takes a sparse tensor as it is', () => {
    const tensor = sparseFromDense(likelihood([3, 2, 4], (o) => (o === 0 ? 1 : 0)));
    expect(withoutIdleFactors(tensor, [0, 1, 2])).toEqual({ tensor, factors: [0, 1, 2] });
  });
});
