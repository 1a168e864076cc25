// At stake: an arrow whose label does not fit, or names that run together. Tried with any demands: all are met, and no
// column could stand further left.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { leftOf, placeColumns } from './columns.js';

it('keeps all distances, and no column further right than it must be', () => {
  const headings = fc.array(fc.nat(12), { minLength: 1, maxLength: 6 });
  const wanted = fc.array(fc.record({ one: fc.nat(5), other: fc.nat(5), apart: fc.nat(40) }), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(headings, wanted, (cells, pairs) => {
      const distances = pairs
        .map(({ one, other, apart }) => ({
          from: Math.min(one, other),
          to: Math.max(one, other),
          cells: apart,
        }))
        .filter(({ from, to }) => from < to && to < cells.length);
      function holds(at: readonly number[]): boolean {
        const begin = (i: number) => at[i]! - leftOf(cells[i]!);
        const end = (i: number) => Math.max(at[i]! + 1, begin(i) + cells[i]!);
        return (
          begin(0) >= 0 &&
          at.every((_, i) => i === 0 || begin(i) >= end(i - 1) + 2) &&
          distances.every(({ from, to, cells: apart }) => at[to]! - at[from]! >= apart)
        );
      }
      const { at, width } = placeColumns(cells, distances);
      expect(holds(at)).toBe(true);
      for (const i of at.keys()) expect(holds(at.map((cell, j) => (i === j ? cell - 1 : cell)))).toBe(false);
      const last = at.length - 1;
      expect(width).toBe(Math.max(at[last]! + 1, at[last]! - leftOf(cells[last]!) + cells[last]!));
    }),
  );
});
