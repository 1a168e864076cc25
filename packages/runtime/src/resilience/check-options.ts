import { InvalidOptionError } from '../errors.js';
import type { Backoff } from '../supervision/backoff.js';

/** Growing delays as behaviours around `ask` use them: they know themselves when to start anew. */
export type AskBackoff = Omit<Backoff, 'resetAfterMs'>;

/** @throws InvalidOptionError unless `value` is a whole number of at least `least` */
export function countOf(option: string, value: number, least: number): number {
  if (!(Number.isSafeInteger(value) && value >= least))
    throw new InvalidOptionError(option, value, `a whole number of at least ${least}`);
  return value;
}

/** @throws InvalidOptionError unless `value` is more than 0; `Infinity` is */
export function durationOf(option: string, value: number): number {
  if (!(value > 0)) throw new InvalidOptionError(option, value, 'more than 0 ms');
  return value;
}

/** @throws InvalidOptionError for a backoff that no delay could follow */
export function backoffOf(option: string, backoff: AskBackoff): AskBackoff {
  const { minMs, maxMs, factor = 2, jitter = 0.2 } = backoff;
  if (!(minMs >= 0)) throw new InvalidOptionError(`${option}.minMs`, minMs, 'at least 0 ms');
  if (!(maxMs >= minMs && maxMs < Number.POSITIVE_INFINITY))
    throw new InvalidOptionError(`${option}.maxMs`, maxMs, `at least ${option}.minMs, and finite`);
  if (!(factor >= 1)) throw new InvalidOptionError(`${option}.factor`, factor, 'at least 1');
  if (!(jitter >= 0 && jitter <= 1)) throw new InvalidOptionError(`${option}.jitter`, jitter, 'from 0 to 1');
  return backoff;
}
