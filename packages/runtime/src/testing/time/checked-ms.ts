import { InvalidOptionError } from '../../errors.js';

/** A duration that somebody gave. @throws InvalidOptionError for a negative one, or none */
export function checkedMs(option: string, ms: number): number {
  if (!(ms >= 0)) throw new InvalidOptionError(option, ms, 'at least 0 ms');
  return ms;
}
