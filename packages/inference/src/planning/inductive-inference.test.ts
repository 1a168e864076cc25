import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argmax } from '../math/argmax.js';
import { prepareModel } from '../model/prepare-model.js';
import { cellIndex, gridWorld } from '../models/grid-world.js';
import { predictStates } from '../perception/predict-states.js';
import {
  arbitraryRecipe,
  randomDistribution,
  randomModel,
  randomSource,
} from '../random-model.test-fixtures.js';
import { enumeratePolicies } from './enumerate-policies.js';
import { expectedFreeEnergy } from './expected-free-energy.js';
import { goalDistances } from './goal-distances.js';
import { INDUCTIVE_EPSILON, inductiveUtility, movesLeft } from './inductive-inference.js';

// At stake: an agent that knows a way must be drawn along it from further away than its policies reach; one that knows
// none must not be thrown off what else it wants.
const distances = [Int32Array.of(3, 2, 1, 0, -1)];
const certainOf = (state: number): Float64Array[] => [
  Float64Array.from({ length: 5 }, (_, s) => Number(s === state)),
];

describe('inductiveUtility', () => {
  test.each([
    { now: 0, next: 1, straysBy: 0 },
    { now: 0, next: 0, straysBy: 1 },
    { now: 0, next: 3, straysBy: 0 },
    { now: 0, next: 4, straysBy: 1 },
    { now: 3, next: 3, straysBy: 0 },
    { now: 3, next: 2, straysBy: 1 },
    { now: 4, next: 4, straysBy: 0 },
  ])('from state $now to state $next strays by $straysBy', ({ now, next, straysBy }) => {
    const moves = movesLeft(distances, certainOf(now));
    const cost = inductiveUtility(distances, moves, certainOf(next), 0.01);
    expect(cost).toBe(straysBy === 0 ? 0 : Math.log(0.01));
  });

  test('counts the probability of straying, factor by factor', () => {
    const two = [distances[0]!, Int32Array.of(0, 1), null];
    const moves = movesLeft(two, [...certainOf(2), Float64Array.of(0.4, 0.6), Float64Array.of(1)]);
    expect(moves).toEqual([0, 0, null]);
    const predicted = [
      Float64Array.of(0, 0, 0.25, 0.5, 0.25),
      Float64Array.of(0.875, 0.125),
      Float64Array.of(1),
    ];
    expect(inductiveUtility(two, moves, predicted, Math.exp(-8))).toBe(-8 * 0.625);
  });
});

describe('expectedFreeEnergy with distances to a goal', () => {
  const world = gridWorld({ width: 6, height: 6, noise: 0 });
  const prepared = prepareModel({ ...world, C: [{ shape: [36], data: new Float64Array(36) }] });
  const [corner] = [cellIndex(world, { x: 0, y: 0 })];
  const far = goalDistances(prepared, [[cellIndex(world, { x: 5, y: 3 })]]);

  test('one step is enough to find a goal eight moves away', () => {
    const policies = enumeratePolicies(prepared.model.shape.actionCounts, 1);
    let cell = corner!;
    for (let t = 0; t < 8; t++) {
      const posterior = [Float64Array.from({ length: 36 }, (_, s) => Number(s === cell))];
      const { expectedFreeEnergy: G } = expectedFreeEnergy(prepared, policies, posterior, {
        goalDistances: far,
      });
      const next = predictStates(prepared, posterior, policies[argmax(G.map((nats) => -nats))]![0]!);
      cell = argmax(next[0]!);
    }
    expect(cell).toBe(cellIndex(world, { x: 5, y: 3 }));
  });

  test('is reported, counts, and is the sum over the steps of the beliefs predicted there', () => {
    const settings = fc.record({ recipe: arbitraryRecipe({ zeros: 0.3 }), seed: fc.integer() });
    fc.assert(
      fc.property(settings, ({ recipe, seed }) => {
        // Goals need factors that move by themselves.
        const own = recipe.stateCounts.map((_, f) => [f]);
        const model = prepareModel(randomModel({ ...recipe, transitionFactors: own }));
        const { stateCounts, actionCounts } = model.model.shape;
        const random = randomSource(seed);
        const posterior = stateCounts.map((n) => randomDistribution(n, random));
        const goals = stateCounts.map((n) => (random() < 0.3 ? null : [Math.floor(random() * n)]));
        const ways = goalDistances(model, goals);
        const policies = enumeratePolicies(actionCounts, 2);
        const options = { goalDistances: ways, inductiveEpsilon: 0.01 };
        const plain = expectedFreeEnergy(model, policies, posterior);
        const drawn = expectedFreeEnergy(model, policies, posterior, options);
        expect(plain.inductiveUtility.every((nats) => nats === 0)).toBe(true);
        const moves = movesLeft(ways, posterior);
        policies.forEach(([first, second], p) => {
          const once = predictStates(model, posterior, first!);
          const twice = predictStates(model, once, second!);
          const cost = inductiveUtility(ways, moves, once, 0.01) + inductiveUtility(ways, moves, twice, 0.01);
          expect(drawn.inductiveUtility[p]).toBe(cost);
          expect(drawn.expectedFreeEnergy[p]! + cost).toBeCloseTo(plain.expectedFreeEnergy[p]!, 10);
        });
      }),
    );
  });

  test('an epsilon of 1 costs nothing, the usual one 6.9 nats', () => {
    const stay = [[[4]]];
    const posterior = [Float64Array.from({ length: 36 }, (_, s) => Number(s === corner))];
    const cost = (inductiveEpsilon?: number): number =>
      expectedFreeEnergy(prepared, stay, posterior, {
        goalDistances: far,
        ...(inductiveEpsilon === undefined ? {} : { inductiveEpsilon }),
      }).inductiveUtility[0]!;
    expect(cost(1)).toBeCloseTo(0, 15);
    expect(cost()).toBe(Math.log(INDUCTIVE_EPSILON));
  });

  test.each([
    { options: { inductiveEpsilon: 0 }, argument: 'inductiveEpsilon' },
    { options: { inductiveEpsilon: 1.5 }, argument: 'inductiveEpsilon' },
    { options: { goalDistances: [] }, argument: 'goalDistances' },
    { options: { goalDistances: [new Int32Array(3)] }, argument: 'goalDistances[0]' },
  ])('refuses $options', ({ options, argument }) => {
    const policies = enumeratePolicies(prepared.model.shape.actionCounts, 1);
    expect(() => expectedFreeEnergy(prepared, policies, prepared.model.D, options)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID', argument }),
    );
  });
});
