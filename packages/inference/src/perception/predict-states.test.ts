import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prepareModel } from '../model/prepare-model.js';
import { toDense } from '../model/sparse-tensor.js';
import { tMaze } from '../models/t-maze.js';
import {
  arbitraryModel,
  jointStates,
  randomDistribution,
  randomSource,
  total,
} from '../random-model.test-fixtures.js';
import { predictStates } from './predict-states.js';

// At stake: every plan rests on this. It is held against the sum over all joint states, coupled factors included.
describe('predictStates', () => {
  test('is B q, the parents taken as independent', () => {
    fc.assert(
      fc.property(arbitraryModel({ zeros: 0.3 }), fc.integer(), (model, seed) => {
        const random = randomSource(seed);
        const { stateCounts, actionCounts, transitionFactors } = model.shape;
        const beliefs = stateCounts.map((n) => randomDistribution(n, random, 0.4));
        const action = actionCounts.map((n) => Math.floor(random() * n));
        const predicted = predictStates(prepareModel(model), beliefs, action);
        for (const [f, belief] of predicted.entries()) {
          const { shape, data } = toDense(model.B[f]!);
          const expected = new Float64Array(stateCounts[f]!);
          for (const states of jointStates(stateCounts)) {
            const weight = states.reduce((p, state, factor) => p * beliefs[factor]![state]!, 1);
            expected.forEach((_, next) => {
              const index = [next, ...transitionFactors[f]!.map((parent) => states[parent]!), action[f]!];
              expected[next]! += weight * data[index.reduce((at, i, a) => at * shape[a]! + i, 0)]!;
            });
          }
          expect(Math.abs(total(belief) - 1)).toBeLessThan(1e-13);
          belief.forEach((p, s) => {
            expect(Math.abs(p - expected[s]!)).toBeLessThan(1e-13);
          });
        }
      }),
    );
  });

  const maze = prepareModel(tMaze());

  test('a certain move from a certain place is certain', () => {
    expect(Array.from(predictStates(maze, maze.model.D, [3, 0])[0]!)).toEqual([0, 0, 0, 1]);
  });

  test.each([
    { action: [0], argument: 'action', got: '1' },
    { action: [4, 0], argument: 'action[0]', got: '4' },
    { action: [0, 1], argument: 'action[1]', got: '1' },
    { action: [0.5, 0], argument: 'action[0]', got: '0.5' },
  ])('refuses action $action', ({ action, argument, got }) => {
    expect(() => predictStates(maze, maze.model.D, action)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_POLICY_INVALID', argument, got }),
    );
  });
});
