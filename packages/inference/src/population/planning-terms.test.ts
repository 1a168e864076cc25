import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileModel } from '../compile/compile-model.js';
import type { CompileOptions } from '../compile/compile-options.js';
import { defineModel, type GenerativeModel } from '../model/generative-model.js';
import { toDense } from '../model/sparse-tensor.js';
import { gridWorld } from '../models/grid-world.js';
import { arbitraryModel, randomObservations } from '../random-model.test-fixtures.js';
import { createPopulation } from './create-population.js';
import { AGENT_STATUS, NO_ACTION } from './population.js';

/**
 * At stake: what else than preferences and information about states counts in planning, in lanes as in the reference.
 */

const scaledCounts = (model: GenerativeModel, factor: number) => ({
  pA: model.A.map((A) => ({ shape: A.shape, data: toDense(A).data.map((p) => factor * p) })),
  pB: model.B.map((B) => ({ shape: B.shape, data: toDense(B).data.map((p) => factor * p) })),
});

/** G of every policy after each of three steps, with both backends believing the same. */
function compareBackends(model: GenerativeModel, seed: number, options: CompileOptions): void {
  const [lanes, reference] = (['simd', 'reference'] as const).map((backend) =>
    createPopulation(compileModel(model, { ...options, backend }), { capacity: 1, keepPolicies: true }),
  );
  const agent = lanes!.add();
  reference!.add();
  for (let step = 0; step < 3; step++) {
    const outcomes = randomObservations(model, seed + step).map((outcome) => [outcome]);
    const reports = [lanes!, reference!].map((population) => population.step({ agents: [agent], outcomes }));
    if (reports[0]!.failures.length > 0) return;
    const got = lanes!.results.expectedFreeEnergy!;
    const want = Array.from(reference!.results.expectedFreeEnergy!);
    const size = want.reduce((most, nats) => Math.max(most, Math.abs(nats)), 1);
    want.forEach((nats, policy) => {
      expect(Math.abs(got[policy]! - nats)).toBeLessThan(1e-3 * size);
    });
    reference!.writeBeliefs(agent, lanes!.readBeliefs(agent));
    reference!.setLastAction(agent, lanes!.lastAction(agent));
  }
}

describe('parameter information gain', () => {
  test('agrees with the reference', () => {
    fc.assert(
      fc.property(arbitraryModel({ zeros: 0.3 }), fc.integer(), (model, seed) => {
        compareBackends(model, seed, {
          learning: scaledCounts(model, 4),
          useParameterInformationGain: true,
          horizon: 2,
          iterationsMax: 3,
          freeEnergyTolerance: 0,
        });
      }),
      { numRuns: 60 },
    );
  });

  test('prefers the road that was walked less', () => {
    // Two places, seen for certain; where the second action leads is all but unknown.
    const pB = { shape: [2, 2, 2], data: Float64Array.of(50, 1, 50, 1, 50, 1, 50, 1) };
    const model = defineModel({
      A: [
        [
          [1, 0],
          [0, 1],
        ],
      ],
      B: [
        [
          [
            [0.5, 0.5],
            [0.5, 0.5],
          ],
          [
            [0.5, 0.5],
            [0.5, 0.5],
          ],
        ],
      ],
    });
    const choice = (useParameterInformationGain: boolean): number => {
      const compiled = compileModel(model, { learning: { pB: [pB] }, useParameterInformationGain });
      const population = createPopulation(compiled, { capacity: 1 });
      population.step({ agents: [population.add()], outcomes: [[0]] });
      return population.results.actions[0]![0]!;
    };
    expect([choice(false), choice(true)]).toEqual([0, 1]);
  });

  test('in its exact form is the work of the reference, and that is told', () => {
    const options = { useParameterInformationGain: true, noveltyForm: 'exact' } as const;
    expect(compileModel(gridWorld({ width: 2, height: 2 }), options).explain()).toMatchObject({
      backend: 'reference',
      reasons: ['the exact form of parameter information gain'],
    });
  });
});

describe('goals', () => {
  test('agree with the reference', () => {
    fc.assert(
      fc.property(arbitraryModel({ zeros: 0.4 }), fc.integer(), (model, seed) => {
        const { stateCounts, transitionFactors } = model.shape;
        const goals = stateCounts.map((count, f) =>
          transitionFactors[f]!.some((parent) => parent !== f) ? null : [count - 1],
        );
        compareBackends(model, seed, { goals, horizon: 2, iterationsMax: 3, freeEnergyTolerance: 0 });
      }),
      { numRuns: 60 },
    );
  });

  test.each(['simd', 'reference'] as const)('lead along a one-way road, %s', (backend) => {
    // 0 -> 1 -> 2 -> 3; the second action stays. Nothing is preferred: only the goal moves the agent.
    const go = (next: number, state: number): number => (next === Math.min(state + 1, 3) ? 1 : 0);
    const states = [0, 1, 2, 3];
    const model = defineModel({
      A: [states.map((o) => states.map((s) => (o === s ? 1 : 0)))],
      B: [states.map((next) => states.map((s) => [next === s ? 1 : 0, go(next, s)]))],
      D: [[1, 0, 0, 0]],
    });
    const population = createPopulation(compileModel(model, { backend, goals: [[3]] }), { capacity: 1 });
    const agent = population.add();
    const actions = [0, 1, 2].map((outcome) => {
      population.step({ agents: [agent], outcomes: [[outcome]] });
      return population.results.actions[0]![0];
    });
    expect(actions).toEqual([1, 1, 1]);
  });
});

test('a search ahead by outcomes is the work of the reference, and that is told', () => {
  const compiled = compileModel(gridWorld({ width: 3, height: 3 }), { search: { horizon: 2 } });
  expect(compiled.explain()).toMatchObject({ backend: 'reference', reasons: ['a search ahead by outcomes'] });
  const population = createPopulation(compiled, { capacity: 1 });
  expect(population.step({ agents: [population.add()], outcomes: [[0]] }).failures).toEqual([]);
  expect(population.results.actions[0]![0]).toBeGreaterThanOrEqual(0);
});

describe.each(['simd', 'reference'] as const)('policies without a posterior, %s', (backend) => {
  test('fail their agent, and leave it no action', () => {
    // Preferences that no difference survives: their sum over a policy is infinite.
    const model = defineModel({
      A: [
        [
          [0.5, 0.5],
          [0.5, 0.5],
        ],
      ],
      B: [
        [
          [
            [1, 0],
            [0, 1],
          ],
          [
            [0, 1],
            [1, 0],
          ],
        ],
      ],
      C: [[backend === 'simd' ? 1e38 : 1e308, backend === 'simd' ? -1e38 : -1e308]],
    });
    const compiled = compileModel(model, { backend, gamma: 1e30, horizon: 3 });
    const population = createPopulation(compiled, { capacity: 2 });
    const agents = population.addMany(2);
    const { failures } = population.step({ agents, outcomes: [[0, 1]] });
    expect(failures.map(({ entry, error }) => [entry, error.code])).toEqual([
      [0, 'INFERENCE_PLAN_NOT_FINITE'],
      [1, 'INFERENCE_PLAN_NOT_FINITE'],
    ]);
    expect(Array.from(population.results.status)).toEqual([AGENT_STATUS.noPlan, AGENT_STATUS.noPlan]);
    expect(Array.from(population.results.actions[0]!)).toEqual([NO_ACTION, NO_ACTION]);
    expect(population.lastAction(agents[0]!)).toBeNull();
  });
});
