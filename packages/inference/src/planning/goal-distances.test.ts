import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineModel, type GenerativeModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import { randomSparseModel } from '../model/sparse.test-fixtures.js';
import { elementCount } from '../model/tensor.js';
import { gridWorld } from '../models/grid-world.js';
import { arbitraryModel } from '../random-model.test-fixtures.js';
import { type GoalDistancesOptions, goalDistances } from './goal-distances.js';

// At stake: which way leads to the goal. Searched from the wrong end, a one-way road leads away from it and nobody
// sees a wrong number, only an agent that never arrives.

/** A model whose factors move as listed: `edges[f][action][state]` is the next state. */
function graph(...edges: readonly (readonly (readonly number[])[])[]): GenerativeModel {
  return defineModel({
    A: [{ shape: [1, ...edges.map(([first]) => first!.length)], data: ones(edges) }],
    B: edges.map((actions) => {
      const stateCount = actions[0]!.length;
      const data = new Float64Array(stateCount * stateCount * actions.length);
      actions.forEach((next, action) => {
        next.forEach((to, from) => {
          data[(to * stateCount + from) * actions.length + action] = 1;
        });
      });
      return { shape: [stateCount, stateCount, actions.length], data };
    }),
  });
}

function ones(edges: readonly (readonly (readonly number[])[])[]): Float64Array {
  return new Float64Array(elementCount(edges.map(([first]) => first!.length))).fill(1);
}

const distancesOf = (
  model: GenerativeModel,
  goals: readonly (readonly number[] | null)[],
  options?: GoalDistancesOptions,
) => goalDistances(prepareModel(model), goals, options).map((d) => (d === null ? null : Array.from(d)));

/** 0 -> 1 -> 2, which holds whoever arrives. */
const chain = graph([[1, 2, 2]]);

describe('goalDistances', () => {
  test('a one-way chain leads to its end, and from nowhere to its beginning', () => {
    expect(distancesOf(chain, [[2]])).toEqual([[2, 1, 0]]);
    expect(distancesOf(chain, [[0]])).toEqual([[0, -1, -1]]);
    expect(distancesOf(chain, [[1]])).toEqual([[1, 0, -1]]);
  });

  test('of several states that will do, the nearest counts', () => {
    expect(distancesOf(graph([[1, 2, 3, 3]]), [[1, 3, 1]])).toEqual([[1, 0, 1, 0]]);
  });

  test('are the same for every sparse form of a model', () => {
    const distances = fc.tuple(arbitraryModel({ zeros: 0.5 }), fc.integer(), fc.constantFrom(0, 1 / 16, 0.3));
    fc.assert(
      fc.property(distances, ([model, seed, threshold]) => {
        const goals = model.shape.transitionFactors.map((parents, f) =>
          parents.every((parent) => parent === f) ? [0] : null,
        );
        const sparse = randomSparseModel(model, seed);
        expect(distancesOf(sparse, goals, { threshold })).toEqual(distancesOf(model, goals, { threshold }));
      }),
    );
  });

  test('each factor has its own goal, or none', () => {
    const ring = [
      [1, 2, 3, 0],
      [0, 1, 2, 3],
    ];
    expect(distancesOf(graph([[1, 2, 2]], ring), [[2], [0]])).toEqual([
      [2, 1, 0],
      [0, 3, 2, 1],
    ]);
    expect(distancesOf(graph([[1, 2, 2]], ring), [null, [1]])).toEqual([null, [1, 0, 3, 2]]);
  });

  test('in a grid it is the number of streets', () => {
    const world = gridWorld({ width: 3, height: 2 });
    expect(distancesOf(world, [[5]])).toEqual([[3, 2, 1, 2, 1, 0]]);
  });

  test('what is further than `movesMax` is out of reach', () => {
    expect(distancesOf(chain, [[2]], { movesMax: 1 })).toEqual([[-1, 1, 0]]);
    expect(distancesOf(chain, [[2]], { movesMax: 0 })).toEqual([[-1, -1, 0]]);
  });

  test('a move counts when its probability is above the threshold, not at it', () => {
    const model = defineModel({
      A: [[[1, 1]]],
      B: [
        [
          [[0.75], [0]],
          [[0.25], [1]],
        ],
      ],
    });
    expect(distancesOf(model, [[1]], { threshold: 0.2 })).toEqual([[1, 0]]);
    expect(distancesOf(model, [[1]], { threshold: 0.25 })).toEqual([[-1, 0]]);
    expect(distancesOf(model, [[1]])).toEqual([[1, 0]]);
  });

  test('a factor that forgets where it was reaches from everywhere what it reaches at all', () => {
    const model = defineModel({
      A: [[[1, 1, 1]]],
      B: [[[0.5], [0.5], [0]]],
      transitionFactors: [[]],
    });
    expect(distancesOf(model, [[1]])).toEqual([[1, 0, 1]]);
    expect(distancesOf(model, [[2]])).toEqual([[-1, -1, 0]]);
  });

  test('equals a search forward from every state, on random one-way graphs', () => {
    const recipe = fc.integer({ min: 1, max: 7 }).chain((stateCount) => {
      const state = fc.integer({ min: 0, max: stateCount - 1 });
      const perState = { minLength: stateCount, maxLength: stateCount };
      return fc.record({
        actions: fc.array(fc.array(state, perState), { minLength: 1, maxLength: 2 }),
        goal: fc.array(state, { minLength: 1, maxLength: 2 }),
        movesMax: fc.integer({ min: 0, max: 8 }),
      });
    });
    fc.assert(
      fc.property(recipe, ({ actions, goal, movesMax }) => {
        const [distances] = distancesOf(graph(actions), [goal], { movesMax });
        distances!.forEach((distance, start) => {
          let here = new Set([start]);
          let moves = 0;
          while (moves <= movesMax && !goal.some((state) => here.has(state))) {
            here = new Set([...here].flatMap((state) => actions.map((next) => next[state]!)));
            moves++;
          }
          expect(distance).toBe(moves <= movesMax ? moves : -1);
        });
      }),
    );
  });

  test.each([
    { goals: [], argument: 'goals' },
    { goals: [[]], argument: 'goals[0]' },
    { goals: [2 as never], argument: 'goals[0]' },
    { goals: [[0, 3]], argument: 'goals[0][1]' },
    { goals: [[0.5]], argument: 'goals[0][0]' },
    { goals: [[0]], options: { threshold: 1 }, argument: 'threshold' },
    { goals: [[0]], options: { threshold: Number.NaN }, argument: 'threshold' },
    { goals: [[0]], options: { movesMax: 1.5 }, argument: 'movesMax' },
    { goals: [[0]], options: { movesMax: -1 }, argument: 'movesMax' },
  ])('refuses case %#, naming $argument', ({ goals, options, argument }) => {
    expect(() => distancesOf(chain, goals, options)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID', argument }),
    );
  });

  test('refuses a goal of a factor that others move; without a goal it does not matter', () => {
    const door = defineModel({
      A: [{ shape: [1, 2, 2], data: new Float64Array(4).fill(1) }],
      B: [
        [
          [
            [[1], [0]],
            [[0], [0]],
          ],
          [
            [[0], [1]],
            [[1], [1]],
          ],
        ],
        [
          [[0], [0]],
          [[1], [1]],
        ],
      ],
      transitionFactors: [[0, 1], [1]],
    });
    expect(() => distancesOf(door, [[1], null])).toThrow(
      expect.objectContaining({ code: 'INFERENCE_GOAL_COUPLED', argument: 'goals[0]' }),
    );
    expect(distancesOf(door, [null, [1]])).toEqual([null, [1, 0]]);
  });
});
