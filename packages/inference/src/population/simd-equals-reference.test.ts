// At stake: single precision, four at a time, in eight forms of matrix, has to say what the reference says. Tried on
// random models of every kind, every step of both beginning with the same belief, so that errors do not add up.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileModel } from '../compile/compile-model.js';
import { elementCount } from '../model/tensor.js';
import type { Observation } from '../perception/evidence.js';
import { inferStates } from '../perception/infer-states.js';
import { predictStates } from '../perception/predict-states.js';
import { complexity } from '../perception/variational-free-energy.js';
import { actionMarginals } from '../planning/action-marginals.js';
import { expectedFreeEnergy } from '../planning/expected-free-energy.js';
import { policyPosterior } from '../planning/policy-posterior.js';
import { randomSource, total } from '../random-model.test-fixtures.js';
import { arbitraryCase, partialOutcomes, softWeights } from './arbitrary-case.test-fixtures.js';
import { createPopulation } from './create-population.js';
import { NOT_OBSERVED, type Population, SOFT_OUTCOME } from './population.js';
import { resultOf } from './population.test-fixtures.js';

/** The rounding error of one operation in single precision, relative. */
const ROUNDING = 2 ** -24;
/** What `log4` and `exp4` may be off by, relative to their result. */
const LOG_ERROR = 2 ** -21;
/** ln 1e-16, the largest logarithm of a likelihood there is, nats. */
const LOG_MAX = 37;

/** The least number of full precision in single. */
const NORMAL_LEAST = 2 ** -126;

/** Operations that a number goes through at most on its way through A or B. */
function operationsOf({ compiled: { model } }: Population): number {
  const { stateCounts } = model.shape;
  return 16 + 4 * model.A.length + 2 * elementCount(stateCounts) + 2 * Math.max(...model.shape.outcomeCounts);
}

const distance = (a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): number =>
  Math.max(...a.flatMap((belief, f) => Array.from(belief, (p, s) => Math.abs(p - b[f]![s]!))));

/**
 * What the reference infers, and how much of a difference a rounding error in the prior makes to it. Mean-field
 * sweeps may turn the least difference into any; only the reference itself can tell where they do.
 */
function referenceOf(population: Population, prior: readonly Float64Array[], observations: Observation[]) {
  const { prepared, settings, model } = population.compiled;
  const exact = inferStates(prepared, { ...settings, observations, prior });
  // The logits are sums of so many logarithms, each rounded.
  const shake = 2 * LOG_MAX * (1 + model.A.length) * ROUNDING + LOG_ERROR;
  let spread = 0;
  let freeEnergySpread = 0;
  // What is less has no full precision in single, or is zero there, and excludes a state that is possible here: sweeps may then begin elsewhere.
  let isSettled = prior.every((belief) => belief.every((p) => p === 0 || p >= NORMAL_LEAST));
  for (let trial = 0; trial < (prior.length === 1 ? 0 : 4); trial++) {
    const random = randomSource(trial);
    const shaken = prior.map((belief) => {
      const moved = belief.map((p) => p * (1 + shake * (random() < 0.5 ? -1 : 1)));
      return moved.map((p) => p / total(moved));
    });
    const other = inferStates(prepared, { ...settings, observations, prior: shaken });
    spread = Math.max(spread, distance(other.posterior, exact.posterior));
    for (const [k, F] of exact.freeEnergyPerIteration.entries()) {
      const difference = Math.abs(F - (other.freeEnergyPerIteration[k] ?? F));
      freeEnergySpread = Math.max(freeEnergySpread, difference);
    }
    isSettled &&= other.iterations === exact.iterations;
  }
  // The reference's free energy reads a prior as ln(p + 1e-16), also where it otherwise takes p at its word.
  const epsilons = exact.posterior.reduce(
    (sum, q, f) => sum + q.reduce((nats, p, s) => nats + (p > 0 ? p * excess(prior[f]![s]!) : 0), 0),
    0,
  );
  const size = 1 + Math.max(...exact.freeEnergyPerIteration.map(Math.abs));
  const rounding = operationsOf(population) * ROUNDING + LOG_ERROR + 4 * shake;
  const freeEnergyTolerance = 8 * freeEnergySpread + size * rounding + epsilons;
  // Where a change of free energy is that near to the one that ends the sweeps, either may run one more.
  const start = complexity(
    prior.map(settings.priorZeros === 'exclude' ? uniformOverSupport : uniform),
    prior,
  );
  const moves = exact.freeEnergyPerIteration.map((F, k) =>
    Math.abs(F - (k === 0 ? start : exact.freeEnergyPerIteration[k - 1]!)),
  );
  if (settings.iterationsMax > 1 && prior.length > 1) {
    isSettled &&= moves.every((move) => Math.abs(move - settings.freeEnergyTolerance) > freeEnergyTolerance);
  }
  const beliefTolerance = 8 * spread + rounding;
  return { ...exact, isSettled, beliefTolerance, freeEnergyTolerance };
}

function observationOf(outcome: number, weights: Float64Array, count: number, entry: number): Observation {
  const outcomeCount = weights.length / count;
  if (outcome === SOFT_OUTCOME) return weights.slice(entry * outcomeCount, (entry + 1) * outcomeCount);
  return outcome === NOT_OBSERVED ? null : outcome;
}

const uniform = (belief: Float64Array): Float64Array => belief.map(() => 1 / belief.length);
const uniformOverSupport = (belief: Float64Array): Float64Array =>
  belief.map((p) => (p > 0 ? 1 : 0) / belief.filter((q) => q > 0).length);
const excess = (p: number): number => (p === 0 ? 0 : Math.log(1 + 1e-16 / p));

test('agrees on beliefs, free energy, G, policies and actions', () => {
  const seen = { inferred: 0, impossible: 0, referred: 0, actions: 0, unsettled: 0 };
  fc.assert(
    fc.property(arbitraryCase, fc.integer(), ({ model, options }, seed) => {
      const count = 5;
      const compiled = compileModel(model, { ...options, backend: 'simd' });
      const { prepared, settings } = compiled;
      const population = createPopulation(compiled, { capacity: count, keepPolicies: true });
      const agents = population.addMany(count);
      const operations = operationsOf(population);
      for (let t = 0; t < 3; t++) {
        const outcomes = partialOutcomes(model, count, seed + t);
        const weights = softWeights(model.shape.outcomeCounts, count, seed + t);
        if (t === 1) for (const column of outcomes) column[seed & 3] = SOFT_OUTCOME;
        const before = Array.from(agents, (agent) => ({
          belief: population.readBeliefs(agent),
          action: population.lastAction(agent),
        }));
        const { referred } = population.step({ agents, outcomes, weights });
        seen.referred += referred;
        for (let i = 0; i < count; i++) {
          const { belief, action } = before[i]!;
          const prior = action === null ? belief : predictStates(prepared, belief, action);
          const observations = outcomes.map((column, m) =>
            observationOf(column[i]!, weights[m]!, column.length, i),
          );
          const got = resultOf(population, i);
          let want: ReturnType<typeof referenceOf>;
          try {
            want = referenceOf(population, prior, observations);
          } catch {
            expect(got.status).toBe(2);
            expect(population.readBeliefs(agents[i]!)).toEqual(belief);
            seen.impossible++;
            continue;
          }
          expect(got.status).toBe(0);
          seen.inferred++;
          const posterior = population.readBeliefs(agents[i]!);
          for (const q of posterior) expect(Math.abs(total(q) - 1)).toBeLessThan(operations * ROUNDING);
          if (want.isSettled) {
            expect(got.iterations).toBe(want.iterations);
            expect(distance(posterior, want.posterior)).toBeLessThan(want.beliefTolerance);
            const error = Math.abs(got.freeEnergy - want.variationalFreeEnergy);
            expect(error).toBeLessThan(want.freeEnergyTolerance);
          } else seen.unsettled++;

          const G = expectedFreeEnergy(prepared, settings.policies, posterior, settings).expectedFreeEnergy;
          const steps = Math.max(...settings.policies.map((policy) => policy.length));
          const worth = Math.max(...prepared.logPreference.flatMap(({ data }) => Array.from(data, Math.abs)));
          const gTolerance =
            steps * model.A.length * (1 + worth) * (operations * steps * ROUNDING + LOG_ERROR);
          expect(distance([got.expectedFreeEnergy!], [G])).toBeLessThan(gTolerance);
          const q = policyPosterior(G, { gamma: settings.gamma, E: model.E });
          // Of a softmax whose logits are off by so much.
          const logit = settings.gamma * gTolerance + LOG_MAX * ROUNDING + LOG_ERROR;
          const qTolerance = 2 * logit + operations * ROUNDING;
          expect(distance([got.policyPosterior!], [q])).toBeLessThan(qTolerance);
          actionMarginals(q, settings.policies, model.shape.actionCounts).forEach((marginal, f) => {
            const [best = 0, second = 0] = Array.from(marginal).sort((a, b) => b - a);
            if (best - second < 2 * qTolerance * settings.policies.length) return;
            expect(got.actions[f]).toBe(marginal.indexOf(best));
            seen.actions++;
          });
        }
      }
    }),
    { numRuns: 200 },
  );
  // The property is worth what it has seen.
  expect(seen.inferred).toBeGreaterThan(1000);
  expect(seen.impossible).toBeGreaterThan(50);
  expect(seen.referred).toBeGreaterThan(50);
  expect(seen.actions).toBeGreaterThan(1000);
  expect(seen.unsettled).toBeLessThan(seen.inferred / 20);
}, 30_000);
