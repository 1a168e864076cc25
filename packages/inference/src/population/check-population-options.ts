import type { CompiledModel } from '../compile/compiled-model.js';
import { InputError } from '../errors.js';
import { describe } from '../model/tensor.js';
import { compressionSettings } from './compression.js';
import { CAPACITY_MAX, type PopulationOptions } from './population.js';

/**
 * Checks what a population is asked to be.
 *
 * @throws InputError `INFERENCE_OPTION_INVALID`
 */
export function checkPopulationOptions({ settings, model }: CompiledModel, options: PopulationOptions): void {
  if (typeof options !== 'object' || options === null) fail('options', 'an object', options);
  const { capacity, keepPolicies, keepCourses, compression } = options;
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > CAPACITY_MAX) {
    fail('capacity', `a count in [1, ${CAPACITY_MAX}]`, capacity);
  }
  for (const [name, value] of Object.entries({ keepPolicies, keepCourses })) {
    if (value !== undefined && typeof value !== 'boolean') fail(name, 'true or false', value);
  }
  if (compression === undefined) return;
  if (typeof compression !== 'object' || compression === null) {
    fail('compression', 'an object, or nothing', compression);
  }
  if (settings.learning?.pB.some((counts) => counts !== null)) {
    throw new InputError('INFERENCE_OPTION_INVALID', 'compression', 'none where B is learned', 'some');
  }
  compressionSettings(model.shape.stateCounts, compression);
}

function fail(argument: string, expected: string, got: unknown): never {
  throw new InputError('INFERENCE_OPTION_INVALID', argument, expected, describe(got));
}
