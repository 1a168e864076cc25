import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import { randomColumns, randomDistribution, randomSource } from '../random-model.test-fixtures.js';
import { logTransition, pullLog, pushLog } from './log-transition.js';

// At stake: one step of a chain, to and fro. It is held against plain sums over a dense transition.
const steps = fc
  .record({ seed: fc.integer(), S: fc.integer({ min: 1, max: 6 }), U: fc.integer({ min: 1, max: 3 }) })
  .map(({ seed, S, U }) => {
    const random = randomSource(seed);
    const B = randomColumns([S, S, U], random, 0.4);
    const model = defineModel({ A: [randomColumns([2, S], random)], B: [B] });
    const action = Math.floor(random() * U);
    const b = (next: number, s: number): number => B.data[(next * S + s) * U + action]!;
    const vector = randomDistribution(S, random, 0.4);
    return { transition: logTransition(prepareModel(model)), b, vector, action };
  });

function expectLogs(logs: Float64Array, plain: Float64Array): void {
  logs.forEach((log, s) => {
    if (plain[s] === 0) expect(log).toBe(Number.NEGATIVE_INFINITY);
    else expect(Math.abs(log - Math.log(plain[s]!))).toBeLessThan(1e-13 * (1 + Math.abs(log)));
  });
}

describe('a step in logarithms', () => {
  test('forwards is the logarithm of B q', () => {
    fc.assert(
      fc.property(steps, ({ transition, b, vector, action }) => {
        const plain = vector.map((_, next) => vector.reduce((sum, q, s) => sum + b(next, s) * q, 0));
        expectLogs(pushLog(transition, vector.map(Math.log), action), plain);
      }),
    );
  });

  test('backwards is the logarithm of B transposed times the message', () => {
    fc.assert(
      fc.property(steps, ({ transition, b, vector, action }) => {
        const plain = vector.map((_, s) => vector.reduce((sum, m, next) => sum + b(next, s) * m, 0));
        expectLogs(pullLog(transition, vector.map(Math.log), action), plain);
      }),
    );
  });

  test('neither forgets what is a million nats less probable', () => {
    const stay = [
      [[1], [0]],
      [[0], [1]],
    ];
    const model = defineModel({ A: [[[1, 1]]], B: [stay] });
    const logs = Float64Array.of(0, -1e6);
    const transition = logTransition(prepareModel(model));
    expect(pushLog(transition, logs, 0)).toEqual(logs);
    expect(pullLog(transition, logs, 0)).toEqual(logs);
  });

  test('of a factor whose next state does not depend on the present one', () => {
    const model = defineModel({
      A: [[[1, 1]]],
      B: [
        [
          [0.25, 1],
          [0.75, 0],
        ],
      ],
      transitionFactors: [[]],
    });
    const transition = logTransition(prepareModel(model));
    expectLogs(pushLog(transition, Float64Array.of(0.5, 0.5).map(Math.log), 0), Float64Array.of(0.25, 0.75));
    expectLogs(pushLog(transition, Float64Array.of(0.5, 0.5).map(Math.log), 1), Float64Array.of(1, 0));
    expectLogs(pullLog(transition, Float64Array.of(1, 0).map(Math.log), 0), Float64Array.of(0.25, 0.25));
  });
});
