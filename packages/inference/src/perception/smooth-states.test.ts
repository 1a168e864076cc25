import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImpossibleObservationError } from '../errors.js';
import { defineModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import { sparseFromDense } from '../model/sparse-tensor.js';
import { tMaze } from '../models/t-maze.js';
import { randomColumns, randomSource, total } from '../random-model.test-fixtures.js';
import {
  arbitraryChain,
  type Chain,
  marginalOfPaths,
  noisyRing,
  pathProbabilities,
} from './chain.test-fixtures.js';
import { smoothStates } from './smooth-states.js';

// At stake: the measure of every approximation over time. It is held against all paths of states, one by one.
const TOLERANCE = 1e-12; // five steps of a few sums each, every one rounding at 2^-53

const smooth = ({ prepared, observations, actions }: Chain) =>
  smoothStates(prepared, { observations, actions });

describe('smoothStates', () => {
  test('agrees with adding up all paths, with actions, several modalities and soft observations', () => {
    fc.assert(
      fc.property(arbitraryChain(), (chain) => {
        const { filtered, smoothed, logEvidence } = smooth(chain);
        const T = chain.observations.length;
        for (let t = 0; t < T; t++) {
          expectClose(filtered[t]!, marginalOfPaths(chain, t, t + 1));
          expectClose(smoothed[t]!, marginalOfPaths(chain, t, T));
        }
        expect(Math.abs(logEvidence - Math.log(evidenceOf(chain, T)))).toBeLessThan(TOLERANCE * 10);
      }),
    );
  });

  test('gives distributions; filter and smoother end alike; evidence adds up', () => {
    fc.assert(
      fc.property(arbitraryChain(), (chain) => {
        const { filtered, smoothed, logEvidence, logEvidencePerTime, variationalFreeEnergy } = smooth(chain);
        for (const belief of [...filtered, ...smoothed]) {
          expect(Math.abs(total(belief) - 1)).toBeLessThan(TOLERANCE);
        }
        expect(smoothed.at(-1)).toEqual(filtered.at(-1));
        expect(total(logEvidencePerTime)).toBe(logEvidence);
        expect(variationalFreeEnergy).toBe(-logEvidence);
      }),
    );
  });

  test('in models full of zeros, an impossible sequence is an error at the first time it could be known', () => {
    let impossible = 0;
    fc.assert(
      fc.property(arbitraryChain(0.5), (chain) => {
        const times = chain.observations.map((_, t) => t);
        const first = times.find((t) => evidenceOf(chain, t + 1) === 0);
        if (first === undefined) {
          expectClose(smooth(chain).smoothed[0]!, marginalOfPaths(chain, 0, times.length));
          return;
        }
        impossible++;
        expect(() => smooth(chain)).toThrow(
          expect.objectContaining({ code: 'INFERENCE_IMPOSSIBLE_OBSERVATION', time: first }),
        );
      }),
      { numRuns: 300 },
    );
    expect(impossible).toBeGreaterThan(30);
  });

  test('the error holds what was seen and what was believed before it', () => {
    const prepared = coin(1, 1);
    const act = (): unknown => smoothStates(prepared, { observations: [[0], [0], [1]] });
    expect(act).toThrow(ImpossibleObservationError);
    expect(act).toThrow(expect.objectContaining({ time: 2, observations: [1], prior: [[1, 0]] }));
  });

  test('late evidence overturns early evidence however long that was: nothing underflows', () => {
    // 400 outcomes for one state, then 401 for the other; each a thousand to one. Products scaled step by step
    // would have lost the second state after 103 outcomes.
    const observations = Array.from({ length: 801 }, (_, t) => [t < 400 ? 0 : 1]);
    const { filtered, smoothed, logEvidence } = smoothStates(coin(0.999, 0.999), { observations });
    expect(filtered[399]![1]).toBe(0);
    for (const belief of smoothed) expect(belief[1]).toBeCloseTo(0.999, 9);
    const logOf = (right: number): number => right * Math.log(0.999) + (801 - right) * Math.log(0.001);
    const exact = Math.log(0.5) + logOf(401) + Math.log1p(Math.exp(logOf(400) - logOf(401)));
    expect(logEvidence).toBeCloseTo(exact, 8);
  });

  test('nothing seen leaves the prior, pushed through the actions', () => {
    const B = randomColumns([3, 3, 2], randomSource(1));
    const prepared = prepareModel(defineModel({ A: [randomColumns([2, 3], randomSource(2))], B: [B] }));
    const prior = [Float64Array.of(1, 0, 0)];
    const observations = [[null], [null]];
    const { smoothed, logEvidence } = smoothStates(prepared, { observations, actions: [[1]], prior });
    expectClose(smoothed[0]!, prior[0]!);
    expectClose(smoothed[1]!, Float64Array.of(B.data[1]!, B.data[7]!, B.data[13]!));
    expect(logEvidence).toBeCloseTo(0, 14);
  });

  test('a transition over a background gives what the same transition gives entry by entry', () => {
    const B = noisyRing();
    const sparse = sparseFromDense(B);
    expect(sparse.background).not.toBeNull();
    const A = [randomColumns([3, B.shape[0]!], randomSource(5))];
    const [dense, over] = [B, sparse].map((transition) =>
      smoothStates(prepareModel(defineModel({ A, B: [transition] })), {
        observations: [[0], [2], [1], [1]],
        actions: [[1], [0], [1]],
      }),
    );
    over!.smoothed.forEach((belief, t) => {
      expectClose(belief, dense!.smoothed[t]!);
    });
    expect(over!.logEvidence).toBeCloseTo(dense!.logEvidence, 12);
  });

  test('hundreds of states over hundreds of time points', () => {
    const random = randomSource(3);
    const prepared = prepareModel(
      defineModel({ A: [randomColumns([20, 200], random)], B: [randomColumns([200, 200, 1], random)] }),
    );
    const observations = Array.from({ length: 200 }, () => [Math.floor(random() * 20)]);
    const { smoothed, logEvidencePerTime } = smoothStates(prepared, { observations });
    for (const belief of smoothed) expect(Math.abs(total(belief) - 1)).toBeLessThan(TOLERANCE);
    expect(logEvidencePerTime.every((nats) => nats < 0)).toBe(true);
  });

  test.each([
    { input: { observations: [] }, code: 'INFERENCE_OBSERVATION_INVALID', argument: 'observations' },
    {
      input: { observations: [[0], [2]] },
      code: 'INFERENCE_OBSERVATION_INVALID',
      argument: /^observations\[1\]\[0\]/,
    },
    { input: { observations: [[0]], actions: [[0]] }, code: 'INFERENCE_POLICY_INVALID', argument: 'actions' },
    {
      input: { observations: [[0], [0]], actions: [[1]] },
      code: 'INFERENCE_POLICY_INVALID',
      argument: 'actions[0][0]',
    },
    { input: { observations: [[0]], prior: [] }, code: 'INFERENCE_BELIEF_INVALID', argument: 'prior' },
  ])('refuses $input: $code', ({ input, code, argument }) => {
    const expected = typeof argument === 'string' ? argument : expect.stringMatching(argument);
    expect(() => smoothStates(coin(0.9, 0.9), input)).toThrow(
      expect.objectContaining({ code, argument: expected }),
    );
  });

  test('refuses a model of several factors', () => {
    expect(() => smoothStates(prepareModel(tMaze()), { observations: [[0, 0, 0]] })).toThrow(
      expect.objectContaining({ code: 'INFERENCE_MODEL_UNSUITED' }),
    );
  });
});

/** Two states that stay what they are and show themselves with these probabilities. */
function coin(first: number, second: number) {
  const stay = [
    [[1], [0]],
    [[0], [1]],
  ];
  const A = [
    [first, 1 - second],
    [1 - first, second],
  ];
  return prepareModel(defineModel({ A: [A], B: [stay] }));
}

function evidenceOf(chain: Chain, timeCount: number): number {
  return pathProbabilities(chain, timeCount).reduce((sum, { probability }) => sum + probability, 0);
}

function expectClose(got: Float64Array, want: Float64Array): void {
  expect(got).toHaveLength(want.length);
  got.forEach((p, s) => {
    expect(Math.abs(p - want[s]!)).toBeLessThan(TOLERANCE);
  });
}
