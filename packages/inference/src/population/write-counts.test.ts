// At stake: what one agent has learned another can take over, and from then on the two are the same, bit for bit. Tried by having an agent learn, and
// another one go on with what was read of it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileModel } from '../compile/compile-model.js';
import { sparseFromDense, toDense } from '../model/sparse-tensor.js';
import { createPopulation } from './create-population.js';
import { BACKENDS, randomOutcomes, resultOf, statesOf, twoFactors } from './population.test-fixtures.js';

const model = twoFactors();
const scaled = (tensors: typeof model.A) =>
  tensors.map((tensor) => {
    const dense = toDense(tensor);
    return { ...dense, data: dense.data.map((p) => 3 * p) };
  });

describe.each(BACKENDS)('on the %s backend', (backend) => {
  it.each([0, 0.1])('an agent goes on with what another has learned (forgetting %d)', (forgetting) => {
    const learning = {
      pA: scaled(model.A),
      pB: scaled(model.B),
      pD: model.D.map((data) => ({ shape: [data.length], data: data.map((p) => 2 * p) })),
      forgetting,
    };
    const compiled = compileModel(model, { backend, learning, selection: 'stochastic', gamma: 1 });
    fc.assert(
      fc.property(fc.integer(), fc.nat({ max: 4 }), (seed, steps) => {
        const population = createPopulation(compiled, { capacity: 5 });
        const agents = population.addMany(3);
        for (let t = 0; t < steps; t++)
          population.step({ agents, outcomes: randomOutcomes(model, 3, seed + t) });
        const heir = population.add({ key: 1, beliefs: population.readBeliefs(agents[1]!) });
        population.setLastAction(heir, population.lastAction(agents[1]!));
        population.writeCounts(heir, population.readCounts(agents[1]!));
        expect(population.readCounts(heir)).toEqual(population.readCounts(agents[1]!));
        const outcomes = randomOutcomes(model, 1, seed - 1).map((column) =>
          Int32Array.of(column[0]!, column[0]!),
        );
        population.inferStates({ agents: [agents[1]!, heir], outcomes });
        const [one, other] = [resultOf(population, 0), resultOf(population, 1)];
        expect(other.freeEnergy).toBe(one.freeEnergy);
        population.learn();
        expect(population.readCounts(heir)).toEqual(population.readCounts(agents[1]!));
        const [first, second] = statesOf(population, [agents[1]!, heir]);
        expect(second!.beliefs).toEqual(first!.beliefs);
        population[Symbol.dispose]();
      }),
      { numRuns: 30 },
    );
  });

  it('refuses counts that do not fit, and a model that does not learn', () => {
    const learns = createPopulation(compileModel(model, { backend, learning: { pA: scaled(model.A) } }), {
      capacity: 1,
    });
    const agent = learns.add();
    const before = learns.readCounts(agent);
    expect(() => learns.writeCounts(agent, { pA: scaled(model.A).slice(1) })).toThrow(
      expect.objectContaining({ code: 'INFERENCE_SHAPE_MISMATCH' }),
    );
    const sparse = scaled(model.A).map((dense) => sparseFromDense(dense));
    expect(() => learns.writeCounts(agent, { pA: sparse })).toThrow(
      expect.objectContaining({ code: 'INFERENCE_NOT_LEARNABLE' }),
    );
    expect(learns.readCounts(agent)).toEqual(before);
    const fixed = createPopulation(compileModel(model, { backend }), { capacity: 1 });
    expect(() => fixed.writeCounts(fixed.add(), {})).toThrow(
      expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID' }),
    );
  });
});
