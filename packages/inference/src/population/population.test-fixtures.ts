import type { Backend } from '../compile/compile-options.js';
import type { CompiledModel } from '../compile/compiled-model.js';
import type { GenerativeModel } from '../model/generative-model.js';
import { randomModel, randomSource } from '../random-model.test-fixtures.js';
import type { Population } from './population.js';

export const BACKENDS: readonly Backend[] = ['simd', 'reference'];

/** Two factors of 3 and 2 states, 3 and 2 actions; one modality sees the first factor, the other both. */
export const twoFactors = (): GenerativeModel =>
  randomModel({
    seed: 7,
    stateCounts: [3, 2],
    outcomeCounts: [3, 2],
    actionCounts: [3, 2],
    likelihoodFactors: [[0], [0, 1]],
    transitionFactors: [[0], [0, 1]],
    zeros: 0,
  });

/** Columns of outcomes for some agents, drawn by seed. */
export function randomOutcomes(model: GenerativeModel, count: number, seed: number): Int32Array[] {
  const random = randomSource(seed);
  return model.shape.outcomeCounts.map((outcomeCount) =>
    Int32Array.from({ length: count }, () => Math.floor(random() * outcomeCount)),
  );
}

/** Everything that can be read of an agent. */
export const stateOf = (population: Population, agent: number) => ({
  beliefs: population.readBeliefs(agent).map((belief) => Array.from(belief)),
  lastAction: population.lastAction(agent),
});

export const statesOf = (population: Population, agents: ArrayLike<number>) =>
  Array.from(agents, (agent) => stateOf(population, agent));

/** What a batch left in the results for one entry. */
export function resultOf({ results, compiled }: Population, entry: number) {
  const policyCount = compiled.settings.policies.length;
  const row = (column: Float32Array | Float64Array | null) =>
    column === null ? null : Array.from(column.subarray(entry * policyCount, (entry + 1) * policyCount));
  return {
    status: results.status[entry]!,
    freeEnergy: results.freeEnergy[entry]!,
    iterations: results.iterations[entry]!,
    actions: results.actions.map((column) => column[entry]!),
    expectedFreeEnergy: row(results.expectedFreeEnergy),
    policyPosterior: row(results.policyPosterior),
  };
}

/** Where the beliefs of a population stand in memory: the one place where these numbers are. */
export function findInMemory({ memory }: CompiledModel, values: readonly number[], stride: number): number {
  const floats = memory.floats(0, memory.bytesUsed / 4);
  const wanted = values.map(Math.fround);
  const at = floats.findIndex((_, i) => wanted.every((value, k) => floats[i + k * stride] === value));
  if (at < 0) throw new Error('not in memory');
  return at;
}
