/** Waiting between restarts of one child: longer each time, with a random part. */
export interface Backoff {
  /** Delay before the first restart, ms, at least 0. */
  readonly minMs: number;
  /** Longest delay before the random part, ms. */
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
  const plainMs = Math.min(maxMs, minMs * factor ** attempt);
  return plainMs * (1 + jitter * (2 * uniform - 1));
}
