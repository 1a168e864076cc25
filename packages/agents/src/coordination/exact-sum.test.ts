// At stake: whole numbers are added as they are, and nobody can tell. Tried on numbers around the bound up to which that is exact, among others, in
// any order and joined in trees of any shape, beside sums in whole numbers without bound.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addAllExactSums, addExactSums, type ExactSums, roundExactSums, SumBuilder } from './exact-sum.js';
import { exactly } from './exact-sum.test-fixtures.js';

const edge = 2 ** 53;
const whole = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -9, max: 9 }),
  fc.constantFrom(1, -1, 0, -0, edge - 1, 1 - edge, edge, -edge, edge + 2, edge / 2, -edge / 2, edge * 2),
);
const mixed = fc.oneof(
  { weight: 3, arbitrary: whole },
  fc.double({ min: -(2 ** 900), max: 2 ** 900, noNaN: true }),
  fc.constantFrom(0.5, -0.5, 0.1, 2 ** -53, 1e100, -1e100, 2 ** -1074),
);

/** Two sums of as many numbers. */
const rows = (of: fc.Arbitrary<number>) => fc.array(fc.tuple(of, of), { maxLength: 40 });
const cuts = fc.array(fc.nat(), { maxLength: 12 });

function built(all: readonly (readonly number[])[]): ExactSums {
  const sums = new SumBuilder(2);
  for (const row of all) for (const [c, x] of row.entries()) sums.add(c, x);
  return sums.done();
}

/** Joined along a tree of random shape; what is joined may be of nobody. */
function joined(all: readonly (readonly number[])[], [cut, ...rest]: readonly number[]): ExactSums {
  if (cut === undefined) return built(all);
  const at = cut % (all.length + 1);
  const parts = [joined(all.slice(0, at), rest), joined(all.slice(at), rest.toReversed())] as const;
  return structuredClone(cut % 2 === 0 ? addExactSums(...parts) : addAllExactSums(parts));
}

const read = (sums: ExactSums): number[] => [...roundExactSums(sums)];

describe('exact sums', () => {
  it.each([
    { of: 'whole numbers', numbers: whole },
    { of: 'whole numbers and others', numbers: mixed },
  ])('of $of are rounded once, to the last bit, in any order and any tree', ({ numbers }) => {
    fc.assert(
      fc.property(rows(numbers), cuts, fc.array(fc.nat(), { maxLength: 40 }), (all, shape, order) => {
        const expected = [0, 1].map((c) => exactly(all.map((row) => row[c]!)));
        const shuffled = all
          .map((row, i) => [row, order[i] ?? 0] as const)
          .toSorted(([, a], [, b]) => a - b)
          .map(([row]) => row);
        // `toEqual` tells 0 from -0.
        expect(read(joined(all, shape))).toEqual(expected);
        expect(read(joined(shuffled, shape))).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('of whole numbers are those of the same numbers as fractions, which are none', () => {
    const scale = 2 ** 120; // exact, and leaves no whole number but 0
    fc.assert(
      fc.property(rows(whole), cuts, (all, shape) => {
        const fractions = all.map((row) => row.map((x) => x / scale));
        expect(read(joined(all, shape))).toEqual(read(joined(fractions, shape)).map((x) => x * scale));
      }),
      { numRuns: 500 },
    );
  });

  it('of whole numbers travel as one number each, also beyond 2^53 where that is enough', () => {
    const three = built(new Array(1000).fill([3, 0]));
    expect(three).toEqual({ parts: Float64Array.of(3000), counts: Uint8Array.of(1, 0) });
    expect(built(new Array(1024).fill([edge / 2, 1])).parts).toEqual(Float64Array.of(512 * edge, 1024));
  });

  it('keep what is infinite or no number beside whole numbers', () => {
    const all = [
      [3, 1],
      [Number.POSITIVE_INFINITY, 2],
      [4, Number.NaN],
    ];
    expect(read(joined(all, [1, 1]))).toEqual([Number.POSITIVE_INFINITY, Number.NaN]);
    expect(read(joined([...all, [Number.NEGATIVE_INFINITY, 0]], [2]))).toEqual([Number.NaN, Number.NaN]);
  });
});
