import { InvalidOptionError } from '../errors.js';
import { type Backoff, NO_BACKOFF } from './backoff.js';
import type { RestartIntensity } from './restart-intensity.js';

/**
 * A supervisor's verdict on a failed child.
 *
 * - `resume`: go on with the next message, state kept.
 * - `restart`: stop its children, build its state anew, keep its mailbox and name.
 * - `stop`: stop it for good; what waits in its mailbox becomes dead letters.
 * - `escalate`: fail myself with the child's error as the cause; my own supervisor decides.
 */
export type Directive = 'resume' | 'restart' | 'stop' | 'escalate';

/** All of them, to check what a `decide` without types returns. */
export const DIRECTIVES: readonly Directive[] = ['resume', 'restart', 'stop', 'escalate'];

/** Decides about one failure. Must be pure: it may be asked again in a replay. */
export type Decide = (error: unknown, child: { readonly path: string }) => Directive;

/**
 * How an actor supervises its children. One-for-one: a verdict concerns the failed child only.
 *
 * A child that fails while its supervisor has spent its restart intensity is not restarted: the supervisor
 * itself fails with an EscalatedError. Losing the thread under several children counts as one failure.
 */
export interface Supervision extends RestartIntensity {
  readonly strategy: 'one-for-one';
  readonly decide: Decide;
  readonly backoff: Backoff;
}

/** Intensity, verdicts and backoff of {@link oneForOne}; each has a default. */
export interface OneForOneOptions extends Partial<RestartIntensity> {
  /** Default: always `restart`. */
  readonly decide?: Decide;
  /** Default: restart at once. */
  readonly backoff?: Backoff;
}

/**
 * One-for-one supervision. Default intensity: 3 restarts within 5 000 ms.
 *
 * @throws InvalidOptionError for a negative count, an empty window or an impossible backoff
 */
export function oneForOne(options: OneForOneOptions = {}): Supervision {
  const {
    maxRestarts = 3,
    withinMs = 5000,
    decide = () => 'restart' as const,
    backoff = NO_BACKOFF,
  } = options;
  if (!(maxRestarts >= 0) || (maxRestarts !== Number.POSITIVE_INFINITY && !Number.isInteger(maxRestarts)))
    throw new InvalidOptionError('maxRestarts', maxRestarts, 'a count of at least 0, or Infinity');
  if (!(withinMs > 0)) throw new InvalidOptionError('withinMs', withinMs, 'more than 0 ms');
  if (!(backoff.minMs >= 0)) throw new InvalidOptionError('backoff.minMs', backoff.minMs, 'at least 0 ms');
  if (!(backoff.maxMs >= backoff.minMs))
    throw new InvalidOptionError('backoff.maxMs', backoff.maxMs, 'at least backoff.minMs');
  if (typeof decide !== 'function')
    throw new InvalidOptionError('decide', decide, 'a function from an error to a directive');
  const { factor = 2, jitter = 0.2, resetAfterMs = 0 } = backoff;
  if (!(resetAfterMs >= 0))
    throw new InvalidOptionError('backoff.resetAfterMs', resetAfterMs, 'at least 0 ms');
  if (!(factor >= 1)) throw new InvalidOptionError('backoff.factor', factor, 'at least 1');
  if (!(jitter >= 0 && jitter <= 1)) throw new InvalidOptionError('backoff.jitter', jitter, 'from 0 to 1');
  return { strategy: 'one-for-one', maxRestarts, withinMs, decide, backoff };
}
