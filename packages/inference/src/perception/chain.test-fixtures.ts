import fc from 'fast-check';
import { defineModel } from '../model/generative-model.js';
import { type PreparedModel, prepareModel } from '../model/prepare-model.js';
import type { Tensor } from '../model/tensor.js';
import { randomColumns, randomDistribution, randomSource } from '../random-model.test-fixtures.js';

/** A random hidden Markov model with its tensors, a sequence seen and the actions between, any of it perhaps absurd. */
export interface Chain {
  readonly A: readonly Tensor[];
  readonly B: Tensor;
  readonly D: Float64Array;
  readonly prepared: PreparedModel;
  /** `[time][modality]`, each as weights of the outcomes. */
  readonly weights: readonly (readonly Float64Array[])[];
  /** The same as outcomes, distributions or null. */
  readonly observations: readonly (readonly (number | Float64Array | null)[])[];
  readonly actions: readonly (readonly number[])[];
}

/** Chains small enough to go through all their paths. */
export function arbitraryChain(zeros = 0): fc.Arbitrary<Chain> {
  return fc
    .record({
      seed: fc.integer(),
      stateCount: fc.integer({ min: 1, max: 4 }),
      actionCount: fc.integer({ min: 1, max: 3 }),
      outcomeCounts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 }),
      timeCount: fc.integer({ min: 1, max: 5 }),
    })
    .map(({ seed, stateCount, actionCount, outcomeCounts, timeCount }) => {
      const random = randomSource(seed);
      const A = outcomeCounts.map((count) => randomColumns([count, stateCount], random, zeros));
      const B = randomColumns([stateCount, stateCount, actionCount], random, zeros);
      const D = randomDistribution(stateCount, random, zeros);
      const observations = Array.from({ length: timeCount }, () =>
        outcomeCounts.map((count) => randomObservation(count, random)),
      );
      const actions = Array.from({ length: timeCount - 1 }, () => [Math.floor(random() * actionCount)]);
      const weights = observations.map((slice) =>
        slice.map((observation, m) => weightsOf(observation, outcomeCounts[m]!)),
      );
      const prepared = prepareModel(defineModel({ A, B: [B], D: [D] }));
      return { A, B, D, prepared, weights, observations, actions };
    });
}

function randomObservation(outcomeCount: number, random: () => number): number | Float64Array | null {
  const kind = random();
  if (kind < 0.1) return null;
  return kind < 0.3 ? randomDistribution(outcomeCount, random) : Math.floor(random() * outcomeCount);
}

/** Nothing seen is as good as all outcomes at once: `sum_o A[o, s] = 1`. */
function weightsOf(observation: number | Float64Array | null, outcomeCount: number): Float64Array {
  if (typeof observation !== 'number') return observation ?? new Float64Array(outcomeCount).fill(1);
  return Float64Array.from({ length: outcomeCount }, (_, outcome) => Number(outcome === observation));
}

/** P(path, first `timeCount` observations) of every path of states, by the definition. */
export function pathProbabilities(
  { A, B, D, weights, actions }: Chain,
  timeCount: number,
): { readonly path: readonly number[]; readonly probability: number }[] {
  const stateCount = D.length;
  const actionCount = B.shape[2]!;
  const seen = (t: number, s: number): number =>
    A.reduce(
      (p, { data }, m) =>
        p * weights[t]![m]!.reduce((sum, w, outcome) => sum + w * data[outcome * stateCount + s]!, 0),
      1,
    );
  let paths = Array.from(D, (p, s) => ({ path: [s], probability: p * seen(0, s) }));
  for (let t = 1; t < timeCount; t++) {
    paths = paths.flatMap(({ path, probability }) =>
      Array.from({ length: stateCount }, (_, next) => {
        const move = B.data[(next * stateCount + path.at(-1)!) * actionCount + actions[t - 1]![0]!]!;
        return { path: [...path, next], probability: probability * move * seen(t, next) };
      }),
    );
  }
  return paths;
}

/** P(state at time t given the first `timeCount` observations), `[S]`, by adding up paths. */
export function marginalOfPaths(chain: Chain, t: number, timeCount: number): Float64Array {
  const marginal = new Float64Array(chain.D.length);
  for (const { path, probability } of pathProbabilities(chain, timeCount)) marginal[path[t]!]! += probability;
  const evidence = marginal.reduce((sum, p) => sum + p, 0);
  return marginal.map((p) => p / evidence);
}

/** Moves around six places, by none or one, that fail to anywhere with the rest: every entry over a background. */
export function noisyRing(): Tensor {
  const S = 6;
  const move = (next: number, s: number, u: number): number => (next === (s + u) % S ? 0.75 : 0.05);
  const index = (i: number) => [Math.floor(i / (2 * S)), Math.floor(i / 2) % S, i % 2] as const;
  return {
    shape: [S, S, 2],
    data: Float64Array.from({ length: S * S * 2 }, (_, i) => move(...index(i))),
  };
}
