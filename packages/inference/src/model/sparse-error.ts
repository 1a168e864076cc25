import { ModelError, type ModelErrorCode } from '../errors.js';

/** @throws ModelError, always */
export function fail(
  code: ModelErrorCode,
  tensor: string,
  expected: string,
  got: string,
  index: readonly number[] = [],
): never {
  throw new ModelError(code, { tensor, index, expected, got });
}
