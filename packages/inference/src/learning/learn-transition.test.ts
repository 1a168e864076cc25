import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineModel } from '../model/generative-model.js';
import { toDense } from '../model/sparse-tensor.js';
import { tensor } from '../model/tensor.js';
import { arbitraryModel, randomDistribution, randomSource, total } from '../random-model.test-fixtures.js';
import { learnTransition } from './learn-transition.js';

// At stake: a move teaches about the action taken and no other, and about all parents of a coupled factor.
const B = tensor([
  [
    [0.5, 0.9],
    [0.5, 1],
  ],
  [
    [0.5, 0.1],
    [0.5, 0],
  ],
]);
const model = defineModel({
  A: [
    [
      [0.5, 0.5],
      [0.5, 0.5],
    ],
  ],
  B: [B],
});
const counts = tensor([
  [
    [1, 1],
    [1, 1],
  ],
  [
    [1, 1],
    [1, 1],
  ],
]);
const move = {
  previousPosterior: [Float64Array.of(0.5, 0.5)],
  posterior: [Float64Array.of(0.25, 0.75)],
  action: [1],
};

describe('learnTransition', () => {
  test('adds next x previous at the action taken, except where B is 0', () => {
    const [learned] = learnTransition(model, [counts], move);
    expect(Array.from(learned!.data)).toEqual([1, 1.125, 1, 1.125, 1, 1.375, 1, 1]);
  });

  test('learns the factors asked for and leaves its argument alone', () => {
    expect(learnTransition(model, [counts], { ...move, factors: [] })[0]).toBe(counts);
    expect(learnTransition(model, [null], move)).toEqual([null]);
    expect(counts.data.every((count) => count === 1)).toBe(true);
  });

  test('adds exactly the learning rate to each factor when nothing is masked', () => {
    fc.assert(
      fc.property(
        arbitraryModel(),
        fc.integer(),
        fc.double({ min: 0, max: 10, noNaN: true }),
        (m, seed, rate) => {
          const random = randomSource(seed);
          const beliefs = (): Float64Array[] =>
            m.shape.stateCounts.map((n) => randomDistribution(n, random, 0.3));
          const learned = learnTransition(m, m.B.map(toDense), {
            previousPosterior: beliefs(),
            posterior: beliefs(),
            action: m.shape.actionCounts.map((n) => Math.floor(random() * n)),
            learningRate: rate,
          });
          learned.forEach((after, f) => {
            expect(total(after!.data) - total(toDense(m.B[f]!).data)).toBeCloseTo(rate, 9);
          });
        },
      ),
    );
  });

  test('refuses an action that the model does not have', () => {
    expect(() => learnTransition(model, [counts], { ...move, action: [2] })).toThrow(
      expect.objectContaining({ code: 'INFERENCE_POLICY_INVALID', argument: 'action[0]' }),
    );
  });
});
