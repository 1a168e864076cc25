import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entropy } from '../math/entropy.js';
import { klDivergence } from '../math/kl-divergence.js';
import { defineModel, type GenerativeModel } from '../model/generative-model.js';
import { type PreparedModel, prepareModel } from '../model/prepare-model.js';
import { modalitySupport, outcomeDistribution } from '../perception/predict-outcomes.js';
import {
  arbitraryModel,
  jointStates,
  likelihoodOf,
  randomDistribution,
  randomSource,
} from '../random-model.test-fixtures.js';
import { jointStateInformationGain, stateInformationGain } from './state-information-gain.js';

// At stake: curiosity. Information must never be negative, and must be the divergence it claims to be.
const TOLERANCE = 1e-12; // differences of entropies below ln 64, sums of at most 64 terms

const perModality = (prepared: PreparedModel, beliefs: readonly Float64Array[]): number[] =>
  prepared.model.A.map((A, m) => {
    const joint = modalitySupport(prepared.model, m, beliefs);
    return stateInformationGain(outcomeDistribution(A, joint), prepared.columnEntropy[m]!, joint);
  });

const models = fc.tuple(arbitraryModel({ zeros: 0.2 }), fc.integer()).map(([model, seed]) => {
  const random = randomSource(seed);
  return { model, beliefs: model.shape.stateCounts.map((n) => randomDistribution(n, random, 0.3)) };
});

describe('stateInformationGain', () => {
  test('is the expected divergence of the posterior from the belief', () => {
    fc.assert(
      fc.property(models, ({ model, beliefs }) => {
        perModality(prepareModel(model), beliefs).forEach((gain, m) => {
          expect(gain).toBeGreaterThanOrEqual(-TOLERANCE);
          expect(Math.abs(gain - expectedDivergence(model, m, beliefs))).toBeLessThanOrEqual(TOLERANCE);
        });
      }),
    );
  });

  test('is 0 when one is certain already, or when the outcome tells nothing', () => {
    const stay = [
      [[1], [0]],
      [[0], [1]],
    ];
    const telling = prepareModel(
      defineModel({
        A: [
          [
            [1, 0],
            [0, 1],
          ],
        ],
        B: [stay],
      }),
    );
    const mute = prepareModel(
      defineModel({
        A: [
          [
            [0.7, 0.7],
            [0.3, 0.3],
          ],
        ],
        B: [stay],
      }),
    );
    const unsure = [Float64Array.of(0.5, 0.5)];
    expect(perModality(telling, [Float64Array.of(1, 0)])).toEqual([0]);
    expect(perModality(mute, unsure)[0]).toBeCloseTo(0, 14);
    expect(perModality(telling, unsure)).toEqual([Math.LN2]);
  });
});

describe('jointStateInformationGain', () => {
  test('of one modality is the same; of several at most their sum, and at least the best of them', () => {
    fc.assert(
      fc.property(models, ({ model, beliefs }) => {
        const prepared = prepareModel(model);
        const joint = jointStateInformationGain(prepared, beliefs);
        const gains = perModality(prepared, beliefs);
        const sum = gains.reduce((total, gain) => total + gain, 0);
        if (gains.length === 1) expect(Math.abs(joint - sum)).toBeLessThanOrEqual(TOLERANCE);
        // Given the states, modalities are independent; then information is subadditive and monotone.
        expect(joint).toBeLessThanOrEqual(sum + TOLERANCE);
        expect(joint).toBeGreaterThanOrEqual(Math.max(...gains) - TOLERANCE);
        const uncertainty = beliefs.reduce((H, belief) => H + entropy(belief), 0);
        expect(joint).toBeLessThanOrEqual(uncertainty + TOLERANCE);
      }),
    );
  });
});

/** E_{qo}[ KL( Q(s | o) || Q(s) ) ] over all joint states. */
function expectedDivergence(model: GenerativeModel, m: number, beliefs: readonly Float64Array[]): number {
  const states = jointStates(model.shape.stateCounts);
  const before = Float64Array.from(states, (joint) => joint.reduce((p, s, f) => p * beliefs[f]![s]!, 1));
  let divergence = 0;
  for (let outcome = 0; outcome < model.shape.outcomeCounts[m]!; outcome++) {
    const together = before.map((p, k) => p * likelihoodOf(model, m, outcome, states[k]!));
    const evidence = together.reduce((sum, p) => sum + p, 0);
    if (evidence === 0) continue;
    divergence +=
      evidence *
      klDivergence(
        together.map((p) => p / evidence),
        before,
      );
  }
  return divergence;
}
