import { expect, test } from 'vitest';
import { entropy } from '../math/entropy.js';
import { gridWorld } from '../models/grid-world.js';
import { tMaze } from '../models/t-maze.js';
import { inferStates } from '../perception/infer-states.js';
import { predictStates } from '../perception/predict-states.js';
import { defineModel } from './generative-model.js';
import { prepareModel } from './prepare-model.js';
import { tensor } from './tensor.js';

// At stake: these are computed once and trusted ever after; a wrong layout would be wrong for every agent.
test('derives logarithms, entropies and preferences in the layout of the model', () => {
  const { model, logLikelihood, columnEntropy, logPreference } = prepareModel(tMaze());
  const cueAtCentre = 0; // column (location centre, context 0)
  expect(logLikelihood[2]![cueAtCentre]).toBeCloseTo(Math.log(0.5), 12);
  expect(columnEntropy[2]![cueAtCentre]).toBe(Math.LN2);
  expect(columnEntropy[1]![2]).toBeCloseTo(entropy(Float64Array.of(0.98, 0.02)), 12); // right arm, context 0
  expect(Math.exp(logPreference[1]!.data[1]!)).toBeCloseTo(
    Math.exp(3) / (1 + Math.exp(3) + Math.exp(-3)),
    12,
  );
  expect(model.shape.stateCounts).toEqual([4, 2]);
});

test('survives a structured clone, so that it can be prepared once for all threads', () => {
  const prepared = prepareModel(tMaze());
  expect(structuredClone(prepared)).toEqual(prepared);
});

test('what is sparse stays so, and takes the room of its entries', () => {
  const world = gridWorld({ width: 100, height: 60, tensors: 'sparse' });
  const prepared = prepareModel(world);
  expect(prepared.logLikelihood[0]).toHaveLength(6000); // dense it would be 36 million, and B 180 million
  expect(prepared.transitions[0]).toBe(world.B[0]);
  expect(prepared.outcomeEntries[0]!.entries).toHaveLength(6000);

  const { posterior } = inferStates(prepared, { observations: [1234], prior: world.D });
  expect(posterior[0]![1234]).toBeCloseTo(0.9, 10);
  const right = predictStates(prepared, posterior, [1])[0]!;
  expect(right[1235]).toBeCloseTo(0.9, 10);
});

test('modalities that share a tensor share what follows from it', () => {
  const A = tensor([
    [0.9, 0.2],
    [0.1, 0.8],
  ]);
  const stay = tensor([
    [[1], [0]],
    [[0], [1]],
  ]);
  const model = defineModel({ A: [A, A], B: [stay, stay], likelihoodFactors: [[0], [1]] });
  const { logLikelihood, transitions } = prepareModel(model);
  expect(logLikelihood[1]).toBe(logLikelihood[0]);
  expect(transitions[1]).toBe(transitions[0]);
});
