// At stake: whoever forms coalitions, they are coalitions: nobody is in two, each covers its task, and none costs more than it is worth; and what is said to
// be the best is. Tried with random games beside an enumeration of all formations, and with hidden beliefs and models.
import { defineModel } from '@skein/inference';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSwarmTree } from '../swarm/swarm-tree.js';
import { coalitionEnergy } from './coalition-energy.js';
import { gameOf } from './coalition-task.js';
import { formGreedily } from './form-greedily.js';
import { formHierarchically } from './form-hierarchically.js';
import { formOptimally, OPTIMAL_CANDIDATES_MAX } from './form-optimally.js';
import { type Candidate, type CoalitionGame, type Formation, formationEnergy } from './game.js';

/** Sums of at most twelve energies in another order. */
const ROUNDING = 1e-9;

/** Two hidden states; action 1 leads to the worse one, mostly, or away from it, and needs a capability. */
const model = defineModel({
  A: [
    [
      [0.8, 0.3],
      [0.2, 0.7],
    ],
  ],
  B: [
    [
      [
        [1, 0.2],
        [0, 0.1],
      ],
      [
        [0, 0.8],
        [1, 0.9],
      ],
    ],
  ],
  C: [[0, -2]],
  D: [[0.6, 0.4]],
});

const CAPABILITIES = ['a', 'b'] as const;
const strengths = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 2 });

const tasks = fc
  .array(
    fc.record({
      requires: fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })),
      value: fc.double({ min: -0.5, max: 6, noNaN: true }),
      atMost: fc.constantFrom(1, 2, Number.POSITIVE_INFINITY),
      planned: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((all) =>
    all.map(({ requires, planned, ...task }, at) => ({
      name: `task ${at}`,
      ...task,
      requires: Object.fromEntries(
        requires.flatMap((strength, c) => (strength > 0 ? [[CAPABILITIES[c]!, strength]] : [])),
      ),
      ...(planned && { plan: { model, needs: [[[], ['a']]] } }),
    })),
  );

const games = fc
  .record({ tasks, memberCost: fc.double({ min: 0, max: 1, noNaN: true }), freeMax: fc.constantFrom(2, 256) })
  .map(({ tasks, ...options }) => gameOf(tasks, { stateCount: 2, ...options }));

const manyOf = (maxLength: number): fc.Arbitrary<Candidate[]> =>
  fc
    .array(
      fc.record({
        index: fc.integer({ min: 0, max: 30 }),
        strengths,
        p: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
      }),
      {
        maxLength,
      },
    )
    .map((all) => [...new Map(all.map((one) => [one.index, one])).values()])
    .map((all) =>
      all.map(({ index, strengths, p }) => ({ index, numbers: Float64Array.of(...strengths, p, 1 - p) })),
    );

/** A game whose capabilities may be fewer has candidates with as many strengths. */
function fit(game: CoalitionGame, candidates: readonly Candidate[]): Candidate[] {
  return candidates.map(({ index, numbers }) => ({
    index,
    numbers: Float64Array.of(
      ...game.capabilities.map((name) => numbers[CAPABILITIES.indexOf(name as 'a')]!),
      ...numbers.subarray(2),
    ),
  }));
}

/** What all ways to form have in common. */
function expectSound(game: CoalitionGame, candidates: readonly Candidate[], { coalitions }: Formation): void {
  const { deficit, energy } = coalitionEnergy(game);
  const members = coalitions.flatMap((one) => one.members.map(({ index }) => index));
  expect(new Set(members).size).toBe(members.length);
  expect(candidates.map(({ index }) => index)).toEqual(expect.arrayContaining(members));
  for (const { task, members, expectedFreeEnergy } of coalitions) {
    expect(members.length).toBeGreaterThan(0);
    expect(deficit(task, members)).toBe(0);
    expect(expectedFreeEnergy).toBe(energy(task, members));
    expect(expectedFreeEnergy).toBeLessThan(0);
  }
  for (const [task, { atMost }] of game.tasks.entries())
    expect(coalitions.filter((one) => one.task === task).length).toBeLessThanOrEqual(atMost);
}

const treeOf = (fanOut: number) => planSwarmTree(31, fanOut, 0);
const ways = {
  greedy: formGreedily,
  optimal: formOptimally,
  hierarchical: (game: CoalitionGame, candidates: readonly Candidate[]) =>
    formHierarchically(game, candidates, treeOf(3)),
};

describe.each(Object.entries(ways))('%s', (_, form) => {
  it('puts nobody into two coalitions, covers each task, and costs less than nothing', () => {
    fc.assert(
      fc.property(games, manyOf(7), (game, all) => {
        const candidates = fit(game, all);
        expectSound(game, candidates, form(game, candidates));
      }),
    );
  });

  it('does not depend on the order of the agents', () => {
    fc.assert(
      fc.property(
        games,
        manyOf(7).chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        (game, [all, shuffled]) => {
          expect(form(game, fit(game, shuffled))).toEqual(form(game, fit(game, all)));
        },
      ),
    );
  });
});

/** The least there is, by trying all: each agent in no coalition, or in one of those begun, or in a new one. */
function leastEnergy(game: CoalitionGame, candidates: readonly Candidate[]): number {
  const { deficit, energy } = coalitionEnergy(game);
  const agents = [...candidates].sort((a, b) => a.index - b.index);
  const worth = (groups: readonly Candidate[][], left: readonly number[]): number => {
    const [group, ...others] = groups;
    if (group === undefined) return 0;
    let least = Number.POSITIVE_INFINITY;
    for (const [task, room] of left.entries())
      if (room > 0 && deficit(task, group) === 0)
        least = Math.min(
          least,
          energy(task, group) +
            worth(
              others,
              left.map((n, at) => (at === task ? n - 1 : n)),
            ),
        );
    return least;
  };
  const tryFrom = (at: number, groups: readonly Candidate[][]): number => {
    const agent = agents[at];
    if (agent === undefined)
      return worth(
        groups,
        game.tasks.map(({ atMost }) => atMost),
      );
    const rest = groups.map((_, g) => groups.map((group, h) => (g === h ? [...group, agent] : group)));
    return Math.min(...[groups, [...groups, [agent]], ...rest].map((next) => tryFrom(at + 1, next)));
  };
  return tryFrom(0, []);
}

describe('formations beside each other', () => {
  it('optimal is as good as any that there is', () => {
    fc.assert(
      fc.property(games, manyOf(5), (game, all) => {
        const candidates = fit(game, all);
        expect(formationEnergy(formOptimally(game, candidates))).toBeCloseTo(
          leastEnergy(game, candidates),
          9,
        );
      }),
      { numRuns: 150 },
    );
  });

  it('neither greedy nor hierarchical is better than optimal', () => {
    fc.assert(
      fc.property(games, manyOf(8), fc.integer({ min: 2, max: 8 }), (game, all, fanOut) => {
        const candidates = fit(game, all);
        const best = formationEnergy(formOptimally(game, candidates)) - ROUNDING;
        expect(formationEnergy(formGreedily(game, candidates))).toBeGreaterThanOrEqual(best);
        expect(formationEnergy(formHierarchically(game, candidates, treeOf(fanOut)))).toBeGreaterThanOrEqual(
          best,
        );
      }),
    );
  });

  it('hierarchical in a tree of one cohort is greedy', () => {
    fc.assert(
      fc.property(games, manyOf(12), (game, all) => {
        const candidates = fit(game, all);
        const { coalitions } = formHierarchically(game, candidates, treeOf(31));
        expect(coalitions).toEqual(formGreedily(game, candidates).coalitions);
      }),
    );
  });

  it('hierarchical brings together what no cohort has, and keeps the best where too many have formed', () => {
    const game = gameOf([{ name: 'lift', requires: { a: 2, b: 1 }, value: 5 }], {
      stateCount: 0,
      memberCost: 1,
      freeMax: 256,
    });
    const agent = (index: number, a: number, b: number) => ({ index, numbers: Float64Array.of(a, b) });
    const far = [agent(0, 2, 0), agent(30, 0, 1)];
    expect(formHierarchically(game, far, treeOf(3)).coalitions).toMatchObject([{ members: far }]);
    const both = [agent(0, 1, 1), agent(1, 1, 0), agent(30, 2, 1)];
    expect(formHierarchically(game, both, treeOf(3)).coalitions).toMatchObject([{ members: [both[2]] }]);
  });
});

describe('where it is plain what to do', () => {
  const agent = (index: number, ...numbers: number[]) => ({ index, numbers: Float64Array.from(numbers) });
  const options = { stateCount: 0, memberCost: 0, freeMax: 256 };
  const membersOf = ({ coalitions }: Formation) =>
    coalitions.map(({ task, members }) => [task, ...members.map(({ index }) => index)]);

  it('greedy lets go of one that others have made superfluous', () => {
    const game = gameOf([{ name: 'lift', requires: { a: 2, b: 2 }, value: 5 }], options);
    const agents = [agent(0, 1, 1), agent(1, 2, 0), agent(2, 0, 2)];
    expect(membersOf(formGreedily(game, agents))).toEqual([[0, 1, 2]]);
  });

  it('hierarchical gives work to those whose coalition another cohort’s has replaced', () => {
    const tasks = [
      { name: 'lift', requires: { a: 1 }, value: 5 },
      { name: 'watch', requires: { a: 1 }, value: 2 },
    ];
    const agents = [agent(0, 1), agent(30, 1)];
    expect(membersOf(formHierarchically(gameOf(tasks, options), agents, treeOf(3)))).toEqual([
      [0, 0],
      [1, 30],
    ]);
  });

  it('optimal gives an agent to the task that is worth more, and nobody to one that can do without', () => {
    const tasks = [5, 3].map((value, at) => ({ name: `${at}`, requires: { a: 1 }, value }));
    expect(membersOf(formOptimally(gameOf(tasks, options), [agent(4, 1)]))).toEqual([[0, 4]]);
    const [first] = tasks;
    const both = [agent(4, 1), agent(5, 1)];
    expect(membersOf(formOptimally(gameOf([first!], options), both))).toEqual([[0, 4]]);
  });
});

it('G is what the members cost, less the value, and what the best policy that they can carry out leaves', () => {
  // Seeing the state costs nothing where it is liked, and two nats where it is not; action 1 makes sure that it is liked.
  const door = defineModel({
    A: [
      [
        [1, 0],
        [0, 1],
      ],
    ],
    B: [
      [
        [
          [1, 1],
          [0, 1],
        ],
        [
          [0, 0],
          [1, 0],
        ],
      ],
    ],
    C: [[0, -2]],
  });
  const plan = { model: door, needs: [[[], ['key', 'hand']]] };
  const task = { name: 'open', requires: {}, value: 3, plan };
  const { energy, deficit } = coalitionEnergy(
    gameOf([task], { stateCount: 2, memberCost: 0.25, freeMax: 1 }),
  );
  const agent = (index: number, key: number, hand: number, p: number) => ({
    index,
    numbers: Float64Array.of(key, hand, p, 1 - p),
  });
  const liked = Math.log(1 + Math.exp(-2)); // - ln of the normalized preference
  const stay = (p: number) => liked + 2 * (1 - p) + (p * Math.log(p) + (1 - p) * Math.log(1 - p)); // seeing tells the state: information is its entropy
  expect(energy(0, [agent(0, 1, 0, 0.4)])).toBeCloseTo(0.25 - 3 + stay(0.4), 9);
  const fused = (0.4 * 0.3) / (0.4 * 0.3 + 0.6 * 0.7);
  expect(energy(0, [agent(0, 1, 0, 0.4), agent(1, 1, 0, 0.3)])).toBeCloseTo(0.5 - 3 + stay(fused), 9);
  const open = energy(0, [agent(0, 1, 0, 0.4), agent(1, 0, 1, 0.3)]);
  expect(open).toBeCloseTo(0.5 - 3 + liked, 9);
  expect(deficit(0, [])).toBe(0);
  expect(energy(0, [agent(0, 1, 0, 1), agent(1, 1, 0, 0)])).toBe(Number.POSITIVE_INFINITY);
});

it('an optimal formation of too many is refused', () => {
  const game = gameOf([], { stateCount: 0, memberCost: 0, freeMax: 1 });
  const candidates = Array.from({ length: OPTIMAL_CANDIDATES_MAX + 1 }, (_, index) => ({
    index,
    numbers: new Float64Array(0),
  }));
  expect(() => formOptimally(game, candidates)).toThrow(
    expect.objectContaining({ code: 'AGENTS_COALITION_SIZE' }),
  );
  expect(formOptimally(game, candidates.slice(1)).coalitions).toEqual([]);
});

it.each([
  [{ name: 'x', requires: { a: 0 }, value: 1 }, {}],
  [{ name: 'x', requires: {}, value: Number.NaN }, {}],
  [{ name: 'x', requires: {}, value: 1, atMost: 0.5 }, {}],
  [{ name: 'x', requires: {}, value: 1, plan: { model } }, { stateCount: 3 }],
  [{ name: 'x', requires: {}, value: 1, plan: { model, horizon: 0 } }, {}],
  [{ name: 'x', requires: {}, value: 1, plan: { model, needs: [[[], [], ['a']]] } }, {}],
  [{ name: 'x', requires: {}, value: 1 }, { memberCost: -1 }],
  [{ name: 'x', requires: {}, value: 1 }, { freeMax: 0 }],
])('refuses %j with %j', (task, options) => {
  expect(() => gameOf([task], { stateCount: 2, memberCost: 0, freeMax: 8, ...options })).toThrow(
    expect.objectContaining({ code: 'AGENTS_COALITION_TASK' }),
  );
});
