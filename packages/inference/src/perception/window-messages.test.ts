import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LOG_EPSILON } from '../math/safe-log.js';
import { defineModel, type GenerativeModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import {
  arbitraryModel,
  jointStates,
  likelihoodOf,
  randomDistribution,
  randomObservations,
  randomSource,
} from '../random-model.test-fixtures.js';
import type { Beliefs } from './beliefs.js';
import { readEvidence } from './evidence.js';
import { predictStates } from './predict-states.js';
import { combineModalities, futureMessage, outcomeMessage, pastMessages } from './window-messages.js';

// At stake: what neighbours in time tell each other. Each message is held against its equation, written out densely.
const setting = fc.record({ model: arbitraryModel({ zeros: 0.3 }), seed: fc.integer() });

describe('outcomeMessage', () => {
  test('of the combined modalities is the log of the expected product of all of them', () => {
    fc.assert(
      fc.property(setting, ({ model, seed }) => {
        const { observations, beliefs } = draw(model, seed);
        const { stateCounts } = model.shape;
        const combined = combineModalities(readEvidence(prepareModel(model), observations), stateCounts);
        stateCounts.forEach((stateCount, f) => {
          const expected = new Float64Array(stateCount);
          for (const states of jointStates(stateCounts)) {
            const others = states.reduce((p, s, other) => (other === f ? p : p * beliefs[other]![s]!), 1);
            expected[states[f]!]! +=
              others * observations.reduce((p, o, m) => p * likelihoodOf(model, m, o, states), 1);
          }
          expectLogs(outcomeMessage([combined], beliefs, f, stateCount), expected);
        });
      }),
    );
  });

  test('of the modalities one by one adds up their logs, and agrees where there is one', () => {
    fc.assert(
      fc.property(setting, ({ model, seed }) => {
        const { observations, beliefs } = draw(model, seed);
        const { stateCounts } = model.shape;
        const evidence = readEvidence(prepareModel(model), observations);
        stateCounts.forEach((stateCount, f) => {
          const apart = outcomeMessage(evidence, beliefs, f, stateCount);
          const each = evidence.map((modality) =>
            outcomeMessage([combineModalities([modality], stateCounts)], beliefs, f, stateCount),
          );
          apart.forEach((nats, s) => {
            const sum = each.reduce((total, message) => total + message[s]!, 0);
            expect(Math.abs(nats - sum)).toBeLessThan(1e-12 * (1 + Math.abs(sum)));
          });
        });
      }),
    );
  });

  test('without observations there is nothing to say', () => {
    const silence = combineModalities([], [2, 3]);
    const beliefs = [Float64Array.of(0.5, 0.5), Float64Array.of(1, 0, 0)];
    expect(outcomeMessage([silence], beliefs, 1, 3)).toEqual(new Float64Array(3));
    expect(outcomeMessage([], beliefs, 1, 3)).toEqual(new Float64Array(3));
  });

  test('too many joint states are refused before they are allocated', () => {
    const stay = Array.from({ length: 300 }, (_, next) =>
      Array.from({ length: 300 }, (_, s) => [Number(next === s)]),
    );
    const see = [Array.from({ length: 300 }, () => 1)];
    const model = defineModel({
      A: [see, see, see, see],
      B: [stay, stay, stay, stay],
      likelihoodFactors: [[0], [1], [2], [3]],
    });
    const evidence = readEvidence(prepareModel(model), [0, 0, 0, 0]);
    expect(() => combineModalities(evidence, model.shape.stateCounts)).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID', argument: 'variant' }),
    );
  });
});

describe('messages through time', () => {
  test('from the past: the log of the prediction', () => {
    fc.assert(
      fc.property(setting, ({ model, seed }) => {
        const { beliefs, action } = draw(model, seed);
        const prepared = prepareModel(model);
        const predicted = predictStates(prepared, beliefs, action);
        pastMessages(prepared, beliefs, action).forEach((message, f) => {
          expectLogs(message, predicted[f]!);
        });
      }),
    );
  });

  test('from the future: every child, through its averaged transition, transposed and normalised', () => {
    fc.assert(
      fc.property(setting, ({ model, seed }) => {
        const { beliefs, next, action } = draw(model, seed);
        const prepared = prepareModel(model);
        const { stateCounts, transitionFactors } = model.shape;
        stateCounts.forEach((stateCount, f) => {
          const expected = new Float64Array(stateCount);
          transitionFactors.forEach((parents, child) => {
            if (!parents.includes(f)) return;
            // Columns of the averaged transition: predictions from each state of the factor.
            const columns = Array.from({ length: stateCount }, (_, s) =>
              predictStates(prepared, settle(beliefs, f, s), action)[child]!.map((p) => p + LOG_EPSILON),
            );
            for (let s = 0; s < stateCount; s++) {
              const pulled = next[child]!.reduce((sum, q, to) => {
                const norm = columns.reduce((total, column) => total + column[to]!, 0);
                return sum + (columns[s]![to]! / norm) * q;
              }, 0);
              expected[s]! += Math.log(pulled + LOG_EPSILON);
            }
          });
          futureMessage(prepared, f, action, next, beliefs).forEach((nats, s) => {
            expect(Math.abs(nats - expected[s]!)).toBeLessThan(1e-9 * (1 + Math.abs(expected[s]!)));
          });
        });
      }),
    );
  });

  test('a factor that nothing depends on hears nothing from the future', () => {
    const model = defineModel({ A: [[[1, 1]]], B: [[[0.5], [0.5]]], transitionFactors: [[]] });
    const belief = [Float64Array.of(0.9, 0.1)];
    expect(futureMessage(prepareModel(model), 0, [0], belief, belief)).toEqual(new Float64Array(2));
  });
});

function draw(model: GenerativeModel, seed: number) {
  const random = randomSource(seed);
  const { stateCounts, actionCounts } = model.shape;
  return {
    observations: randomObservations(model, seed),
    beliefs: stateCounts.map((count) => randomDistribution(count, random, 0.2)),
    next: stateCounts.map((count) => randomDistribution(count, random, 0.2)),
    action: actionCounts.map((count) => Math.floor(random() * count)),
  };
}

function settle(beliefs: Beliefs, factor: number, state: number): Beliefs {
  return beliefs.map((belief, f) => (f === factor ? belief.map((_, s) => Number(s === state)) : belief));
}

function expectLogs(logs: Float64Array, probabilities: Float64Array): void {
  expect(logs).toHaveLength(probabilities.length);
  logs.forEach((nats, s) => {
    const expected = Math.log(probabilities[s]! + LOG_EPSILON);
    expect(Math.abs(nats - expected)).toBeLessThan(1e-12 * (1 + Math.abs(expected)));
  });
}
