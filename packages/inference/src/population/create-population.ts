import type { CompiledModel } from '../compile/compiled-model.js';
import type { Population, PopulationOptions } from './population.js';
import { ReferencePopulation } from './reference-population.js';
import { SimdPopulation } from './simd-population.js';

/**
 * Makes room for agents of a compiled model.
 *
 * @throws InputError `INFERENCE_OPTION_INVALID` for a capacity out of range; PopulationError
 *   `INFERENCE_MEMORY_EXHAUSTED`
 *
 * @example
 * const population = createPopulation(compileModel(model), { capacity: 1000 });
 * const agents = population.addMany(1000);
 * population.step({ agents, outcomes: [new Int32Array(1000)] });
 * population.results.actions[0]; // one action index an agent
 */
export function createPopulation(compiled: CompiledModel, options: PopulationOptions): Population {
  if (compiled.tables !== null) return new SimdPopulation(compiled, compiled.tables, options);
  return new ReferencePopulation(compiled, options);
}
