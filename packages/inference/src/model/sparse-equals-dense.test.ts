import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImpossibleObservationError } from '../errors.js';
import { expectedModel } from '../learning/expected-model.js';
import { learnLikelihood } from '../learning/learn-likelihood.js';
import { learnTransition } from '../learning/learn-transition.js';
import { inferStates } from '../perception/infer-states.js';
import { predictOutcomes } from '../perception/predict-outcomes.js';
import { predictStates } from '../perception/predict-states.js';
import { enumeratePolicies } from '../planning/enumerate-policies.js';
import { expectedFreeEnergy } from '../planning/expected-free-energy.js';
import { noveltyWeights } from '../planning/parameter-information-gain.js';
import { jointStateInformationGain } from '../planning/state-information-gain.js';
import {
  arbitraryRecipe,
  randomDistribution,
  randomModel,
  randomSource,
} from '../random-model.test-fixtures.js';
import type { GenerativeModel } from './generative-model.js';
import { prepareModel } from './prepare-model.js';
import { coarseColumns, randomBeliefs, randomSparseModel } from './sparse.test-fixtures.js';
import { entryAt, isSparse, type ModelTensor, toDense } from './sparse-tensor.js';
import { validateModel } from './validate-model.js';

// At stake: large models are only ever run sparse, and nobody can look whether they are right. Whatever the reference
// gives for a small model it must give for every sparse form of it, the exact zeros included: they mean "impossible".

/** Sums of at most 64 terms of size at most 1 take another order, and a background is summed once and taken off. */
const PROBABILITY_TOLERANCE = 64 * 2 ** -50;
/** Nats: the logarithm of the least probability in these models is about -37, over at most 3 modalities and 2 steps. */
const NATS_TOLERANCE = 6 * 37 * PROBABILITY_TOLERANCE;

const pairs = (options: { backgrounds?: boolean } = {}) =>
  fc
    .tuple(arbitraryRecipe(), fc.integer(), fc.constantFrom(0, 0.3, 0.7), fc.boolean())
    .map(([recipe, seed, zeros, coarse]) => {
      const random = randomSource(seed);
      const even = randomModel({ ...recipe, zeros });
      const dense: GenerativeModel = coarse
        ? {
            ...even,
            A: even.A.map(({ shape }) => coarseColumns(shape, random)),
            B: even.B.map(({ shape }) => coarseColumns(shape, random)),
          }
        : even;
      const sparse = randomSparseModel(dense, seed, options);
      return { dense, sparse, random };
    });

describe('a sparse model', () => {
  test('is valid when the dense one is', () => {
    fc.assert(
      fc.property(pairs(), ({ sparse }) => {
        validateModel(sparse);
        validateModel(structuredClone(sparse));
      }),
    );
  });

  test('infers the states that the dense one infers, or finds the same observation impossible', () => {
    let possible = 0;
    fc.assert(
      fc.property(pairs(), ({ dense, sparse, random }) => {
        const observations = dense.shape.outcomeCounts.map((count) => {
          const kind = random();
          if (kind < 0.1) return null;
          if (kind < 0.4) return randomDistribution(count, random, 0.3);
          return Math.floor(random() * count);
        });
        const prior = randomBeliefs(dense.shape.stateCounts, random);
        const infer = (model: GenerativeModel): ReturnType<typeof inferStates> | string => {
          try {
            return inferStates(prepareModel(model), { observations, prior, freeEnergyTolerance: 0 });
          } catch (error) {
            if (error instanceof ImpossibleObservationError) return error.message;
            throw error;
          }
        };
        const expected = infer(dense);
        const got = infer(sparse);
        if (typeof expected === 'string' || typeof got === 'string') {
          expect(got).toBe(expected);
          return;
        }
        // A sparse row spread out is the dense row, and is weighed in the same order: nothing may differ at all.
        expect(got).toEqual(expected);
        possible++;
      }),
      { numRuns: 300 },
    );
    expect(possible).toBeGreaterThan(100);
  });

  test('predicts the states and the outcomes that the dense one predicts', () => {
    fc.assert(
      fc.property(pairs(), ({ dense, sparse, random }) => {
        const beliefs = randomBeliefs(dense.shape.stateCounts, random);
        const action = dense.shape.actionCounts.map((count) => Math.floor(random() * count));
        const [left, right] = [prepareModel(dense), prepareModel(sparse)];
        expectSame(predictStates(right, beliefs, action), predictStates(left, beliefs, action));
        expectSame(predictOutcomes(right, beliefs), predictOutcomes(left, beliefs));
      }),
      { numRuns: 300 },
    );
  });

  test('expects the free energy that the dense one expects', () => {
    fc.assert(
      fc.property(pairs(), ({ dense, sparse, random }) => {
        const beliefs = randomBeliefs(dense.shape.stateCounts, random);
        const policies = enumeratePolicies(dense.shape.actionCounts, 2, { policyCountMax: 1000 });
        const [left, right] = [prepareModel(dense), prepareModel(sparse)];
        const expected = expectedFreeEnergy(left, policies, beliefs);
        const got = expectedFreeEnergy(right, policies, beliefs);
        got.expectedFreeEnergy.forEach((nats, policy) => {
          expect(Math.abs(nats - expected.expectedFreeEnergy[policy]!)).toBeLessThan(NATS_TOLERANCE);
        });
        const gain = jointStateInformationGain(right, beliefs) - jointStateInformationGain(left, beliefs);
        expect(Math.abs(gain)).toBeLessThan(NATS_TOLERANCE);
      }),
      { numRuns: 100 },
    );
  });

  test('without a background learns what the dense one learns', () => {
    fc.assert(
      fc.property(pairs({ backgrounds: false }), ({ dense, sparse, random }) => {
        const beliefs = randomBeliefs(dense.shape.stateCounts, random);
        const experience = {
          previousPosterior: randomBeliefs(dense.shape.stateCounts, random),
          posterior: beliefs,
          action: dense.shape.actionCounts.map((count) => Math.floor(random() * count)),
          observations: dense.shape.outcomeCounts.map((count) => randomDistribution(count, random, 0.5)),
          learningRate: 0.5,
        };
        const learn = (model: GenerativeModel) => ({
          pA: learnLikelihood(model, model.A, experience),
          pB: learnTransition(model, model.B, experience),
        });
        const [expected, got] = [learn(dense), learn(sparse)];
        for (const [m, count] of got.pA.entries()) expect(isSparse(count)).toBe(isSparse(sparse.A[m]));
        expectSameTensors(got.pA, expected.pA);
        expectSameTensors(got.pB, expected.pB);
        const [before, after] = [expectedModel(dense, expected), expectedModel(sparse, got)];
        validateModel(after);
        expectSameTensors(after.A, before.A);
        expectSameTensors(after.B, before.B);

        const novelty = ({ pA, pB }: typeof got) => ({
          noveltyA: pA.map((count) => noveltyWeights(count!)),
          noveltyB: pB.map((count) => noveltyWeights(count!)),
        });
        const policies = enumeratePolicies(dense.shape.actionCounts, 1);
        const left = expectedFreeEnergy(prepareModel(dense), policies, beliefs, novelty(expected));
        const right = expectedFreeEnergy(prepareModel(sparse), policies, beliefs, novelty(got));
        for (const term of ['parameterInformationGainA', 'parameterInformationGainB'] as const) {
          right[term].forEach((nats, policy) => {
            expect(nats).toBeCloseTo(left[term][policy]!, 9);
          });
        }
      }),
    );
  });
});

/** Equal but for rounding, and 0 in the same places. */
function expectSame(got: readonly Float64Array[], expected: readonly Float64Array[]): void {
  expect(got.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  for (const [f, distribution] of got.entries()) {
    for (const [i, p] of distribution.entries()) {
      const right = expected[f]![i]!;
      expect(Math.abs(p - right)).toBeLessThanOrEqual(PROBABILITY_TOLERANCE);
      expect(p === 0).toBe(right === 0);
    }
  }
}

function expectSameTensors(
  got: readonly (ModelTensor | null)[],
  expected: readonly (ModelTensor | null)[],
): void {
  expectSame(
    got.map((tensor) => toDense(tensor!).data),
    expected.map((tensor) => toDense(tensor!).data),
  );
}

test('the fixtures do make entries that stand over a background', () => {
  const dense = randomModel({
    seed: 1,
    stateCounts: [4],
    outcomeCounts: [4],
    actionCounts: [3],
    likelihoodFactors: [[0]],
    transitionFactors: [[0]],
    zeros: 0.5,
  });
  const sparse = [1, 2, 3, 4].flatMap((seed) => randomSparseModel(dense, seed).B).filter(isSparse);
  expect(sparse.some(({ background }) => background?.some((p) => p > 0))).toBe(true);
  for (const B of sparse) expect(entryAt(B, [1, 2, 0])).toBe(entryAt(dense.B[0]!, [1, 2, 0]));
});
