import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileModel } from '../compile/compile-model.js';
import { expectedModel, type LearnedCounts } from '../learning/expected-model.js';
import { forgetCounts } from '../learning/forget-counts.js';
import { learnLikelihood } from '../learning/learn-likelihood.js';
import { learnPrior } from '../learning/learn-prior.js';
import { learnTransition } from '../learning/learn-transition.js';
import type { GenerativeModel } from '../model/generative-model.js';
import { prepareModel } from '../model/prepare-model.js';
import { type ModelTensor, sparseFromDense, toDense } from '../model/sparse-tensor.js';
import type { Tensor } from '../model/tensor.js';
import { inferStates } from '../perception/infer-states.js';
import { predictStates } from '../perception/predict-states.js';
import { expectedFreeEnergy } from '../planning/expected-free-energy.js';
import { arbitraryModel, randomObservations } from '../random-model.test-fixtures.js';
import { createPopulation } from './create-population.js';

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

describe('learning in lanes', () => {
  test('follows the reference through several steps', () => {
    fc.assert(
      fc.property(arbitraryLearner, ({ model, seed, rates, forgetting }) => {
        const priors = priorsOf(model);
        // One sweep, or else single precision may stop one earlier or later than double.
        const compiled = compileModel(model, {
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
      { numRuns: 150 },
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
          compileModel(model, { learning: { ...priors, rates, forgetting } }),
          compileModel(sparse, { learning: { ...sparsePriors, rates, forgetting } }),
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
        const compiled = compileModel(model, { learning: { ...priorsOf(model), rates } });
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
