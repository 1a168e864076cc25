import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import { tMaze } from '../models/t-maze.js';
import { arbitraryModel, randomObservations, total } from '../random-model.test-fixtures.js';
import { readEvidence } from './evidence.js';
import { exactFilter } from './exact-filter.js';
import { logLikelihoodMessage } from './log-likelihood-message.js';
import { meanField } from './mean-field.js';

// At stake: inference over several factors. Where an exact answer is known the fixed point must be it.
const exhaustive = { iterationsMax: 50, freeEnergyTolerance: 0, priorZeros: 'exclude' } as const;

describe('meanField', () => {
  test('of one factor is the exact filter, in one sweep', () => {
    fc.assert(
      fc.property(arbitraryModel({ factorsMax: 1, zeros: 0.2 }), fc.integer(), (model, seed) => {
        const evidence = readEvidence(prepareModel(model), randomObservations(model, seed));
        const message = logLikelihoodMessage(model.D, evidence, 0, model.D[0]!.length);
        for (const priorZeros of ['exclude', 'epsilon'] as const) {
          const result = meanField(evidence, model.D, { ...exhaustive, priorZeros });
          expect(result.posterior).toEqual([exactFilter(model.D[0]!, message, priorZeros)]);
          expect(result.iterations).toBe(1);
        }
      }),
    );
  });

  test('ends with distributions, and with the free energies of its sweeps', () => {
    fc.assert(
      fc.property(arbitraryModel({ zeros: 0.2 }), fc.integer(), (model, seed) => {
        const evidence = readEvidence(prepareModel(model), randomObservations(model, seed));
        const result = meanField(evidence, model.D, { ...exhaustive, iterationsMax: 7 });
        for (const belief of result.posterior) expect(Math.abs(total(belief) - 1)).toBeLessThan(1e-14);
        expect(result.iterations).toBe(model.D.length === 1 ? 1 : 7);
        expect(result.freeEnergyPerIteration).toHaveLength(result.iterations);
        expect(result.variationalFreeEnergy).toBe(result.freeEnergyPerIteration.at(-1));
      }),
    );
  });

  test('factors that no modality couples are inferred exactly, each on its own', () => {
    const see = [
      [0.9, 0.2],
      [0.1, 0.8],
    ];
    const stay = [
      [[1], [0]],
      [[0], [1]],
    ];
    const model = defineModel({ A: [see, see], B: [stay, stay], likelihoodFactors: [[0], [1]] });
    const { posterior } = meanField(readEvidence(prepareModel(model), [0, 1]), model.D, exhaustive);
    expect(posterior[0]![0]).toBeCloseTo(0.9 / 1.1, 12);
    expect(posterior[1]![0]).toBeCloseTo(0.1 / 0.9, 12);
  });

  test('stops when free energy moves by less than the tolerance', () => {
    const maze = tMaze();
    const atCue = [Float64Array.of(0, 0, 0, 1), Float64Array.of(0.5, 0.5)];
    const evidence = readEvidence(prepareModel(maze), [3, 0, 0]);
    const options = { iterationsMax: 50, freeEnergyTolerance: 0.001, priorZeros: 'epsilon' } as const;
    expect(meanField(evidence, atCue, options).iterations).toBe(3);
    expect(meanField(evidence, atCue, { ...options, freeEnergyTolerance: 0 }).iterations).toBe(50);
    // Beginning where the prior is, nothing is left to find out but the context.
    expect(meanField(evidence, atCue, { ...options, priorZeros: 'exclude' }).iterations).toBe(2);
  });

  test('the first stopping test compares with a free energy that leaves out the likelihood', () => {
    const mute = [
      [0.5, 0.5],
      [0.5, 0.5],
    ];
    const stay = [
      [[1], [0]],
      [[0], [1]],
    ];
    const model = defineModel({ A: [mute], B: [stay, stay], likelihoodFactors: [[0]] });
    const evidence = readEvidence(prepareModel(model), [0]);
    const options = { iterationsMax: 10, freeEnergyTolerance: 0.001, priorZeros: 'exclude' } as const;
    // The first sweep changes no belief, but brings in the ln 2 nats of an outcome that tells nothing.
    expect(meanField(evidence, model.D, options).iterations).toBe(2);
  });

  test('a factor the prior has settled stays settled, and its message is constant', () => {
    const maze = tMaze();
    const evidence = readEvidence(prepareModel(maze), [0, 0, 1]);
    const { posterior, logLikelihoods } = meanField(evidence, maze.D, exhaustive);
    expect(Array.from(posterior[0]!)).toEqual([1, 0, 0, 0]);
    expect(new Set(logLikelihoods[0]).size).toBe(1);
  });

  test('the two readings of a prior of 0 agree to 1e-9 when no evidence speaks for the excluded', () => {
    const maze = tMaze();
    for (const observations of [
      [0, 0, 0],
      [0, 0, 1],
    ]) {
      const evidence = readEvidence(prepareModel(maze), observations);
      const [exclude, epsilon] = (['exclude', 'epsilon'] as const).map(
        (priorZeros) => meanField(evidence, maze.D, { ...exhaustive, priorZeros }).posterior,
      );
      exclude!.forEach((belief, f) => {
        belief.forEach((q, s) => {
          expect(Math.abs(q - epsilon![f]![s]!)).toBeLessThan(1e-9);
        });
      });
    }
  });
});
