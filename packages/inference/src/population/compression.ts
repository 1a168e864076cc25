import { InputError } from '../errors.js';
import { describe } from '../model/tensor.js';
import type { CompressionOptions } from './population.js';

/** States that a record can number, count. */
const STATE_COUNT_MAX = 65_536;

/** How beliefs are compressed. */
export interface CompressionSettings {
  /** States of a factor that are listed at most, count. */
  readonly slotCount: number;
  /** States less probable than this are not listed, probability. */
  readonly threshold: number;
}

/**
 * How many states a record lists, and which at all.
 *
 * @throws InputError `INFERENCE_OPTION_INVALID`
 */
export function compressionSettings(
  stateCounts: readonly number[],
  { topK, threshold = 0 }: CompressionOptions,
): CompressionSettings {
  const fail = (argument: string, expected: string, got: unknown): never => {
    throw new InputError('INFERENCE_OPTION_INVALID', `compression.${argument}`, expected, describe(got));
  };
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1))
    fail('topK', 'a count of at least 1', topK);
  if (!(typeof threshold === 'number' && threshold >= 0 && threshold < 1))
    fail('threshold', 'a probability below 1', threshold);
  if (topK === undefined && threshold === 0) fail('topK', 'topK, a threshold above 0, or both', topK);
  const most = Math.max(...stateCounts);
  if (most > STATE_COUNT_MAX) fail('topK', `at most ${STATE_COUNT_MAX} states a factor`, most);
  // No more than 1 / threshold states can be as probable as the threshold.
  const fitting = threshold === 0 ? most : Math.max(1, Math.floor(1 / threshold));
  return { slotCount: Math.min(topK ?? most, fitting, most), threshold };
}
