import type { Protocol } from '../actor/protocol.js';
import { AskAbortedError, InvalidOptionError, RetriesExhaustedError } from '../errors.js';
import { backoffDelayMs, checkBackoff } from '../supervision/backoff.js';
import { type Askable, askingThrough, type GuardedRef } from './askable.js';
import { type AskBackoff, countOf, durationOf } from './check-options.js';
import { isCuredByRetry } from './failures.js';
import type { Pace } from './pace.js';

/** How {@link withRetry} asks again. */
export interface RetryOptions {
  /** How often to ask at most, the first time included, count; default 4. */
  readonly attemptsMax?: number;
  /** Longest wait for one reply, ms; default: a fair share of the time left, so that all attempts have their turn. */
  readonly attemptDeadlineMs?: number;
  /** Waiting between attempts; default from 50 ms, doubling, to 2 000 ms, jitter 0.2. */
  readonly backoff?: AskBackoff;
  /** Which errors to ask again for; default {@link isCuredByRetry}. */
  readonly retryable?: (error: unknown) => boolean;
}

const RETRY_BACKOFF: AskBackoff = { minMs: 50, maxMs: 2000 };

/**
 * Asks again when a question fails, with growing delays between. `deadlineMs` of a question bounds all of
 * its attempts and delays together; its signal withdraws them.
 *
 * **The question may be handled more than once**: after a time-out or the loss of a shard nobody knows
 * whether it was, and what came of the earlier attempts. Ask only what is harmless to repeat, or give it a
 * key by which the actor knows that it has been done. Later questions may also overtake one that is retried.
 *
 * Rejects with an error that is not `retryable` as it is, at any attempt; with RetriesExhaustedError when
 * attempts or time run out, all errors in it and the last one as its cause; with AskAbortedError when
 * withdrawn between two attempts.
 *
 * @throws InvalidOptionError
 * @example
 * const patient = withRetry(ref, pace, { attemptsMax: 3 });
 * await patient.ask({ type: 'read' }, { deadlineMs: 1000 });
 */
export function withRetry<P extends Protocol>(
  next: Askable<P>,
  pace: Pace,
  options: RetryOptions = {},
): GuardedRef<P> {
  const attemptsMax = countOf('attemptsMax', options.attemptsMax ?? 4, 1);
  const backoff = checkBackoff<AskBackoff>('backoff', options.backoff ?? RETRY_BACKOFF);
  const { attemptDeadlineMs, retryable = isCuredByRetry } = options;
  if (attemptDeadlineMs !== undefined) durationOf('attemptDeadlineMs', attemptDeadlineMs);
  if (typeof retryable !== 'function')
    throw new InvalidOptionError('retryable', retryable, 'a function from an error to a boolean');
  const { path } = next.address;

  return askingThrough(next, async (ask, given, messageType) => {
    const untilMs = pace.now() + durationOf('deadlineMs', given.deadlineMs);
    const errors: unknown[] = [];
    for (;;) {
      const leftMs = untilMs - pace.now();
      if (leftMs <= 0) throw new RetriesExhaustedError(path, messageType, 'deadline', errors);
      const shareMs = attemptDeadlineMs ?? leftMs / (attemptsMax - errors.length);
      try {
        return await ask({ ...given, deadlineMs: Math.min(shareMs, leftMs) });
      } catch (error) {
        if (!retryable(error)) throw error;
        errors.push(error);
      }
      if (errors.length === attemptsMax)
        throw new RetriesExhaustedError(path, messageType, 'attempts', errors);
      const delayMs = backoffDelayMs(backoff, errors.length - 1, pace.random());
      if (pace.now() + delayMs >= untilMs)
        throw new RetriesExhaustedError(path, messageType, 'deadline', errors);
      try {
        await pace.delay(delayMs, given.signal);
      } catch (cause) {
        throw new AskAbortedError(path, { cause });
      }
    }
  });
}
