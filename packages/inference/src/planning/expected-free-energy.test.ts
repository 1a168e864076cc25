import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnEntropies } from '../math/entropy.js';
import { klDivergence } from '../math/kl-divergence.js';
import { softmax } from '../math/softmax.js';
import { expectation } from '../math/tensor-contraction.js';
import { defineModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import { tMaze } from '../models/t-maze.js';
import { modalitySupport, predictOutcomes } from '../perception/predict-outcomes.js';
import { predictStates } from '../perception/predict-states.js';
import { arbitraryModel, randomSource } from '../random-model.test-fixtures.js';
import { enumeratePolicies, type Policy } from './enumerate-policies.js';
import { expectedFreeEnergy } from './expected-free-energy.js';
import { noveltyWeights } from './parameter-information-gain.js';
import type { ExpectedFreeEnergyOptions } from './policy-point.js';

// At stake: the number agents act on, its sign above all; and that sharing work between policies changes no bit.
const settings = fc.record({ length: fc.integer({ min: 1, max: 3 }), seed: fc.integer() });

/** A choice of policies in any order, with repetitions and different lengths. */
function somePolicies(actionCounts: readonly number[], length: number, seed: number): Policy[] {
  const random = randomSource(seed);
  const all = enumeratePolicies(actionCounts, length);
  return Array.from({ length: 12 }, () => {
    const policy = all[Math.floor(random() * all.length)]!;
    return policy.slice(0, 1 + Math.floor(random() * length));
  });
}

describe('expectedFreeEnergy', () => {
  test('of many policies is, bit for bit, what each gives alone', () => {
    fc.assert(
      fc.property(arbitraryModel({ zeros: 0.2 }), settings, (model, { length, seed }) => {
        const prepared = prepareModel(model);
        const options: ExpectedFreeEnergyOptions = {
          noveltyA: model.A.map((A) => noveltyWeights(A)),
          noveltyB: model.B.map((B, f) => (f === 0 ? null : noveltyWeights(B))),
        };
        const policies = somePolicies(model.shape.actionCounts, length, seed);
        const together = expectedFreeEnergy(prepared, policies, model.D, options);
        for (const [p, policy] of policies.entries()) {
          const alone = expectedFreeEnergy(prepared, [policy], model.D, options);
          for (const term of Object.keys(alone) as (keyof typeof alone)[]) {
            expect(together[term][p]).toBe(alone[term][0]);
          }
        }
      }),
    );
  });

  test('of shuffled policies is, bit for bit, G shuffled', () => {
    fc.assert(
      fc.property(arbitraryModel({ zeros: 0.2 }), settings, (model, { length, seed }) => {
        const prepared = prepareModel(model);
        const policies = somePolicies(model.shape.actionCounts, length, seed);
        const random = randomSource(seed + 1);
        const order = Array.from(policies.keys(), (p) => ({ p, key: random() }))
          .sort((a, b) => a.key - b.key)
          .map(({ p }) => p);
        const { expectedFreeEnergy: G } = expectedFreeEnergy(prepared, policies, model.D);
        const shuffled = order.map((p) => policies[p]!);
        expect(Array.from(expectedFreeEnergy(prepared, shuffled, model.D).expectedFreeEnergy)).toEqual(
          order.map((p) => G[p]),
        );
      }),
    );
  });

  test('is risk plus ambiguity: KL(qo || preferred) + E_q[H(A)], summed over steps and modalities', () => {
    fc.assert(
      fc.property(arbitraryModel(), settings, (model, { length, seed }) => {
        const prepared = prepareModel(model);
        const policies = somePolicies(model.shape.actionCounts, length, seed);
        const { expectedFreeEnergy: G } = expectedFreeEnergy(prepared, policies, model.D);
        for (const [p, policy] of policies.entries()) {
          let expected = 0;
          let beliefs: readonly Float64Array[] = model.D;
          for (const action of policy) {
            beliefs = predictStates(prepared, beliefs, action);
            for (const [m, outcomes] of predictOutcomes(prepared, beliefs).entries()) {
              const risk = klDivergence(outcomes, softmax(model.C[m]!.data));
              const joint = modalitySupport(model, m, beliefs);
              expected += risk + expectation(columnEntropies(model.A[m]!), joint);
            }
          }
          // Nine terms of a few nats, and the epsilon inside the divergence.
          expect(Math.abs(G[p]! - expected)).toBeLessThan(1e-11);
        }
      }),
    );
  });

  test('lower is better: in the T-maze the cue is worth more than an arm, and staying least', () => {
    const maze = prepareModel(tMaze());
    const policies = enumeratePolicies(maze.model.shape.actionCounts, 1);
    const [stay, right, left, cue] = expectedFreeEnergy(maze, policies, maze.model.D).expectedFreeEnergy;
    expect(cue).toBeLessThan(right!);
    expect(right).toBe(left);
    expect(right).toBeLessThan(stay!);
  });

  test('every term is reported; the options choose what counts', () => {
    const maze = prepareModel(tMaze());
    const policies = enumeratePolicies(maze.model.shape.actionCounts, 1);
    const noveltyA = maze.model.A.map((A) => noveltyWeights(A));
    const noveltyB = maze.model.B.map((B) => noveltyWeights(B));
    const evaluate = (options: ExpectedFreeEnergyOptions) =>
      expectedFreeEnergy(maze, policies, maze.model.D, { noveltyA, noveltyB, ...options });
    const all = evaluate({});
    const sumOf = (policy: number): number =>
      all.utility[policy]! +
      all.stateInformationGain[policy]! +
      (all.parameterInformationGainA[policy]! + all.parameterInformationGainB[policy]!);
    expect(all.expectedFreeEnergy[1]).toBe(-sumOf(1));
    expect(all.parameterInformationGainA[1]).toBeGreaterThan(0);
    const only = { useStateInformationGain: false, useParameterInformationGain: false };
    expect(evaluate(only).expectedFreeEnergy[1]).toBe(-all.utility[1]!);
    expect(evaluate(only).stateInformationGain).toEqual(all.stateInformationGain);
    expect(evaluate({ ...only, useUtility: false }).expectedFreeEnergy[1]).toBeCloseTo(0, 15);
  });

  test('preferences that change over time are read at the step', () => {
    const model = defineModel({
      A: [[[1]], [[0.5], [0.5]]],
      B: [[[[1]]]],
      C: [
        [[0, 0]],
        [
          [0, 5],
          [0, 0],
        ],
      ],
    });
    const { utility } = expectedFreeEnergy(prepareModel(model), [[[0]], [[0], [0]]], model.D);
    expect(utility[0]).toBeCloseTo(-Math.LN2, 14);
    expect(utility[1]! - utility[0]!).toBeCloseTo(2.5 - Math.log(1 + Math.exp(5)), 14);
    expect(() => expectedFreeEnergy(prepareModel(model), [[[0], [0], [0]]], model.D)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_POLICY_INVALID', argument: 'policies[0]', got: '3' }),
    );
  });

  test.each([
    { policies: [[]], argument: 'policies[0]' },
    { policies: [[[0, 0]], [[0]]], argument: 'policies[1][0]' },
    {
      policies: [
        [
          [0, 0],
          [4, 0],
        ],
      ],
      argument: 'policies[0][1][0]',
    },
  ])('refuses $policies', ({ policies, argument }) => {
    const maze = prepareModel(tMaze());
    expect(() => expectedFreeEnergy(maze, policies, maze.model.D)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_POLICY_INVALID', argument }),
    );
  });
});
