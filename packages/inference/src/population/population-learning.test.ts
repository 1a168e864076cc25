import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileModel } from '../compile/compile-model.js';
import type { LearningOptions } from '../compile/compile-options.js';
import { expectedModel, type LearnedCounts } from '../learning/expected-model.js';
import { forgetCounts } from '../learning/forget-counts.js';
import { learnLikelihood } from '../learning/learn-likelihood.js';
import { learnPrior } from '../learning/learn-prior.js';
import { learnTransition } from '../learning/learn-transition.js';
import { createInferenceMemory } from '../memory/inference-memory.js';
import { defineModel, type GenerativeModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import { type ModelTensor, sparseFromDense, toDense } from '../model/sparse-tensor.js';
import type { Tensor } from '../model/tensor.js';
import { gridWorld } from '../models/grid-world.js';
import { inferStates } from '../perception/infer-states.js';
import { predictStates } from '../perception/predict-states.js';
import { expectedFreeEnergy } from '../planning/expected-free-energy.js';
import { arbitraryModel, randomObservations } from '../random-model.test-fixtures.js';
import { createPopulation } from './create-population.js';
import { NOT_OBSERVED, SOFT_OUTCOME } from './population.js';
import { statesOf } from './population.test-fixtures.js';

/**
 * At stake: thousands of agents learn in lanes, each from its own experience, and share what they have not learned.
 * Tried against the reference's learning functions, step by step, and against one another in batches of any size.
 */

const scaled = ({ shape, data }: Tensor, factor: number): Tensor => ({
  shape,
  data: data.map((value) => value * factor),
});

interface Priors {
  readonly pA: ModelTensor[];
  readonly pB: ModelTensor[];
  readonly pD: Tensor[];
}

const priorsOf = (model: GenerativeModel): Priors => ({
  pA: model.A.map((A) => scaled(toDense(A), 7)),
  pB: model.B.map((B) => scaled(toDense(B), 5)),
  pD: model.D.map((D) => ({ shape: [D.length], data: D.map((p) => 3 * p) })),
});

const arbitraryLearner = fc.record({
  model: arbitraryModel({ zeros: 0.3 }),
  seed: fc.integer(),
  rates: fc.record({ A: fc.constantFrom(1, 0.5), B: fc.constantFrom(1, 2), D: fc.constant(1) }),
  forgetting: fc.constantFrom(0, 0.1),
});

/** `toBeCloseTo` for whole arrays, relative to the size of what is expected. */
function expectClose(got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++) {
    expect(Math.abs(got[i]! - want[i]!)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(want[i]!)));
  }
}

describe.each(['simd', 'reference'] as const)('learning, %s', (backend) => {
  test('follows the reference through several steps', () => {
    fc.assert(
      fc.property(arbitraryLearner, ({ model, seed, rates, forgetting }) => {
        const priors = priorsOf(model);
        // No early stop, or else single precision may stop one earlier or later than double.
        const compiled = compileModel(model, {
          backend,
          learning: { ...priors, rates, forgetting },
          iterationsMax: 4,
          freeEnergyTolerance: 0,
        });
        const population = createPopulation(compiled, { capacity: 1, keepPolicies: true });
        const agent = population.add();
        let counts: Required<Pick<LearnedCounts, 'pA' | 'pB'>> & { pD: (Tensor | null)[] } = priors;
        for (let step = 0; step < 4; step++) {
          const observations = randomObservations(model, seed + step);
          const before = population.readBeliefs(agent);
          const action = population.lastAction(agent);
          const learned = expectedModel(model, counts);
          const prepared = prepareModel(learned);
          const prior = action === null ? before : predictStates(prepared, before, action);
          const report = population.step({ agents: [agent], outcomes: observations.map((o) => [o]) });
          if (report.failures.length > 0) return;
          const { posterior } = inferStates(prepared, {
            observations,
            prior,
            iterationsMax: 4,
            freeEnergyTolerance: 0,
          });
          const got = population.readBeliefs(agent);
          for (const [f, q] of posterior.entries()) expectClose(got[f]!, q, 2e-3);
          // From here on from the lanes' own belief, so that errors do not add up over the steps.
          const forget = <T extends ModelTensor>(now: readonly (T | null)[], prior: readonly (T | null)[]) =>
            forgetCounts(now, prior, { rate: forgetting });
          counts = {
            pA: learnLikelihood(learned, forget(counts.pA, priors.pA), {
              observations,
              posterior: got,
              learningRate: rates.A,
            }),
            pB:
              action === null
                ? counts.pB
                : learnTransition(learned, forget(counts.pB, priors.pB), {
                    previousPosterior: before,
                    action,
                    posterior: got,
                    learningRate: rates.B,
                  }),
            pD:
              action === null
                ? learnPrior(learned, forget(counts.pD, priors.pD), { posterior: got, learningRate: rates.D })
                : counts.pD,
          };
          const read = population.readCounts(agent);
          for (const key of ['pA', 'pB', 'pD'] as const) {
            counts[key].forEach((tensor, i) => {
              expectClose((read[key]![i] as Tensor).data, (tensor as Tensor).data, 1e-5);
            });
          }
          const G = expectedFreeEnergy(
            prepareModel(expectedModel(model, counts)),
            compiled.settings.policies,
            got,
          ).expectedFreeEnergy;
          expectClose(population.results.expectedFreeEnergy!, G, 1e-4);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('is the same for sparse tensors as for dense ones', () => {
    fc.assert(
      fc.property(arbitraryLearner, ({ model, seed, rates, forgetting }) => {
        const priors = priorsOf(model);
        const list = (tensor: ModelTensor): ModelTensor =>
          sparseFromDense(toDense(tensor), { background: 'none' });
        const sparse = { ...model, A: model.A.map(list), B: model.B.map(list) };
        const sparsePriors = { ...priors, pA: priors.pA.map(list), pB: priors.pB.map(list) };
        const results = [
          compileModel(model, { backend, learning: { ...priors, rates, forgetting } }),
          compileModel(sparse, { backend, learning: { ...sparsePriors, rates, forgetting } }),
        ].map((compiled) => {
          const population = createPopulation(compiled, { capacity: 1 });
          const agent = population.add();
          for (let step = 0; step < 3; step++) {
            const observations = randomObservations(model, seed + step);
            population.step({ agents: [agent], outcomes: observations.map((o) => [o]) });
          }
          const { pA, pB } = population.readCounts(agent);
          return [population.readBeliefs(agent), pA!.map((A) => toDense(A!)), pB!.map((B) => toDense(B!))];
        });
        expect(results[1]).toEqual(results[0]);
      }),
      { numRuns: 60 },
    );
  });

  test('a batch teaches its agents bit for bit what each would learn alone', () => {
    fc.assert(
      fc.property(arbitraryLearner, fc.integer({ min: 2, max: 9 }), ({ model, seed, rates }, count) => {
        const compiled = compileModel(model, { backend, learning: { ...priorsOf(model), rates } });
        const together = createPopulation(compiled, { capacity: count });
        const alone = createPopulation(compiled, { capacity: count });
        const agents = together.addMany(count);
        alone.addMany(count);
        for (let step = 0; step < 3; step++) {
          const seen = Array.from(agents, (_, i) => randomObservations(model, seed + 100 * step + i));
          together.step({ agents, outcomes: model.A.map((_, m) => seen.map((o) => o[m]!)) });
          // Agents that see nothing at first learn later, beside neighbours that have learned already.
          for (let i = count - 1; i >= 0; i--) {
            alone.step({ agents: [agents[i]!], outcomes: seen[i]!.map((o) => [o]) });
          }
        }
        for (const agent of agents) {
          expect(together.readBeliefs(agent)).toEqual(alone.readBeliefs(agent));
          expect(together.readCounts(agent)).toEqual(alone.readCounts(agent));
          expect(together.lastAction(agent)).toEqual(alone.lastAction(agent));
        }
      }),
      { numRuns: 60 },
    );
  });
});

const coin = defineModel({
  A: [
    [
      [0.9, 0.4],
      [0.1, 0.6],
    ],
  ],
  B: [
    [
      [[1], [0]],
      [[0], [1]],
    ],
  ],
  D: [[0.5, 0.5]],
});
const coinCounts = { pA: [{ shape: [2, 2], data: Float64Array.of(9, 4, 1, 6) }] };

describe.each(['simd', 'reference'] as const)('an agent that learns, %s', (backend) => {
  test('learns A from what it saw, by how far it believed in each state', () => {
    const population = createPopulation(compileModel(coin, { backend, learning: coinCounts }), {
      capacity: 2,
    });
    const [one, other] = population.addMany(2);
    population.step({ agents: [one!], outcomes: [[0]] });
    const q = population.readBeliefs(one!)[0]!;
    const [pA] = population.readCounts(one!).pA as [Tensor];
    expect(pA.data[0]).toBeCloseTo(9 + q[0]!, 5);
    expect(pA.data[1]).toBeCloseTo(4 + q[1]!, 5);
    expect(Array.from(pA.data.subarray(2))).toEqual([1, 6]);
    expect(population.readCounts(other!).pA).toEqual(coinCounts.pA);
  });

  test('keeps what it learned over a reset, and a new agent in its place does not', () => {
    const population = createPopulation(compileModel(coin, { backend, learning: coinCounts }), {
      capacity: 1,
    });
    const agent = population.add();
    population.step({ agents: [agent], outcomes: [[0]] });
    const learned = population.readCounts(agent);
    population.reset(agent);
    expect(population.readCounts(agent)).toEqual(learned);
    population.remove(agent);
    expect(population.readCounts(population.add()).pA).toEqual(coinCounts.pA);
  });

  test('begins the next episode with the D that it learned', () => {
    const pD = [{ shape: [2], data: Float64Array.of(1, 1) }];
    const population = createPopulation(compileModel(coin, { backend, learning: { pD } }), { capacity: 1 });
    const agent = population.add();
    population.step({ agents: [agent], outcomes: [[0]] });
    const q = population.readBeliefs(agent)[0]!;
    population.reset(agent);
    expect(population.readBeliefs(agent)[0]![0]).toBeCloseTo((1 + q[0]!) / 3, 5);
  });

  test('learns nothing from a modality it did not see, nor when its inference failed', () => {
    const certain = defineModel({
      A: [
        [
          [1, 0],
          [0, 1],
        ],
      ],
      B: coin.B,
      D: [[1, 0]],
    });
    const learning = { pA: [{ shape: [2, 2], data: Float64Array.of(5, 0, 0, 5) }] };
    const population = createPopulation(compileModel(certain, { backend, learning }), { capacity: 1 });
    const agent = population.add();
    population.step({ agents: [agent], outcomes: [[NOT_OBSERVED]] });
    expect(population.readCounts(agent).pA).toEqual(learning.pA);
    const { failures } = population.step({ agents: [agent], outcomes: [[1]] });
    expect(failures.map(({ error }) => error.code)).toEqual(['INFERENCE_IMPOSSIBLE_OBSERVATION']);
    expect(population.readCounts(agent).pA).toEqual(learning.pA);
  });

  test('forgets by what it experiences, not by what it does not see', () => {
    const learning = { pA: [{ shape: [2, 2], data: Float64Array.of(1, 1, 1, 1) }], forgetting: 0.5 };
    const population = createPopulation(compileModel(coin, { backend, learning }), { capacity: 1 });
    const agent = population.add();
    population.step({ agents: [agent], outcomes: [[0]] });
    const learned = population.readCounts(agent).pA;
    for (let step = 0; step < 5; step++) population.step({ agents: [agent], outcomes: [[NOT_OBSERVED]] });
    expect(population.readCounts(agent).pA).toEqual(learned);
  });

  test('learns from the belief it has by then', () => {
    const population = createPopulation(compileModel(coin, { backend, learning: coinCounts }), {
      capacity: 1,
    });
    const agent = population.add();
    population.inferStates({ agents: [agent], outcomes: [[0]] });
    population.writeBeliefs(agent, [Float64Array.of(0, 1)]);
    population.learn();
    expect(Array.from((population.readCounts(agent).pA as [Tensor])[0].data)).toEqual([9, 5, 1, 6]);
  });

  test('removed before it learned, teaches nothing to whoever comes after', () => {
    const population = createPopulation(compileModel(coin, { backend, learning: coinCounts }), {
      capacity: 1,
    });
    const agent = population.add();
    population.inferStates({ agents: [agent], outcomes: [[0]] });
    population.remove(agent);
    const next = population.add();
    population.learn();
    expect(population.readCounts(next).pA).toEqual(coinCounts.pA);
  });

  test('is refused by name where nothing is to be learned', () => {
    const population = createPopulation(compileModel(coin, { backend }), { capacity: 1 });
    expect(() => population.learn()).toThrow(expect.objectContaining({ code: 'INFERENCE_OPTION_INVALID' }));
  });
});

test('habits are learned by the reference, by a decision that is told', () => {
  const twoWays = defineModel({
    A: [
      [
        [0.9, 0.1],
        [0.1, 0.9],
      ],
    ],
    B: [
      [
        [
          [1, 0],
          [1, 0],
        ],
        [
          [0, 1],
          [0, 1],
        ],
      ],
    ],
  });
  const pE = { shape: [2], data: Float64Array.of(1, 1) };
  const compiled = compileModel(twoWays, { learning: { pE } });
  expect(compiled.explain()).toMatchObject({ backend: 'reference', reasons: ['habits are learned'] });
  const population = createPopulation(compiled, { capacity: 1, keepPolicies: true });
  const agent = population.add();
  population.step({ agents: [agent], outcomes: [[0]] });
  const q = population.results.policyPosterior!;
  expect(population.readCounts(agent).pE!.data[0]).toBeCloseTo(1 + q[0]!, 6);
});

test('an agent that learns takes memory of its own, and gives it back', () => {
  const compiled = compileModel(coin, { learning: coinCounts });
  const { memory } = compiled;
  const population = createPopulation(compiled, { capacity: 100 });
  const agents = population.addMany(100);
  const before = memory.bytesUsed;
  population.step({ agents: [agents[0]!], outcomes: [[0]] });
  const each = memory.bytesUsed - before;
  expect(each).toBeGreaterThan(0);
  population.step({ agents: [agents[0]!], outcomes: [[1]] });
  expect(memory.bytesUsed - before).toBe(each);
  population.remove(agents[0]!);
  population.step({ agents: [agents[1]!], outcomes: [[0]] });
  expect(memory.bytesUsed - before).toBe(each);
});

describe('learning that does not fit into memory', () => {
  const PAGE_BYTES = 65_536;
  const grid = gridWorld({ width: 5, height: 5 });
  const priors = priorsOf(grid);
  const exhausted = expect.objectContaining({ code: 'INFERENCE_MEMORY_EXHAUSTED' });
  /** Some agents can learn in it, not all. */
  const small = (learning: LearningOptions) => {
    const memory = createInferenceMemory({ bytesMax: 8 * PAGE_BYTES });
    const population = createPopulation(compileModel(grid, { memory, backend: 'simd', learning }), {
      capacity: 600,
    });
    return { memory, population, agents: population.addMany(600) };
  };

  test.each([
    { name: 'A', learning: { pA: priors.pA } },
    { name: 'B', learning: { pB: priors.pB } },
    { name: 'all', learning: priors },
  ])('is refused before anything has changed, and fewer agents fit: $name', ({ learning }) => {
    const { memory, population, agents } = small(learning);
    const batch = (count: number) => ({
      agents,
      count,
      outcomes: [new Int32Array(count)],
      lastActions: [new Int32Array(count)],
    });
    const before = statesOf(population, agents);
    const used = memory.bytesUsed;
    expect(() => population.step(batch(600))).toThrow(exhausted);
    expect(statesOf(population, agents)).toEqual(before);
    expect(memory.bytesUsed).toBe(used);
    expect(population.step(batch(5)).failures).toEqual([]);
    const counts = population.readCounts(agents[0]!);
    const after = statesOf(population, agents);
    const learnedUse = memory.bytesUsed;
    // Those who have learned keep what they have when others do not fit.
    expect(() => population.step(batch(600))).toThrow(exhausted);
    expect(population.readCounts(agents[0]!)).toEqual(counts);
    expect(statesOf(population, agents)).toEqual(after);
    expect(memory.bytesUsed).toBe(learnedUse);
    expect(population.step(batch(5)).failures).toEqual([]);
    expect(memory.bytesUsed).toBe(learnedUse);
    population.learn();
  });

  test('is refused when there is no room for soft outcomes', () => {
    const { memory, population, agents } = small({ pA: priors.pA });
    const column = new Int32Array(600);
    // All but little of the memory is in use: blocks for one agent fit, a column of weights does not.
    while (memory.bytesUsed < 8 * PAGE_BYTES - 200 * 25 * 4) memory.allocate(1024);
    const before = memory.bytesUsed;
    column[0] = SOFT_OUTCOME;
    const weights = [Float64Array.from({ length: 25 }, (_, o) => (o === 0 ? 1 : 0))];
    const step = () => population.step({ agents, count: 1, outcomes: [column], weights });
    expect(step).toThrow(exhausted);
    expect(memory.bytesUsed).toBe(before);
  });
});
