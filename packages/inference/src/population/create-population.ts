import { CompiledModel } from '../compile/compiled-model.js';
import { InputError } from '../errors.js';
import { describe } from '../model/tensor.js';
import { checkPopulationOptions } from './check-population-options.js';
import type { Population, PopulationOptions } from './population.js';
import { ReferencePopulation } from './reference-population.js';
import { SimdPopulation } from './simd-population.js';

/**
 * Makes room for agents of a compiled model.
 *
 * @throws InputError `INFERENCE_OPTION_INVALID`; PopulationError `INFERENCE_MEMORY_EXHAUSTED`, when nothing of the
 *   population stays in memory, or `INFERENCE_DISPOSED` for a model that was disposed of
 *
 * @example
 * const population = createPopulation(compileModel(model), { capacity: 1000 });
 * const agents = population.addMany(1000);
 * population.step({ agents, outcomes: [new Int32Array(1000)] });
 * population.results.actions[0]; // one action index an agent
 */
export function createPopulation(compiled: CompiledModel, options: PopulationOptions): Population {
  if (!(compiled instanceof CompiledModel)) {
    const expected = 'what `compileModel` or `attachCompiledModel` returned';
    throw new InputError('INFERENCE_OPTION_INVALID', 'compiled', expected, describe(compiled));
  }
  compiled.checkUse();
  checkPopulationOptions(compiled, options);
  if (compiled.tables !== null) return new SimdPopulation(compiled, compiled.tables, options);
  return new ReferencePopulation(compiled, options);
}
