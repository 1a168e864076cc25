import { keyedUniform, streamOf } from '@skein/random';
import type { AsyncContext } from '../actor/context.js';
import { abortableDelay } from '../time/abortable-delay.js';
import type { Clock } from '../time/clock.js';

/** Time and chance as a behaviour around `ask` needs them, from whoever asks. */
export interface Pace {
  /** Milliseconds on the system's clock. */
  now(): number;
  /** The next random number, in [0, 1). */
  random(): number;
  /** Resolves after `delayMs`. Rejects with the reason of whatever signal withdraws it, at once if aborted. */
  delay(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** The pace of the world outside of all actors. Its random numbers are decided by `seed`. */
export function seededPace(clock: Clock, seed: number): Pace {
  return {
    now: () => clock.now(),
    random: uniforms(seed),
    delay: (delayMs, signal) => {
      const start = (fire: () => void) => {
        const timer = clock.setTimer(delayMs, fire);
        return () => timer.cancel();
      };
      return abortableDelay(start, signal === undefined ? [] : [signal]);
    },
  };
}

/**
 * The pace of one call of an async handler: its time is that of the actor's system, one number of the actor's
 * decides all of its random numbers, and delays are withdrawn when the call is cut off. Time and random
 * numbers are there beyond the end of the call, so that what has begun in it can be brought to its end.
 *
 * @throws StaleContextError when the call is over
 */
export function contextPace(context: Pick<AsyncContext, 'now' | 'random' | 'delay'>): Pace {
  return {
    now: () => context.now(),
    random: uniforms(context.random() * 2 ** 53),
    delay: async (delayMs, signal) => context.delay(delayMs, signal),
  };
}

function uniforms(seed: number): () => number {
  const stream = streamOf('pace');
  let draws = 0;
  return () => keyedUniform(seed, stream, 0, draws++);
}
