import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImpossibleObservationError } from '../errors.js';
import { defineModel, type GenerativeModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import { toDense } from '../model/sparse-tensor.js';
import { indexAt, type Tensor } from '../model/tensor.js';
import { tMaze } from '../models/t-maze.js';
import { arbitraryModel, randomObservations, randomSource, total } from '../random-model.test-fixtures.js';
import { inferStates } from './infer-states.js';

// At stake: the door of perception. What passes gives a posterior; what does not is named.
const maze = prepareModel(tMaze());

describe('inferStates', () => {
  test('gives one distribution a factor, for any model and observation that is possible', () => {
    fc.assert(
      fc.property(arbitraryModel(), fc.integer(), (model, seed) => {
        const { posterior } = inferStates(prepareModel(model), {
          observations: randomObservations(model, seed),
        });
        expect(posterior.map((belief) => belief.length)).toEqual(model.shape.stateCounts);
        for (const belief of posterior) {
          expect(Math.abs(total(belief) - 1)).toBeLessThan(1e-14);
          expect(belief.every((q) => q >= 0)).toBe(true);
        }
      }),
    );
  });

  test('renumbering the states of a factor renumbers its posterior and changes nothing else', () => {
    fc.assert(
      fc.property(arbitraryModel(), fc.integer(), fc.nat(), (model, seed, pick) => {
        const factor = pick % model.D.length;
        const order = shuffled(model.D[factor]!.length, seed);
        const input = { observations: randomObservations(model, seed), freeEnergyTolerance: 0 };
        const before = inferStates(prepareModel(model), input);
        const after = inferStates(prepareModel(renumber(model, factor, order)), input);
        before.posterior.forEach((belief, f) => {
          belief.forEach((_, s) => {
            const original = f === factor ? belief[order[s]!]! : belief[s]!;
            // Sums over states run in another order, in each of ten sweeps.
            expect(Math.abs(after.posterior[f]![s]! - original)).toBeLessThan(1e-9);
          });
        });
      }),
    );
  });

  test('without any observation the posterior is the prior and free energy 0', () => {
    const prior = [Float64Array.of(0.1, 0.2, 0.3, 0.4), Float64Array.of(0.5, 0.5)];
    const result = inferStates(maze, { observations: [null, null, null], prior });
    result.posterior.forEach((belief, f) => {
      belief.forEach((q, s) => {
        expect(q).toBeCloseTo(prior[f]![s]!, 14);
      });
    });
    expect(result.variationalFreeEnergy).toBeCloseTo(0, 14);
  });

  test('does not touch what it is given', () => {
    const prior = maze.model.D.map((belief) => belief.slice());
    const likelihood = maze.model.A.map((A) => toDense(A).data.slice());
    inferStates(maze, { observations: [0, [0.9, 0.05, 0.05], 1], prior });
    expect(prior).toEqual(maze.model.D);
    expect(maze.model.A.map((A) => toDense(A).data)).toEqual(likelihood);
  });

  test('an impossible observation is an error that says what was seen and what was believed', () => {
    const act = (): unknown => inferStates(maze, { observations: [2, 0, 0] });
    expect(act).toThrow(ImpossibleObservationError);
    expect(act).toThrow(
      expect.objectContaining({
        code: 'INFERENCE_IMPOSSIBLE_OBSERVATION',
        observations: [2, 0, 0],
        modalityNames: ['location', 'reward', 'cue'],
        prior: [
          [1, 0, 0, 0],
          [0.5, 0.5],
        ],
      }),
    );
  });

  test('it is decided before the epsilon: a likelihood of 1e-30 is possible, one of 0 is not', () => {
    const seen = (likelihood: number) =>
      prepareModel(
        defineModel({
          A: [
            [
              [likelihood, likelihood],
              [1 - likelihood, 1 - likelihood],
            ],
          ],
          B: [
            [
              [[1], [0]],
              [[0], [1]],
            ],
          ],
        }),
      );
    expect(Array.from(inferStates(seen(1e-30), { observations: [0] }).posterior[0]!)).toEqual([0.5, 0.5]);
    expect(() => inferStates(seen(0), { observations: [0] })).toThrow(ImpossibleObservationError);
    // The reading of zeros of the prior has no say in it.
    expect(() => inferStates(seen(0), { observations: [0], priorZeros: 'epsilon' })).toThrow(
      ImpossibleObservationError,
    );
  });

  test.each([
    { option: { iterationsMax: 0 }, argument: 'iterationsMax' },
    { option: { iterationsMax: 1.5 }, argument: 'iterationsMax' },
    { option: { freeEnergyTolerance: -1 }, argument: 'freeEnergyTolerance' },
    { option: { freeEnergyTolerance: Number.NaN }, argument: 'freeEnergyTolerance' },
    { option: { priorZeros: 'floor' as 'exclude' }, argument: 'priorZeros' },
  ])('refuses $option', ({ option, argument }) => {
    expect(() => inferStates(maze, { observations: [0, 0, 0], ...option })).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID', argument }),
    );
  });
});

function shuffled(n: number, seed: number): number[] {
  const random = randomSource(seed);
  return Array.from({ length: n }, (_, i) => ({ i, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ i }) => i);
}

/** The model in which state s of a factor is what was state order[s]. */
function renumber(model: GenerativeModel, factor: number, order: readonly number[]): GenerativeModel {
  const along = ({ shape, data }: Tensor, axis: number): Tensor => ({
    shape,
    data: data.map((_, offset) => {
      const index = indexAt(shape, offset);
      if (axis < 0) return data[offset]!;
      index[axis] = order[index[axis]!]!;
      return data[index.reduce((at, i, a) => at * shape[a]! + i, 0)]!;
    }),
  });
  return {
    ...model,
    A: model.A.map((A, m) => {
      const axis = model.shape.likelihoodFactors[m]!.indexOf(factor);
      return along(toDense(A), axis < 0 ? -1 : axis + 1);
    }),
    D: model.D.map((D, f) => (f === factor ? D.map((_, s) => D[order[s]!]!) : D)),
  };
}
