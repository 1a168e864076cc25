import { InvalidOptionError } from '../errors.js';
import { type Backoff, checkBackoff, NO_BACKOFF } from './backoff.js';
import type { RestartIntensity } from './restart-intensity.js';
import type { Strategy } from './strategy.js';

/**
 * A supervisor's verdict on a failed child.
 *
 * - `resume`: go on with the next message, state kept.
 * - `restart`: stop its children, build its state anew, keep its mailbox and name; and so for the siblings that
 *   the strategy names.
 * - `stop`: stop it for good; what waits in its mailbox becomes dead letters.
 * - `escalate`: fail myself with the child's error as the cause; my own supervisor decides.
 */
export type Directive = 'resume' | 'restart' | 'stop' | 'escalate';

/** All of them, to check what a `decide` without types returns. */
export const DIRECTIVES: readonly Directive[] = ['resume', 'restart', 'stop', 'escalate'];

/** Decides about one failure. Must be pure: it may be asked again in a replay. */
export type Decide = (error: unknown, child: { readonly path: string }) => Directive;

/**
 * How an actor supervises its children. The strategy says who shares a verdict of `restart`; `resume` and
 * `stop` concern the failed child only, whichever strategy it is: a child that is given up, as OTP gives up a
 * temporary one, takes nobody along.
 *
 * A child that fails while its supervisor has spent its restart intensity is not restarted: the supervisor
 * itself fails with an EscalatedError. A restart of several siblings counts once; so does losing the thread
 * under several children.
 *
 * Restarts that come to nothing end by themselves, also under an unlimited intensity: a child whose `initial`
 * throws {@link FRUITLESS_RESTARTS_MAX} times in a row is stopped.
 */
export interface Supervision extends RestartIntensity {
  readonly strategy: Strategy;
  readonly decide: Decide;
  readonly backoff: Backoff;
  readonly concurrentStop: boolean;
}

/**
 * Restarts in a row, without a backoff and each within a second of the last, of a child that came to nothing in
 * between: `initial` threw or stopped it, a child of its own took it down, or an actor that it is linked to did.
 * The next such end stops it.
 */
export const FRUITLESS_RESTARTS_MAX = 16;

/** Intensity, verdicts, backoff and order of stops; each has a default. */
export interface SupervisionOptions extends Partial<RestartIntensity> {
  /** Default: always `restart`. */
  readonly decide?: Decide;
  /** Default: restart at once. */
  readonly backoff?: Backoff;
  /**
   * Children are told to stop all at once, last started first, not each when the one after it is gone. For
   * pools of equals, which need not outlive each other: one that drains slowly delays nobody. Default false.
   */
  readonly concurrentStop?: boolean;
}

/**
 * A verdict concerns the failed child only. Default intensity: 3 restarts within 5 000 ms.
 *
 * @throws InvalidOptionError for a negative count, an empty window or an impossible backoff
 */
export function oneForOne(options: SupervisionOptions = {}): Supervision {
  return supervision('one-for-one', options);
}

/**
 * When one child is restarted all are: for children that are of no use without each other's state. They are
 * brought down in the reverse order of their starts, each when the one after it is down, and begin anew in
 * the order of their starts.
 *
 * @throws InvalidOptionError as {@link oneForOne}
 */
export function allForOne(options: SupervisionOptions = {}): Supervision {
  return supervision('all-for-one', options);
}

/**
 * When one child is restarted so are those that were started after it: for children that build on the ones before
 * them. In the order of {@link allForOne}.
 *
 * @throws InvalidOptionError as {@link oneForOne}
 */
export function restForOne(options: SupervisionOptions = {}): Supervision {
  return supervision('rest-for-one', options);
}

function supervision(strategy: Strategy, options: SupervisionOptions): Supervision {
  const {
    maxRestarts = 3,
    withinMs = 5000,
    decide = () => 'restart' as const,
    backoff = NO_BACKOFF,
    concurrentStop = false,
  } = options;
  if (!(maxRestarts >= 0) || (maxRestarts !== Number.POSITIVE_INFINITY && !Number.isInteger(maxRestarts)))
    throw new InvalidOptionError('maxRestarts', maxRestarts, 'a count of at least 0, or Infinity');
  if (!(withinMs > 0)) throw new InvalidOptionError('withinMs', withinMs, 'more than 0 ms');
  if (typeof decide !== 'function')
    throw new InvalidOptionError('decide', decide, 'a function from an error to a directive');
  checkBackoff('backoff', backoff);
  return { strategy, maxRestarts, withinMs, decide, backoff, concurrentStop };
}
