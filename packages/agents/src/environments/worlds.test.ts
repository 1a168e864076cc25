// At stake: a batched world is its copies, whoever shares a batch with them; and what it shows is what its model says, as often as it says.
// Tried beside the same copies one by one, beside the plain draw from a column, beside a corridor of one's own, and by counting.
import {
  cellIndex,
  defineModel,
  GRID_ACTIONS,
  gridWorld,
  sampleCategorical,
  sparseFromDense,
  type Tensor,
  tMaze,
  toDense,
} from '@skein/inference';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { worldOfGrid, worldOfTMaze } from './built-worlds.js';
import { ColumnSampler } from './column-sampler.js';
import { graphWorld, worldOfGraph } from './graph-world.js';
import { createSearchWorld, worldOfSearch } from './index.js';
import { graphOfMap } from './map-graph.js';
import { worldOfModel } from './model-world.js';
import { parseMovingAiMap } from './moving-ai-map.js';
import { cutIntoSectors } from './sector-graph.js';
import { type SingleWorld, worldOf } from './single-world.js';
import { VectorWorld } from './vector-world.js';
import type { World } from './world.js';

const map = parseMovingAiMap('type octile\nheight 3\nwidth 5\nmap\n..@..\n..@..\n.....\n', 'test.map');

/** A walk between two walls, written as one copy; the further right, the more it slips. */
function corridor(random: () => number): SingleWorld {
  let at = 0;
  return {
    reset: (seed) => {
      at = seed % 2;
      return at;
    },
    step: (action) => {
      const slips = random() < at / 10;
      at = Math.min(4, Math.max(0, at + (slips ? 0 : action === 1 ? 1 : -1)));
      return { observation: at, reward: -0.1, terminated: at === 4, truncated: random() < 0.02 };
    },
  };
}

const drifting = defineModel({
  A: [
    [
      [0.7, 0.2],
      [0.3, 0.8],
    ],
    [
      [
        [1, 0.5, 0.1],
        [0, 0.3, 0.6],
      ],
      [
        [0, 0.5, 0.9],
        [1, 0.7, 0.4],
      ],
    ],
  ],
  B: [
    [0, 1].map((next) =>
      [0, 1].map((s) => [0, 1, 2].map((other) => [next === s ? 0.9 - other / 5 : 0.1 + other / 5, 0.5])),
    ),
    [0, 1, 2].map((next) => [0, 1, 2].map((s) => [0, 1].map((a) => Number((s + a) % 3 === next)))),
  ],
  C: [
    [0, 1],
    [0.5, 0],
  ],
  likelihoodFactors: [[0], [0, 1]],
  transitionFactors: [[0, 1], [1]],
});

const worlds: Record<string, World> = {
  corridor: worldOf({ outcomeCounts: [5], actionCounts: [2], make: corridor }),
  grid: worldOfGrid(gridWorld({ width: 3, height: 3, noise: 0.3 })),
  'T-maze': worldOfTMaze(tMaze({ cueReliability: 0.8 })),
  model: worldOfModel(drifting),
  graph: worldOfGraph(graphWorld({ neighbors: [[1], [2, 0], []], noise: 0.2, goals: [2] })),
  map: worldOfGraph(graphWorld({ neighbors: graphOfMap(map).neighbors, noise: 0.1 })),
  search: worldOfSearch(
    createSearchWorld(cutIntoSectors(map, { sectorCount: 4 }), { agentCount: 3, targetCount: 2, seed: 3 }),
  ),
};

/** A program: at each tick who is reset, who acts how, and who does nothing. */
const ticks = fc.array(fc.array(fc.option(fc.nat({ max: 999 })), { minLength: 5, maxLength: 5 }), {
  minLength: 1,
  maxLength: 12,
});

type Deed = { readonly reset: true } | { readonly actions: readonly number[] };

/** What each copy shows at each tick, played in batches of `groups`. */
function play(world: World, program: readonly (readonly (number | null)[])[], order: readonly number[][]) {
  const seen: Record<string, unknown> = {};
  for (const group of order) {
    // Each group in a vector world of its own: whoever is not in it is not there.
    const vector = new VectorWorld(world, { count: 5, seed: 11, stepsMax: 6 });
    const runs = new Set<number>();
    for (const tick of program) {
      const deeds = new Map<number, Deed>();
      for (const copy of group) {
        const word = tick[copy]!;
        if (word === null) continue;
        deeds.set(
          copy,
          runs.has(copy) ? { actions: world.actionCounts.map((n, f) => (word + f) % n) } : { reset: true },
        );
      }
      const resets = [...deeds.keys()].filter((copy) => 'reset' in deeds.get(copy)!);
      const steps = [...deeds.keys()].filter((copy) => !resets.includes(copy));
      const columns = world.actionCounts.map((_, f) =>
        Int32Array.from(steps, (copy) => (deeds.get(copy) as { actions: number[] }).actions[f]!),
      );
      // Two calls a tick, empty or not: the tick is the key of all chance.
      const parts = [
        { copies: resets, step: vector.reset(resets) },
        { copies: steps, step: vector.step(steps, columns) },
      ];
      for (const { copies, step } of parts)
        for (const [i, copy] of copies.entries()) {
          const { outcomes, rewards, terminated, succeeded, truncated } = step;
          const said = [...outcomes, rewards, terminated, succeeded, truncated].map((column) => column[i]);
          seen[`${copy} at ${vector.tick}`] = said;
          if (terminated[i] === 1 || truncated[i] === 1) runs.delete(copy);
          else runs.add(copy);
        }
    }
  }
  return seen;
}

describe.each(Object.keys(worlds))('a batch of the %s', (name) => {
  it('is its copies one by one', () => {
    const world = worlds[name]!;
    fc.assert(
      fc.property(ticks, fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), (program, order) => {
        const alone = play(world, program, [[0], [1], [2], [3], [4]]);
        expect(play(world, program, [order])).toEqual(alone);
        expect(play(world, program, [order.slice(0, 2), order.slice(2)])).toEqual(alone);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a column sampler', () => {
  it('draws what the plain draw does, of either form', () => {
    const column = fc.array(fc.constantFrom<number>(0, 0, 1, 1, 3, 7), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(column, { minLength: 1, maxLength: 4 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (columns, uniform) => {
          const sums = columns.map((weights) => weights.reduce((sum, weight) => sum + weight));
          fc.pre(sums.every((sum) => sum > 0));
          const dense: Tensor = {
            shape: [4, columns.length],
            data: Float64Array.from({ length: 4 * columns.length }, (_, i) => {
              const c = i % columns.length;
              return columns[c]![Math.floor(i / columns.length)]! / sums[c]!;
            }),
          };
          for (const sampler of [
            new ColumnSampler(dense),
            new ColumnSampler(sparseFromDense(dense, { background: 'none' })),
          ])
            for (const [c, weights] of columns.entries()) {
              const p = Float64Array.from(weights, (w) => w / sums[c]!);
              const { index, remainder } = sampleCategorical(p, uniform);
              const certain = sampler.certain(c);
              if (certain !== -1) expect(p[certain]).toBe(1);
              // On the very border of two rows rounding decides, and the two round differently.
              if (Math.min(remainder, 1 - remainder) > 1e-12) expect(sampler.draw(c, uniform)).toBe(index);
            }
        },
      ),
    );
  });

  it('gives the gap that rounding leaves to the last that is possible', () => {
    const short: Tensor = { shape: [3, 1], data: Float64Array.of(0.5, 0.25, 0) };
    expect(new ColumnSampler(short).draw(0, 0.999)).toBe(1);
    const background = {
      shape: [3, 1],
      background: Float64Array.of(0.2, 0.2, 0),
      starts: Int32Array.of(0, 1),
      rows: Int32Array.of(0),
      values: Float64Array.of(0.3),
    };
    expect(toDense(background).data).toEqual(Float64Array.of(0.3, 0.2, 0));
    expect(new ColumnSampler(background).draw(0, 0.999)).toBe(1);
  });
});

describe('a world of a model', () => {
  it('shows what A says of the true state, as often', () => {
    const grid = gridWorld({ width: 2, height: 2, noise: 0.3 });
    const count = 4000;
    const vector = new VectorWorld(worldOfGrid(grid, { start: [1], ending: () => undefined }), {
      count,
      seed: 5,
    });
    const copies = Array.from({ length: count }, (_, copy) => copy);
    vector.reset(copies);
    const down = new Int32Array(count).fill(GRID_ACTIONS.down);
    const { outcomes } = vector.step(copies, [down]);
    const here = cellIndex(grid, { x: 1, y: 1 });
    for (const outcome of [0, 1, 2, 3]) {
      const p = outcome === here ? 0.7 : 0.1;
      const share = outcomes[0]!.reduce((sum, shown) => sum + Number(shown === outcome), 0) / count;
      expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / count));
    }
  });

  it('rewards with what the agent prefers, unless told otherwise', () => {
    const maze = tMaze({ rewardProbability: 1 });
    const go = (start: readonly (number | null)[]) => {
      const vector = new VectorWorld(worldOfTMaze(maze, { start }), { count: 1, seed: 1 });
      vector.reset([0]);
      return vector.step([0], [[1], [0]]);
    };
    expect(go([0, 0])).toMatchObject({ rewards: Float64Array.of(3), succeeded: Uint8Array.of(1) });
    expect(go([0, 1])).toMatchObject({
      rewards: Float64Array.of(-3),
      terminated: Uint8Array.of(1),
      succeeded: Uint8Array.of(0),
    });
  });

  it('walks a map around its walls', () => {
    const { neighbors, nodeOfCell, cells } = graphOfMap(map);
    const walk = new VectorWorld(worldOfGraph(graphWorld({ neighbors, start: nodeOfCell[1]! })), {
      count: 1,
      seed: 1,
    });
    walk.reset([0]);
    // Right is a wall; down, down, right, right, up leads around it.
    const seen = [2, 3, 3, 2, 2, 1].map((action) => cells[walk.step([0], [[action]]).outcomes[0]![0]!]);
    expect(seen).toEqual([1, 6, 11, 12, 13, 8]);
  });
});

describe('a vector world', () => {
  it('breaks an episode off that takes too long', () => {
    const vector = new VectorWorld(worlds.model!, { count: 1, seed: 1, stepsMax: 2 });
    vector.reset([0]);
    expect(vector.step([0], [[0], [0]]).truncated[0]).toBe(0);
    expect(vector.step([0], [[0], [0]]).truncated[0]).toBe(1);
  });

  it.each([
    ['an action that is none', worlds.grid!, [[5]], 'AGENTS_WORLD_ACTION'],
    ['a factor too many', worlds.grid!, [[0], [0]], 'AGENTS_WORLD_ACTION'],
    [
      'an outcome out of range',
      worldOf({
        outcomeCounts: [2],
        actionCounts: [1],
        make: () => ({
          reset: () => 0,
          step: () => ({ observation: 2, reward: 0, terminated: false, truncated: false }),
        }),
      }),
      [[0]],
      'AGENTS_WORLD_OUTCOME',
    ],
    [
      'an outcome that is no index',
      worldOf({
        outcomeCounts: [2],
        actionCounts: [1],
        make: () => ({
          reset: () => 0,
          step: () => ({ observation: 0.5, reward: 0, terminated: false, truncated: false }),
        }),
      }),
      [[0]],
      'AGENTS_WORLD_OUTCOME',
    ],
    [
      'a reward that is no number',
      worldOf({
        outcomeCounts: [2],
        actionCounts: [1],
        make: () => ({
          reset: () => 0,
          step: () => ({ observation: 0, reward: Number.NaN, terminated: false, truncated: false }),
        }),
      }),
      [[0]],
      'AGENTS_WORLD_REWARD',
    ],
    [
      'draws without end',
      worldOf({
        outcomeCounts: [2],
        actionCounts: [1],
        make: (random) => ({
          reset: () => 0,
          step: () => {
            while (random() < 2);
            throw new Error('over');
          },
        }),
      }),
      [[0]],
      'AGENTS_WORLD_DRAWS',
    ],
  ])('refuses %s', (_, world, actions, code) => {
    const vector = new VectorWorld(world, { count: 1, seed: 1 });
    vector.reset([0]);
    expect(() => vector.step([0], actions)).toThrow(expect.objectContaining({ code }));
    // What has failed has no episode any more; what was never told what it was to do goes on.
    if (code === 'AGENTS_WORLD_ACTION') return;
    expect(() => vector.step([0], [[0]])).toThrow(expect.objectContaining({ code: 'AGENTS_WORLD_ACTION' }));
    vector.reset([0]);
  });

  it('refuses what cannot be made', () => {
    const invalid = expect.objectContaining({ code: 'AGENTS_WORLD_OPTION' });
    expect(() => new VectorWorld(worlds.grid!, { count: 0, seed: 1 })).toThrow(invalid);
    expect(() => new VectorWorld(worlds.grid!, { count: 1, seed: 1, stepsMax: 0 })).toThrow(invalid);
    expect(() => worldOfModel(drifting, { start: [0] })).toThrow(invalid);
    expect(() => worldOfModel(drifting, { environment: { nextState: [], start: [0, 0] } })).toThrow(invalid);
    expect(() => graphWorld({ neighbors: [[1]] })).toThrow(invalid);
    expect(() => graphWorld({ neighbors: [[0]], goals: [1] })).toThrow(invalid);
    expect(() => graphWorld({ neighbors: [[0]], outcomes: [-1] })).toThrow(invalid);
    expect(() => new VectorWorld(worlds.grid!, { count: 1, seed: 1 }).reset([1])).toThrow(invalid);
  });
});
