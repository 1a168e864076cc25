// At stake: random choices are the agent's own, repeatable and rightly distributed, whoever computes them and in
// whatever company. Tried against the distribution they are drawn from, and the backends against each other.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileModel } from '../compile/compile-model.js';
import type { CompileOptions } from '../compile/compile-options.js';
import { keyedUniformF32 } from '../math/keyed-uniform.js';
import type { GenerativeModel } from '../model/generative-model.js';
import { actionMarginals } from '../planning/action-marginals.js';
import { sharpen } from '../planning/select-action.js';
import { arbitraryModel } from '../random-model.test-fixtures.js';
import { createPopulation } from './create-population.js';
import { BACKENDS, randomOutcomes, resultOf, statesOf, twoFactors } from './population.test-fixtures.js';

const ACTION_STREAM = 0x6163_7400;
/** How far the boundary between two actions may be off in single precision, probability. */
const BOUNDARY_TOLERANCE = 1e-5;

const populationOf = (model: GenerativeModel, capacity: number, options: CompileOptions) =>
  createPopulation(compileModel(model, { selection: 'stochastic', ...options }), {
    capacity,
    keepPolicies: true,
  });

/** The index that a number falls to, or null when it is too near a boundary to tell. */
function drawnBy(distribution: Float64Array, uniform: number): number | null {
  let below = 0;
  for (const [index, p] of distribution.entries()) {
    below += p;
    if (Math.abs(uniform - below) < BOUNDARY_TOLERANCE) return null;
    if (uniform < below) return index;
  }
  return null;
}

describe.each(BACKENDS)('on the %s backend', (backend) => {
  test.each(['marginal', 'full'] as const)('a %s choice is where the number of its key falls', (sampling) => {
    let decided = 0;
    fc.assert(
      fc.property(
        arbitraryModel({ zeros: 0.3 }),
        fc.record({
          seed: fc.maxSafeNat(),
          alpha: fc.constantFrom(0.25, 1, 16, 64),
          gamma: fc.constantFrom(0, 1, 16),
          horizon: fc.integer({ min: 1, max: 2 }),
        }),
        fc.nat(2 ** 32 - 1),
        (model, options, key) => {
          const population = populationOf(model, 1, { ...options, sampling, backend });
          const agent = population.add({ key });
          const { actionCounts } = model.shape;
          const { policies } = population.compiled.settings;
          for (let step = 0; step < 3; step++) {
            population.planActions({ agents: [agent] });
            const { policyPosterior, actions } = resultOf(population, 0);
            const q = Float64Array.from(policyPosterior!);
            const uniform = (f: number) => keyedUniformF32(options.seed, ACTION_STREAM + f, key, step);
            if (sampling === 'full') {
              const policy = drawnBy(sharpen(q, options.alpha), uniform(0));
              if (policy !== null) expect(actions).toEqual(policies[policy]![0]);
              decided += policy === null ? 0 : 1;
              continue;
            }
            for (const [f, marginal] of actionMarginals(q, policies, actionCounts).entries()) {
              const action = drawnBy(sharpen(marginal, options.alpha), uniform(f));
              if (action !== null) expect(actions[f]).toBe(action);
              decided += action === null ? 0 : 1;
            }
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(decided).toBeGreaterThan(300);
  });

  test.each([
    { sampling: 'marginal', alpha: 1 },
    { sampling: 'marginal', alpha: 3 },
    { sampling: 'full', alpha: 1 },
    { sampling: 'full', alpha: 0.5 },
  ] as const)('$sampling, alpha $alpha: as frequent as they should be', ({ sampling, alpha }) => {
    const model = twoFactors();
    const count = 4000;
    const population = populationOf(model, count, { sampling, alpha, gamma: 1, seed: 11, backend });
    population.planActions({ agents: population.addMany(count) });
    const { policies } = population.compiled.settings;
    const q = Float64Array.from(resultOf(population, 0).policyPosterior!);
    const expected =
      sampling === 'full'
        ? [sharpen(q, alpha)]
        : actionMarginals(q, policies, model.shape.actionCounts).map((p) => sharpen(p, alpha));
    expected.forEach((distribution, f) => {
      const seen = distribution.map(() => 0);
      for (let entry = 0; entry < count; entry++) {
        const { actions } = population.results;
        const index =
          sampling === 'full' ? actions[0]![entry]! * 2 + actions[1]![entry]! : actions[f]![entry]!;
        seen[index]! += 1;
      }
      const chiSquare = distribution.reduce(
        (sum, p, i) => sum + (seen[i]! - count * p) ** 2 / (count * p),
        0,
      );
      // The 99.99 % quantile for 5 degrees of freedom; the seed is fixed, so this holds or it does not.
      expect(chiSquare).toBeLessThan(25.7);
    });
  });

  test('what has probability 0 is never chosen, however small alpha', () => {
    const model = twoFactors();
    const policies = [[[0, 0]], [[2, 1]]];
    const population = populationOf(model, 500, { policies, alpha: 0.25, gamma: 0, backend });
    population.planActions({ agents: population.addMany(500) });
    const [first, second] = population.results.actions;
    expect(new Set(first)).toEqual(new Set([0, 2]));
    expect(new Set(second)).toEqual(new Set([0, 1]));
    // Each factor draws by itself, so that all four combinations come up.
    expect(new Set(Array.from(first!, (action, i) => `${action}${second![i]}`)).size).toBe(4);
  });

  test('the keys decide, not the order of adding or the batches', () => {
    const model = twoFactors();
    const options = { alpha: 1, gamma: 0, seed: 5, backend } as const;
    const forwards = populationOf(model, 9, options);
    const backwards = populationOf(model, 9, options);
    const keys = [4, 8, 15, 16, 23, 42, 0, 1, 2];
    const agents = keys.map((key) => forwards.add({ key }));
    const others = [...keys].reverse().map((key) => backwards.add({ key }));
    for (let t = 0; t < 5; t++) {
      const outcomes = randomOutcomes(model, 9, t);
      forwards.step({ agents, outcomes });
      for (let i = 8; i >= 0; i--) {
        backwards.step({ agents: [others[8 - i]!], outcomes: outcomes.map((column) => [column[i]!]) });
      }
      expect(statesOf(backwards, [...others].reverse())).toEqual(statesOf(forwards, agents));
    }
  });

  test('agents without a key draw by how many were added before', () => {
    const population = populationOf(twoFactors(), 40, { alpha: 1, gamma: 0, backend });
    const given = populationOf(twoFactors(), 40, { alpha: 1, gamma: 0, backend });
    const agents = population.addMany(40);
    const others = Array.from({ length: 40 }, (_, key) => given.add({ key }));
    population.planActions({ agents });
    given.planActions({ agents: others });
    expect(population.results.actions).toEqual(given.results.actions);
    expect(new Set(population.results.actions[0]).size).toBe(3);
  });

  test('another seed, other choices; another step, too', () => {
    const choices = (seed: number, steps: number) => {
      const population = populationOf(twoFactors(), 64, { alpha: 1, gamma: 0, seed, backend });
      const agents = population.addMany(64);
      for (let step = 0; step < steps; step++) population.planActions({ agents });
      return Array.from(population.results.actions[0]!);
    };
    expect(choices(1, 1)).toEqual(choices(1, 1));
    expect(choices(2, 1)).not.toEqual(choices(1, 1));
    expect(choices(1 + 2 ** 32, 1)).not.toEqual(choices(1, 1));
    expect(choices(1, 2)).not.toEqual(choices(1, 1));
  });
});

test('both backends make the same choices', () => {
  const model = twoFactors();
  const [simd, reference] = BACKENDS.map((backend) =>
    populationOf(model, 200, { alpha: 2, gamma: 1, seed: 3, backend }),
  ) as [ReturnType<typeof populationOf>, ReturnType<typeof populationOf>];
  const agents = simd.addMany(200);
  reference.addMany(200);
  let agreed = 0;
  for (let t = 0; t < 5; t++) {
    const outcomes = randomOutcomes(model, 200, t);
    // What either did last is told, so that one difference is one, and not a different life.
    const lastActions = model.B.map((_, f) => outcomes[f % 2]!.map((o) => o % model.shape.actionCounts[f]!));
    simd.step({ agents, outcomes, lastActions });
    reference.step({ agents, outcomes, lastActions });
    simd.results.actions.forEach((column, f) => {
      column.forEach((action, i) => {
        agreed += action === reference.results.actions[f]![i] ? 1 : 0;
      });
    });
  }
  // 2 000 draws with boundaries that differ by some 1e-6: one in a thousand may fall between.
  expect(agreed).toBeGreaterThanOrEqual(1998);
});
