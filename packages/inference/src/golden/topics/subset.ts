import type { Fields } from '../fields.js';
import { NotSupportedError } from '../golden-case.js';

/** `all` or a list of indices; null stands for all. */
export function subset(fields: Fields, key: string): number[] | null {
  if (!fields.has(key)) return null;
  if (!fields.isString(key)) return fields.integers(key);
  if (fields.string(key) === 'all') return null;
  throw new NotSupportedError(`${key}: ${fields.string(key)}`);
}
