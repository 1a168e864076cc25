import { keyedUniform, streamOf } from '@skein/random';
import type { AsyncContext } from '../actor/context.js';
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
  const stream = streamOf('pace');
  let draws = 0;
  return {
    now: () => clock.now(),
    random: () => keyedUniform(seed, stream, 0, draws++),
    delay: (delayMs, signal) => delayOn(clock, delayMs, signal === undefined ? [] : [signal]),
  };
}

/**
 * The pace of one call of an async handler: random numbers come from its actor, and delays are withdrawn
 * when the call is cut off. `clock` must be the one of the actor's system.
 */
export function contextPace(context: Pick<AsyncContext, 'random' | 'signal'>, clock: Clock): Pace {
  return {
    now: () => clock.now(),
    random: () => context.random(),
    delay: (delayMs, signal) =>
      delayOn(clock, delayMs, signal === undefined ? [context.signal] : [context.signal, signal]),
  };
}

function delayOn(clock: Clock, delayMs: number, signals: readonly AbortSignal[]): Promise<void> {
  const aborted = signals.find((signal) => signal.aborted);
  if (aborted !== undefined) return Promise.reject(aborted.reason);
  return new Promise((resolve, reject) => {
    const letGo = (): void => {
      timer.cancel();
      for (const signal of signals) signal.removeEventListener('abort', withdraw);
    };
    const timer = clock.setTimer(delayMs, () => {
      letGo();
      resolve();
    });
    const withdraw = ({ target }: Event): void => {
      letGo();
      reject((target as AbortSignal).reason);
    };
    for (const signal of signals) signal.addEventListener('abort', withdraw, { once: true });
  });
}
