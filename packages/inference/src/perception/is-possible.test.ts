import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import { tensor } from '../model/tensor.js';
import { arbitraryModel, randomObservations } from '../random-model.test-fixtures.js';
import { jointProbabilities } from './brute-force.test-fixtures.js';
import { readEvidence } from './evidence.js';
import { isPossible } from './is-possible.js';

// At stake: an agent is failed on this verdict. It is held against every joint state, one by one.
const stay = (n: number): number[][][] =>
  Array.from({ length: n }, (_, next) => Array.from({ length: n }, (_, s) => [Number(next === s)]));

describe('isPossible', () => {
  test('agrees with going through all joint states, in models full of zeros', () => {
    let impossible = 0;
    fc.assert(
      fc.property(arbitraryModel({ zeros: 0.6 }), fc.integer(), (model, seed) => {
        const observations = randomObservations(model, seed);
        const expected = jointProbabilities(model, observations, model.D).some((j) => j.probability > 0);
        expect(isPossible(readEvidence(prepareModel(model), observations), model.D)).toBe(expected);
        if (!expected) impossible++;
      }),
      { numRuns: 1000 },
    );
    expect(impossible).toBeGreaterThan(100);
  });

  test('needs the search: three coins, each pair of which must differ', () => {
    const differ = tensor([
      [
        [0, 1],
        [1, 0],
      ],
      [
        [1, 0],
        [0, 1],
      ],
    ]);
    const model = defineModel({
      A: [differ, differ, differ],
      B: [stay(2), stay(2), stay(2)],
      likelihoodFactors: [
        [0, 1],
        [1, 2],
        [0, 2],
      ],
    });
    const verdict = (observations: number[]): boolean =>
      isPossible(readEvidence(prepareModel(model), observations), model.D);
    // No modality alone rules a state out, nor do any two of them.
    expect(verdict([0, 0, 0])).toBe(false);
    expect(verdict([0, 0, 1])).toBe(true);
  });

  test('is not fooled by probabilities whose product underflows', () => {
    const rare = tensor([[1e-200], [1]]);
    const model = defineModel({ A: [rare, rare], B: [stay(1)], likelihoodFactors: [[0], [0]] });
    expect(isPossible(readEvidence(prepareModel(model), [0, 0]), model.D)).toBe(true);
  });

  test('without observations anything is possible', () => {
    expect(isPossible([], [Float64Array.of(1)])).toBe(true);
  });
});
