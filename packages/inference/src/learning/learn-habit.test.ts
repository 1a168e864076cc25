import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineModel } from '../model/generative-model.js';
import { tensor } from '../model/tensor.js';
import { validateModel } from '../model/validate-model.js';
import { randomDistribution, randomSource, total } from '../random-model.test-fixtures.js';
import { expectedModel } from './expected-model.js';
import { learnHabit } from './learn-habit.js';

// At stake: a habit is a prior that no outcome corrects; one experience must count as much as it is said to.
const spec = {
  A: [[[1, 1]]],
  B: [
    [
      [[1], [0]],
      [[0], [1]],
    ],
  ],
};
const model = defineModel(spec);

describe('learnHabit', () => {
  test('adds what was done to the counts, except where they are 0', () => {
    const counts = tensor([1, 2, 0]);
    const learned = learnHabit(model, counts, { policyPosterior: [0.25, 0.5, 0.25], learningRate: 2 });
    expect(Array.from(learned.data)).toEqual([1.5, 3, 0]);
    expect(Array.from(counts.data)).toEqual([1, 2, 0]);
  });

  test('the counts lead to a habit', () => {
    const pE = learnHabit(model, tensor([1, 1]), { policyPosterior: Float64Array.of(0, 1) });
    const learned = expectedModel(model, { pE });
    expect(Array.from(learned.E!)).toEqual([1 / 3, 2 / 3]);
    validateModel(learned);
    expect(expectedModel(learned, {}).E).toBe(learned.E);
  });

  test('adds exactly the learning rate when nothing is masked', () => {
    const rate = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer(), rate, (policyCount, seed, learningRate) => {
        const random = randomSource(seed);
        const counts = tensor(randomDistribution(policyCount, random));
        const policyPosterior = randomDistribution(policyCount, random, 0.3);
        const learned = learnHabit(model, counts, { policyPosterior, learningRate });
        expect(total(learned.data) - total(counts.data)).toBeCloseTo(learningRate, 9);
      }),
    );
  });

  test.each([
    { policyPosterior: [1], argument: 'policyPosterior' },
    { policyPosterior: [0.5, 0.4], argument: 'policyPosterior' },
    { policyPosterior: [1.5, -0.5], argument: 'policyPosterior[1]' },
    { policyPosterior: [Number.NaN, 1], argument: 'policyPosterior[0]' },
    { policyPosterior: [0, 1], learningRate: -1, argument: 'learningRate' },
  ])('refuses case %#, naming $argument', ({ argument, ...input }) => {
    expect(() => learnHabit(model, tensor([1, 1]), input)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID', argument }),
    );
  });

  test.each([
    { counts: tensor([1, -1]), code: 'INFERENCE_NEGATIVE' },
    { counts: tensor([[1, 1]]), code: 'INFERENCE_SHAPE_MISMATCH' },
    { counts: [1, 1] as never, code: 'INFERENCE_SHAPE_MISMATCH' },
  ])('refuses counts, case %#, with $code', ({ counts, code }) => {
    const input = { policyPosterior: [0.5, 0.5] };
    expect(() => learnHabit(model, counts, input)).toThrow(expect.objectContaining({ code }));
  });

  test('refuses counts of other policies than the habit of the model has', () => {
    const habitual = defineModel({ ...spec, E: [0.5, 0.25, 0.25] });
    expect(() => expectedModel(habitual, { pE: tensor([1, 1]) })).toThrow(
      expect.objectContaining({ code: 'INFERENCE_SHAPE_MISMATCH' }),
    );
  });
});
