// At stake: a result of a swarm is that of its agents, however the tree cuts them into cohorts. Tried for each combiner: random
// contributions, joined along random cuts, beside a flat model that has them all in one list.
import { keyedUniform, streamOf } from '@skein/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyCombiner, combineAll, joinAll } from './combiner.js';
import { type CombinerSpec, combinerOf } from './combiners.js';
import { exactSumsOf } from './exact-sum.js';
import { exactly } from './exact-sum.test-fixtures.js';
import { ABSTAINS } from './tally.js';

/** Numbers whose sums are hard: huge and tiny, of both signs, often equal or opposite. */
const hard = fc.oneof(
  fc.double({ min: -(2 ** 900), max: 2 ** 900, noNaN: true }),
  fc.constantFrom(1, -1, 2 ** 53, -(2 ** 53), 1e100, -1e100, 2 ** -53, 0.1, -0.1, 0),
);
const mild = fc.double({ min: -800, max: 800, noNaN: true });
const own = {
  span: {
    of: (x: unknown, index: number) => `${index}:${x}`,
    join: (left: unknown, right: unknown) => `${left} ${right}`,
  },
};

/** A contribution is undefined for an agent that is missing. */
interface Law {
  readonly spec: CombinerSpec;
  readonly contribution: fc.Arbitrary<unknown>;
  /** From agents and what they contribute, in index order. */
  readonly model: (all: readonly (readonly [index: number, contribution: never])[]) => unknown;
}

const column = (of: fc.Arbitrary<number>) => fc.array(of, { minLength: 2, maxLength: 2 });

const laws: readonly Law[] = [
  { spec: { name: 'list' }, contribution: fc.string(), model: (all) => all.map(([, x]) => x) },
  {
    spec: { name: 'int32' },
    contribution: column(fc.integer()),
    model: (all) => ({
      width: all.length && 2,
      numbers: Int32Array.from(all.flatMap(([, x]) => x)),
      first: all[0]?.[0] ?? -1,
      unfit: -1,
    }),
  },
  {
    spec: { name: 'float64' },
    contribution: mild,
    model: (all) => ({
      width: all.length && 1,
      numbers: Float64Array.from(all.map(([, x]) => x)),
      first: all[0]?.[0] ?? -1,
      unfit: -1,
    }),
  },
  { spec: { name: 'count' }, contribution: fc.constant(undefined), model: (all) => all.length },
  {
    spec: { name: 'counts' },
    contribution: fc
      .array(fc.tuple(fc.nat({ max: 3 }), fc.integer({ min: 1, max: 2 ** 31 - 1 })), { maxLength: 5 })
      .map((pairs) => Int32Array.of(4, ...pairs.flat(), 0, 0)),
    model: (all: readonly (readonly [number, Int32Array])[]) => {
      if (all.length === 0) return undefined;
      const column = new Float64Array(4);
      for (const [, row] of all) for (let i = 1; i < row.length; i += 2) column[row[i]!]! += row[i + 1]!;
      const at = [0, 1, 2, 3].filter((thing) => column[thing] !== 0);
      return { length: 4, at: Int32Array.from(at), times: Float64Array.from(at, (thing) => column[thing]!) };
    },
  },
  {
    spec: { name: 'sum', width: 2 },
    contribution: column(hard),
    model: (all) => Float64Array.from([0, 1], (c) => exactly(all.map(([, x]) => x[c]!))),
  },
  {
    spec: { name: 'mean', width: 1 },
    contribution: hard,
    model: (all) => Float64Array.of(exactly(all.map(([, x]) => x)) / all.length),
  },
  {
    spec: { name: 'max', width: 2 },
    contribution: column(mild),
    model: (all) => Float64Array.from([0, 1], (c) => Math.max(...all.map(([, x]) => x[c]!))),
  },
  {
    spec: { name: 'argmax' },
    contribution: fc.integer({ min: 0, max: 3 }),
    model: (all) => {
      const [best] = all.toSorted(([i, a], [j, b]) => b - a || i - j);
      return best && { index: best[0], value: best[1] };
    },
  },
  {
    spec: { name: 'top', count: 3 },
    contribution: fc.integer({ min: 0, max: 5 }),
    model: (all) => {
      const best = all.toSorted(([i, a], [j, b]) => b - a || i - j).slice(0, 3);
      return {
        indices: Int32Array.from(best, ([index]) => index),
        values: Float64Array.from(best, ([, value]) => value),
      };
    },
  },
  {
    spec: { name: 'tally', choices: 3 },
    contribution: fc.oneof(
      fc.integer({ min: ABSTAINS, max: 2 }),
      fc.tuple(
        fc.integer({ min: 0, max: 2 }),
        fc.oneof(
          fc.integer({ min: 0, max: 9 }),
          hard.map((weight) => Math.abs(weight)),
        ),
      ),
    ),
    model: (all) => {
      const ballots = all.map(([, ballot]) => [ballot, 1].flat() as [number, number]);
      const of = (choice: number) => ballots.filter(([chosen]) => chosen === choice);
      return {
        votes: Int32Array.from([0, 1, 2], (choice) => of(choice).length),
        weights: Float64Array.from([0, 1, 2], (choice) => exactly(of(choice).map(([, w]) => w))),
        abstained: of(ABSTAINS).length,
      };
    },
  },
  {
    spec: { name: 'sample', width: 2, count: 4, seed: 5, draw: 6 },
    contribution: column(mild),
    model: (all) => {
      const lot = (index: number) => keyedUniform(5, streamOf('agents: sample'), index, 6);
      const drawn = all
        .toSorted(([i], [j]) => lot(i) - lot(j))
        .slice(0, 4)
        .toSorted(([i], [j]) => i - j);
      return {
        indices: Int32Array.from(drawn, ([index]) => index),
        values: Float64Array.from(drawn.flatMap(([, x]) => x)),
      };
    },
  },
  {
    spec: { name: 'coalition-best' },
    contribution: fc.option(
      fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(0, -0, 1, 2, -1e9), fc.nat()),
      { nil: undefined },
    ),
    model: (all: readonly (readonly [number, readonly number[] | undefined])[]) =>
      new Map(
        [1, 2, 3, 4].flatMap((coalition): [number, number][] => {
          const [best] = all
            .flatMap(([i, bid]) => (bid?.[0] === coalition ? [[i, bid[1]!] as const] : []))
            .toSorted(([i, a], [j, b]) => b - a || i - j);
          return best === undefined ? [] : [[coalition, best[0]]];
        }),
      ),
  },
  {
    spec: { name: 'coalition-beliefs', states: 2 },
    contribution: fc.option(
      fc
        .tuple(
          fc.integer({ min: 1, max: 4 }),
          fc.constantFrom(0, 0.1, 0.5, 1),
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.constantFrom(0, 1, 2, 0.3),
        )
        .map((numbers) => Float64Array.from(numbers)),
      { nil: undefined },
    ),
    model: (all: readonly (readonly [number, Float64Array | undefined])[]) =>
      new Map(
        [1, 2, 3, 4].flatMap((coalition): [number, Float64Array][] => {
          const said = all.flatMap(([, one]) => (one?.[0] === coalition ? [one] : []));
          const logs = (s: number) => said.map((one) => (one[3] === 0 ? 0 : one[3]! * Math.log(one[s]!)));
          const sums = [logs(1), logs(2), said.map((one) => one[3]!)].map((terms) =>
            terms.includes(Number.NEGATIVE_INFINITY) ? Number.NEGATIVE_INFINITY : exactly(terms),
          );
          return said.length === 0 ? [] : [[coalition, Float64Array.from(sums)]];
        }),
      ),
  },
  {
    spec: { name: 'own', own: 'span', width: 1 },
    contribution: fc.integer(),
    model: (all) => (all.length === 0 ? undefined : all.map(([i, x]) => `${i}:${x}`).join(' ')),
  },
];

/** Agents, undefined where one is missing, and where to cut: each number halves one of the pieces. */
const cuts = fc.array(fc.nat(), { maxLength: 12 });
const agents = (contribution: fc.Arbitrary<unknown>) =>
  fc.array(fc.option(fc.tuple(contribution), { nil: undefined, freq: 5 }), { maxLength: 40 });

/** Joined along a tree of random shape. */
function joined(
  combiner: AnyCombiner,
  all: readonly ([unknown] | undefined)[],
  from: number,
  shape: readonly number[],
): unknown {
  const [cut, ...rest] = shape;
  if (cut === undefined || all.length < 2) {
    const indices = [...all.keys()].filter((i) => all[i] !== undefined).map((i) => from + i);
    return combineAll(
      combiner,
      all.flatMap((one) => one ?? []),
      indices,
    );
  }
  const at = 1 + (cut % (all.length - 1));
  const parts = [
    joined(combiner, all.slice(0, at), from, rest),
    joined(combiner, all.slice(at), from + at, rest.toReversed()),
  ];
  const partial = cut % 2 === 0 ? combiner.join(parts[0], parts[1]) : joinAll(combiner, parts);
  return structuredClone(partial); // as if it crossed a thread
}

describe.each(laws.map((law) => ({ law, name: law.spec.name })))('$name', ({ law }) => {
  const combiner = combinerOf(law.spec, own);

  it('gives what a flat model gives, however the tree is cut', () => {
    fc.assert(
      fc.property(agents(law.contribution), cuts, (all, shape) => {
        const heard = all.flatMap((one, i) => (one === undefined ? [] : [[i, one[0]] as [number, never]]));
        expect(combiner.read(joined(combiner, all, 0, shape))).toEqual(law.model(heard));
      }),
      { numRuns: 300 },
    );
  });

  it('joins with nobody to the same', () => {
    fc.assert(
      fc.property(agents(law.contribution), (all) => {
        const partial = joined(combiner, all, 0, []);
        const alone = combiner.read(partial);
        expect(combiner.read(combiner.join(partial, combiner.empty()))).toEqual(alone);
        expect(combiner.read(combiner.join(combiner.empty(), partial))).toEqual(alone);
        expect(combiner.read(joinAll(combiner, []))).toEqual(combiner.read(combiner.empty()));
      }),
    );
  });
});

/** Those that round: the same for each cut, and near to what the formula gives. */
describe.each([
  {
    spec: { name: 'logsumexp', width: 1 } as const,
    contribution: fc.oneof(mild, fc.constantFrom(Number.NEGATIVE_INFINITY, 0)),
    formula: (all: readonly never[]) => {
      const most = Math.max(...all);
      if (all.length === 0 || most === Number.NEGATIVE_INFINITY) return [Number.NEGATIVE_INFINITY];
      return [most + Math.log(all.reduce((sum, x) => sum + Math.exp(x - most), 0))];
    },
    result: (value: Float64Array) => value,
  },
  ...(['product', 'pool'] as const).map((rule) => ({
    spec: { name: 'fuse', states: 2, rule } as const,
    contribution: fc
      .tuple(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 3, noNaN: true })),
      )
      .map(([p, w]) => [p, 1 - p, w]),
    formula: (all: readonly (readonly [number, number, number])[]) => {
      const total = all.reduce((sum, [, , w]) => sum + w, 0);
      const share = rule === 'pool' && total > 0 ? 1 / total : 1;
      const odds = all.reduce((sum, [p, q, w]) => sum + share * w * (Math.log(p) - Math.log(q)), 0);
      return [1 / (1 + Math.exp(-odds)), 1 / (1 + Math.exp(odds)), total];
    },
    result: ({ posterior, precision }: { posterior: Float64Array; precision: number }) => [
      ...posterior,
      precision,
    ],
  })),
])('$spec', ({ spec, contribution, formula, result }) => {
  const combiner = combinerOf(spec, own);

  it('is the same however the tree is cut, and what its formula gives', () => {
    fc.assert(
      fc.property(agents(contribution), cuts, (all, shape) => {
        const heard = all.flatMap((one) => (one === undefined ? [] : one));
        const got = [...result(combiner.read(joined(combiner, all, 0, shape)))];
        expect(got).toEqual([...result(combiner.read(joined(combiner, all, 0, [])))]);
        for (const [at, expected] of formula(heard as never).entries()) {
          if (Number.isFinite(expected)) {
            // Each of n terms is rounded once, and of size 800 or less; so is the formula's own sum.
            const tolerance = (heard.length + 4) * 2 ** -52 * Math.max(800, Math.abs(expected));
            expect(Math.abs(got[at]! - expected)).toBeLessThanOrEqual(tolerance);
          } else expect(got[at]).toBe(expected);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('exact sums', () => {
  it('keep infinities and what is no number', () => {
    const sum = combinerOf({ name: 'sum', width: 3 }, own);
    const rows = [
      [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN],
      [1e300, Number.NEGATIVE_INFINITY, 1],
    ];
    expect(
      sum.read(
        joinAll(
          sum,
          rows.map((row, i) => sum.of(row, i)),
        ),
      ),
    ).toEqual(Float64Array.of(Number.POSITIVE_INFINITY, Number.NaN, Number.NaN));
  });

  it('hold no more parts than a float64 has room for', () => {
    const wide = exactSumsOf(1, () => 2 ** 900);
    const sum = combinerOf({ name: 'sum', width: 1 }, own);
    const all = Array.from({ length: 400 }, (_, i) => sum.of(2 ** (900 - 5 * i), i));
    expect(joinAll(sum, [wide, ...all]).parts.length).toBeLessThanOrEqual(40);
  });
});

describe('rows of whole numbers', () => {
  it.each([
    { name: 'a fraction', rows: [1, 2, 0.5, 4], unfit: 2 },
    { name: 'more than 32 bits', rows: [1, 2 ** 31], unfit: 1 },
    { name: 'no number', rows: [1, 'east'], unfit: 1 },
    { name: 'nothing', rows: [undefined, 1], unfit: 0 },
    { name: 'a row among numbers', rows: [1, [1, 2]], unfit: 1 },
    {
      name: 'one row that is longer',
      rows: [
        [1, 2],
        [1, 2],
        [1, 2, 3],
      ],
      unfit: 2,
    },
  ])('name the agent whose contribution is $name, however the tree is cut', ({ rows, unfit }) => {
    const int32 = combinerOf({ name: 'int32' }, own);
    fc.assert(
      fc.property(cuts, (shape) => {
        const wrapped = rows.map((row): [unknown] => [row]);
        expect(joined(int32, wrapped, 0, shape)).toMatchObject({ unfit });
      }),
    );
  });
});
