import { compileModel } from '../../compile/compile-model.js';
import type { CompileOptions } from '../../compile/compile-options.js';
import type { GenerativeModel } from '../../model/generative-model.js';
import type { Beliefs } from '../../perception/beliefs.js';
import { createPopulation } from '../../population/create-population.js';
import { type Population, SOFT_OUTCOME } from '../../population/population.js';

/** A population of one agent in lanes, and what can be read of it in double precision. */
export interface SoleAgent {
  readonly population: Population;
  readonly agent: number;
  /** G of every policy, nats, lower is better. */
  readonly expectedFreeEnergy: () => Float64Array;
  readonly policyPosterior: () => Float64Array;
  /** The action chosen last. */
  readonly action: () => number[];
}

/**
 * Compiles a model for one agent in lanes.
 *
 * @returns null when `explain()` says that the reference would run
 */
export function soleAgent(
  model: GenerativeModel,
  options: CompileOptions,
  beliefs: Beliefs = model.D,
): SoleAgent | null {
  const compiled = compileModel(model, options);
  if (compiled.explain().backend !== 'simd') return null;
  const population = createPopulation(compiled, { capacity: 1, keepPolicies: true });
  const { results } = population;
  return {
    population,
    agent: population.add({ beliefs }),
    expectedFreeEnergy: () => Float64Array.from(results.expectedFreeEnergy!),
    policyPosterior: () => Float64Array.from(results.policyPosterior!),
    action: () => results.actions.map((column) => column[0]!),
  };
}

/**
 * Has the agent infer states, without predicting first.
 *
 * @param observations an outcome or a distribution for each modality
 * @returns whether it could; a population refuses what is impossible under its model
 */
export function observe(
  { population, agent }: SoleAgent,
  observations: readonly (number | Float64Array)[],
): boolean {
  const { failures } = population.inferStates({
    agents: [agent],
    outcomes: observations.map((o) => [typeof o === 'number' ? o : SOFT_OUTCOME]),
    weights: observations.map((o) => (typeof o === 'number' ? null : o)),
  });
  return failures.length === 0;
}
