import { expect, test } from 'vitest';
import { compileModel } from '../compile/compile-model.js';
import { defineModel, type GenerativeModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import { inferStates } from '../perception/infer-states.js';
import { createPopulation } from './create-population.js';

/** At stake: what single precision cannot vouch for is decided by the reference, and nothing else is. */

/** Two coins, both likely heads; one sees, as reliably as said, whether they are equal (0) or differ (1). */
function coins(reliability: number): GenerativeModel {
  const [right, wrong] = [reliability, 1 - reliability];
  const still = [
    [[1], [0]],
    [[0], [1]],
  ]; // [next][state][action]
  return defineModel({
    A: [
      [
        [
          [right, wrong],
          [wrong, right],
        ],
        [
          [wrong, right],
          [right, wrong],
        ],
      ],
    ], // [outcome][coin 0][coin 1]
    B: [still, still],
    D: [
      [0.6, 0.4],
      [0.6, 0.4],
    ],
  });
}

test.each([
  { reliability: 0.6, referred: 0 },
  // Each coin turns away from where the other was, both at once, and so they chase one another for ever.
  { reliability: 0.99, referred: 1 },
])('factors that overshoot one another are referred: $reliability', ({ reliability, referred }) => {
  const model = coins(reliability);
  const population = createPopulation(compileModel(model), { capacity: 1 });
  const agent = population.add();
  expect(population.inferStates({ agents: [agent], outcomes: [[1]] }).referred).toBe(referred);
  const { posterior, freeEnergyPerIteration } = inferStates(prepareModel(model), { observations: [1] });
  const rises = freeEnergyPerIteration.some((F, sweep) => F > (freeEnergyPerIteration[sweep - 1] ?? F) + 0.1);
  expect(rises).toBe(referred === 1);
  population.readBeliefs(agent).forEach((belief, f) => {
    expect(belief[0]).toBeCloseTo(posterior[f]![0]!, 5);
  });
});
