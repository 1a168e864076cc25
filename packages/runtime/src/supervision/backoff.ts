import { InvalidOptionError } from '../errors.js';

/** Waiting between restarts of one child: longer each time, with a random part. */
export interface Backoff {
  /** Delay before the first restart, ms, at least 0. */
  readonly minMs: number;
  /** Longest delay before the random part, ms: finite, at least `minMs`. */
  readonly maxMs: number;
  /** Growth from one restart to the next; default 2. */
  readonly factor?: number;
  /** The delay is multiplied by a uniform number in [1 - jitter, 1 + jitter]; 0 to 1, default 0.2. */
  readonly jitter?: number;
  /** A child that has run this long starts again at `minMs`; default `maxMs`. */
  readonly resetAfterMs?: number;
}

/** No waiting at all. */
export const NO_BACKOFF: Backoff = { minMs: 0, maxMs: 0, jitter: 0 };

/**
 * The delay before a restart, ms.
 *
 * @param attempt how many restarts came right before this one; 0 for the first
 * @param uniform a random number in [0, 1)
 */
export function backoffDelayMs(backoff: Backoff, attempt: number, uniform: number): number {
  const { minMs, maxMs, factor = 2, jitter = 0.2 } = backoff;
  // After a thousand attempts the factor is infinite, and 0 times that no number.
  const plainMs = minMs === 0 ? 0 : Math.min(maxMs, minMs * factor ** attempt);
  return plainMs * (1 + jitter * (2 * uniform - 1));
}

/**
 * Returns `backoff` if its delays are possible. `option` is what the caller's options call it.
 *
 * @throws InvalidOptionError naming the first field that is out of its range
 */
export function checkBackoff<B extends Backoff>(option: string, backoff: B): B {
  const { minMs, maxMs, factor = 2, jitter = 0.2, resetAfterMs = 0 } = backoff;
  if (!(minMs >= 0)) throw new InvalidOptionError(`${option}.minMs`, minMs, 'at least 0 ms');
  if (!(maxMs >= minMs && maxMs < Number.POSITIVE_INFINITY))
    throw new InvalidOptionError(`${option}.maxMs`, maxMs, `at least ${option}.minMs, and finite`);
  if (!(factor >= 1)) throw new InvalidOptionError(`${option}.factor`, factor, 'at least 1');
  if (!(jitter >= 0 && jitter <= 1)) throw new InvalidOptionError(`${option}.jitter`, jitter, 'from 0 to 1');
  if (!(resetAfterMs >= 0))
    throw new InvalidOptionError(`${option}.resetAfterMs`, resetAfterMs, 'at least 0 ms');
  return backoff;
}
