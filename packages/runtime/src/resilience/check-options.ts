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
