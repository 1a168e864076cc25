// At stake: single precision adds up small errors, and multiplies small probabilities, for as long as an agent lives.
// Tried with long lives, and with observations so improbable that single precision cannot tell them from impossible.
import { describe, expect, test } from 'vitest';
import { compileModel } from '../compile/compile-model.js';
import { defineModel } from '../model/generative-model.js';
import { sparseTensor } from '../model/sparse-tensor.js';
import { gridWorld } from '../models/grid-world.js';
import { randomSource, total } from '../random-model.test-fixtures.js';
import { createPopulation } from './create-population.js';
import { AGENT_STATUS, type Population } from './population.js';
import { BACKENDS, randomOutcomes, twoFactors } from './population.test-fixtures.js';

const NORMAL_MIN = 2 ** -126;

/** How far two beliefs are apart, at most. One comparison of this costs as little as one of a single state. */
const distance = (got: Float64Array, want: Float64Array): number =>
  got.reduce((most, p, s) => Math.max(most, Math.abs(p - want[s]!)), 0);

/** No number that is neither 0 nor normal: arithmetic with those is slow. */
function expectNoDenormals(belief: Float64Array): void {
  expect(belief.filter((p) => p !== 0 && p < NORMAL_MIN)).toHaveLength(0);
}

const bothOf = (model: Parameters<typeof compileModel>[0], capacity: number): [Population, Population] =>
  BACKENDS.map((backend) => createPopulation(compileModel(model, { horizon: 1, backend }), { capacity })) as [
    Population,
    Population,
  ];

test('1 000 steps in a grid of 25 cells stay normalised and with the reference', () => {
  const world = gridWorld({ width: 5, height: 5, noise: 0.1, start: { x: 0, y: 0 } });
  const count = 6;
  const [simd, reference] = bothOf(world, count);
  const agents = simd.addMany(count);
  reference.addMany(count);
  const random = randomSource(5);
  const cells = new Int32Array(count);
  let lastMoves: Int32Array | null = null;
  for (let t = 0; t < 1000; t++) {
    // What is seen is wrong now and then; where the agents go is told, so that both live the same life.
    const seen = cells.map((cell) => (random() < 0.1 ? Math.floor(25 * random()) : cell));
    const moves = cells.map(() => Math.floor(5 * random()) % world.shape.actionCounts[0]!);
    const batch = { agents, outcomes: [seen], ...(lastMoves === null ? {} : { lastActions: [lastMoves] }) };
    simd.step(batch);
    reference.step(batch);
    for (const agent of agents) {
      const got = simd.readBeliefs(agent)[0]!;
      const want = reference.readBeliefs(agent)[0]!;
      // 25 products and their sum, each rounded; the filter forgets, so errors do not pile up.
      expect(Math.abs(total(got) - 1)).toBeLessThan(25 * 2 ** -23);
      expectNoDenormals(got);
      expect(distance(got, want)).toBeLessThan(1e-5);
    }
    lastMoves = moves;
    cells.forEach((cell, i) => {
      cells[i] = world.environment.nextState[0]![cell]![moves[i]!]!;
    });
  }
});

test('300 steps of two factors, by mean field, do too', () => {
  const model = twoFactors();
  const [simd, reference] = bothOf(model, 5);
  const agents = simd.addMany(5);
  reference.addMany(5);
  for (let t = 0; t < 300; t++) {
    const outcomes = randomOutcomes(model, 5, t);
    const lastActions = model.B.map((_, f) => outcomes[f]!.map((o) => o % 2));
    simd.step({ agents, outcomes, lastActions });
    reference.step({ agents, outcomes, lastActions });
    for (const agent of agents) {
      simd.readBeliefs(agent).forEach((got, f) => {
        const want = reference.readBeliefs(agent)[f]!;
        expect(Math.abs(total(got) - 1)).toBeLessThan(8 * 2 ** -23);
        expect(distance(got, want)).toBeLessThan(1e-3);
      });
    }
  }
});

/** Two states that stay; each of the modalities shows state 0 as outcome 0, and as outcome 1 hardly ever or never. */
const witness = (modalityCount: number, slip: number, factorCount = 1) =>
  defineModel({
    A: Array.from({ length: modalityCount }, () => [
      [1 - slip, 0.5],
      [slip, 0.5],
    ]),
    B: Array.from({ length: factorCount }, () => [
      [[1], [0]],
      [[0], [1]],
    ]),
    D: Array.from({ length: factorCount }, () => [1, 0]),
    likelihoodFactors: Array.from({ length: modalityCount }, (_, m) => [m % factorCount]),
  });

describe.each([1, 2])('%d factors: observations that are', (factorCount) => {
  test.each([
    { modalityCount: 2, slip: 1e-10, nats: 20 * Math.LN10 },
    { modalityCount: 4, slip: 1e-10, nats: 40 * Math.LN10 },
    { modalityCount: 4, slip: 1e-8, nats: 32 * Math.LN10 },
    { modalityCount: 2, slip: 1e-15, nats: 30 * Math.LN10 },
  ])('as unlikely as $slip, $modalityCount times, are believed', ({ modalityCount, slip, nats }) => {
    const population = createPopulation(compileModel(witness(modalityCount, slip, factorCount)), {
      capacity: 3,
    });
    const agents = population.addMany(3);
    const outcomes = Array.from({ length: modalityCount }, () => [0, 1, 0]);
    const { failures, referred } = population.step({ agents, outcomes });
    expect(failures).toEqual([]);
    expect(referred).toBe(factorCount === 1 || nats > 70 ? 1 : 0);
    for (const belief of population.readBeliefs(agents[1]!)) expect(Array.from(belief)).toEqual([1, 0]);
    // The epsilon of a likelihood is a tenth of the least of these.
    expect(population.results.freeEnergy[1]! / nats).toBeCloseTo(1, slip < 1e-14 ? 2 : 5);
  });

  test('impossible by nothing but a 0 are impossible on both backends', () => {
    for (const backend of BACKENDS) {
      for (const modalityCount of [1, 2, 5]) {
        const compiled = compileModel(witness(modalityCount, 0, factorCount), { backend });
        const population = createPopulation(compiled, { capacity: 5 });
        const agents = population.addMany(5);
        const outcomes = Array.from({ length: modalityCount }, () => [0, 0, 1, 0, 0]);
        const { failures } = population.step({ agents, outcomes });
        expect(failures.map(({ entry }) => entry)).toEqual([2]);
        expect(population.results.status[2]).toBe(AGENT_STATUS.impossibleObservation);
      }
    }
  });

  test('against the belief again and again change it in the end', () => {
    // State 1 is ruled out three times, which single precision takes for 1e-48, and is then the only one left.
    for (const backend of BACKENDS) {
      const model = { ...witness(factorCount, 0, factorCount) };
      const certain = {
        ...model,
        A: model.A.map(({ shape }) => ({ shape, data: Float64Array.of(1, 0, 0, 1) })),
        D: model.D.map(() => Float64Array.of(0.5, 0.5)),
      };
      const population = createPopulation(compileModel(certain, { backend }), { capacity: 1 });
      const agent = population.add();
      const seen = (outcome: number) => Array.from({ length: factorCount }, () => [outcome]);
      for (let t = 0; t < 3; t++) population.step({ agents: [agent], outcomes: seen(0) });
      expect(population.readBeliefs(agent)[0]![1]).toBeGreaterThan(0);
      expect(population.step({ agents: [agent], outcomes: seen(1) }).failures).toEqual([]);
    }
  });
});

describe.each([1, 2])('%d factors: a transition whose zeros stand before a background', (factorCount) => {
  // From the first two states nothing leads to these two; from any other, everything leads anywhere.
  const moves = Array.from({ length: 6 }, (_, to) =>
    Array.from({ length: 6 }, (_, from) => [from > 1 ? 1 / 6 : to > 1 ? 1 / 4 : 0]),
  );
  const see = Array.from({ length: 6 }, (_, o) => Array.from({ length: 6 }, (_, s) => Number(o === s)));
  const model = defineModel({
    A: Array.from({ length: factorCount }, () => see),
    B: Array.from({ length: factorCount }, () => moves),
    likelihoodFactors: Array.from({ length: factorCount }, (_, f) => [f]),
  });
  const step = (belief: Float64Array) => {
    const population = createPopulation(compileModel(model, { form: 'background' }), { capacity: 4 });
    expect(population.compiled.explain().maps.map(({ form }) => form)).toContain('background');
    const agents = [0, 1, 2, 3].map(() => population.add({ beliefs: model.D.map(() => belief) }));
    for (const agent of agents) population.setLastAction(agent, new Array(factorCount).fill(0));
    const report = population.step({ agents, outcomes: model.A.map(() => [0, 0, 0, 0]) });
    return { population, agents, report };
  };

  test('leads nowhere that it does not lead', () => {
    for (let share = 0.05; share < 1; share += 0.05) {
      const { report } = step(Float64Array.of(share, 1 - share, 0, 0, 0, 0));
      expect(report.failures).toHaveLength(4);
    }
  });

  test('leads where it hardly ever leads', () => {
    const { report, population, agents } = step(Float64Array.of(0.3, 0.7 - 1e-9, 1e-9, 0, 0, 0));
    expect(report.failures).toEqual([]);
    for (const agent of agents) expect(population.readBeliefs(agent)[0]![0]).toBeCloseTo(1, 5);
    // -ln of the 1e-9 / 6 that one in six of the time leads there; the rounding of single precision would show.
    const nats = -factorCount * Math.log(1e-9 / 6);
    expect(population.results.freeEnergy[0]! / nats).toBeCloseTo(1, 5);
  });
});

test('what only excluded states could show is impossible, however many of them count as an epsilon', () => {
  const stateCount = 20_000;
  const model = defineModel({
    A: [
      sparseTensor({
        shape: [2, stateCount],
        columns: Array.from({ length: stateCount }, (_, s) => [[Number(s > 0), 1]]),
      }),
    ],
    B: [
      sparseTensor({
        shape: [stateCount, stateCount, 1],
        columns: Array.from({ length: stateCount }, (_, s) => [[s, 1]]),
      }),
    ],
    D: [Float64Array.from({ length: stateCount }, (_, s) => Number(s === 0))],
  });
  for (const backend of BACKENDS) {
    const population = createPopulation(compileModel(model, { backend, priorZeros: 'epsilon' }), {
      capacity: 1,
    });
    const { failures } = population.inferStates({ agents: [population.add()], outcomes: [[1]] });
    expect(failures.map(({ error }) => error.code)).toEqual(['INFERENCE_IMPOSSIBLE_OBSERVATION']);
  }
});
