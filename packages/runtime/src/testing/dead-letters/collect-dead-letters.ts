import type { AnyRef } from '../../actor/actor-ref.js';
import { InvalidOptionError } from '../../errors.js';
import type { ActorSystem } from '../../system/actor-system.js';
import type { DeadLetter, DeadLetterReason } from '../../system/dead-letters.js';
import { describeSome } from '../describe-message.js';
import { UnmetExpectationError } from '../errors.js';
import { Arrivals } from '../time/arrivals.js';
import { checkedMs } from '../time/checked-ms.js';

/** Dead letters that are kept unless told otherwise, count. */
const LETTERS_MAX = 10_000;
/** How long a letter is waited for unless told otherwise, ms. */
const DEADLINE_MS = 1000;

/** Which dead letters are meant: all for which everything said here is so. */
export interface DeadLetterMatch {
  readonly reason?: DeadLetterReason;
  /** The message's `type`; `reply` for replies. */
  readonly type?: string;
  /** Whom it was for: an actor, or its path. */
  readonly target?: AnyRef | string;
  readonly sender?: AnyRef | string;
}

/** How dead letters are collected. */
export interface CollectorOptions {
  /** Letters that are kept, count, at least 1; default 10 000. Of more only the count is kept, in `missed`. */
  readonly lettersMax?: number;
}

/** The dead letters of a system since the collector was made. */
export interface CollectedDeadLetters {
  /** Oldest first. */
  readonly all: readonly DeadLetter[];
  /** Letters that came when `lettersMax` were kept, count. */
  readonly missed: number;
  /** Those that were for an actor, given by its ref or path. */
  of(target: AnyRef | string): DeadLetter[];
  /**
   * A letter that matches: the oldest that no expectation has had yet, or the next to come. Waits on the system's clock, `deadlineMs`
   * at most, default 1 000; a `SimulatedClock` is moved by waiting, as by a probe.
   *
   * @throws UnmetExpectationError when there is none by then; its `got` lists what there was
   */
  expect(match: DeadLetterMatch, options?: { readonly deadlineMs?: number }): Promise<DeadLetter>;
  /**
   * Resolves when no letter matches that no expectation has had yet, also for `withinMs` (default 0) from now; without a match no
   * letter at all.
   *
   * @throws UnmetExpectationError as soon as there is one
   */
  expectNone(match?: DeadLetterMatch, withinMs?: number): Promise<void>;
  /** Collects no more; what there is stays. */
  [Symbol.dispose](): void;
}

/**
 * Collects the dead letters of all shards of a system from now on; those of other threads from when they have heard of it, at the
 * latest after `await system.quiet()`.
 *
 * @throws InvalidOptionError
 * @example
 * using letters = collectDeadLetters(system);
 * till.send({ type: 'pay', amount: -3 });
 * await letters.expect({ reason: 'crashed', type: 'pay', target: till });
 * await letters.expectNone();
 */
export function collectDeadLetters(
  system: ActorSystem,
  { lettersMax = LETTERS_MAX }: CollectorOptions = {},
): CollectedDeadLetters {
  if (!(lettersMax >= 1)) throw new InvalidOptionError('lettersMax', lettersMax, 'at least 1');
  const all: DeadLetter[] = [];
  const met = new Set<DeadLetter>();
  let missed = 0;
  const arrivals = new Arrivals(system);
  const stop = system.deadLetters.subscribe((letter) => {
    if (all.length < lettersMax) all.push(letter);
    else missed++;
    arrivals.tell();
  });
  const find = (match: DeadLetterMatch): DeadLetter | undefined =>
    all.find((letter) => !met.has(letter) && matches(letter, match));
  const unmet = (expected: string): UnmetExpectationError => {
    const got = describeSome(
      all,
      (letter) => `${describe(letter)}${met.has(letter) ? ', expected before' : ''}`,
    );
    if (missed > 0) got.push(`${missed} more that were not kept, as \`lettersMax\` is ${lettersMax}`);
    return new UnmetExpectationError('Who collects dead letters', expected, got);
  };
  return {
    all,
    get missed() {
      return missed;
    },
    of: (target) => all.filter((letter) => matches(letter, { target })),
    expect: async (match, { deadlineMs = DEADLINE_MS } = {}) => {
      await arrivals.wait(() => find(match) !== undefined, checkedMs('deadlineMs', deadlineMs));
      const letter = find(match);
      if (letter === undefined) throw unmet(`${wording(match)} within ${deadlineMs} ms`);
      met.add(letter);
      return letter;
    },
    expectNone: async (match = {}, withinMs = 0) => {
      const hasCome = (): boolean => find(match) !== undefined || missed > 0;
      if (await arrivals.wait(hasCome, checkedMs('withinMs', withinMs)))
        throw unmet(`not ${wording(match)} within ${withinMs} ms`);
    },
    [Symbol.dispose]: stop,
  };
}

function matches(letter: DeadLetter, { reason, type, target, sender }: DeadLetterMatch): boolean {
  return (
    (reason === undefined || letter.reason === reason) &&
    (type === undefined || letter.messageType === type) &&
    (target === undefined || isAt(letter.target, target)) &&
    (sender === undefined || isAt(letter.sender, sender))
  );
}

function isAt(address: DeadLetter['target'], actor: AnyRef | string): boolean {
  return typeof actor === 'string' ? address?.path === actor : address?.id === actor.address.id;
}

function wording({ reason, type, target, sender }: DeadLetterMatch): string {
  const nameOf = (actor: AnyRef | string): string => (typeof actor === 'string' ? actor : actor.address.path);
  const told = [
    type === undefined ? '' : ` of "${type}"`,
    sender === undefined ? '' : ` from ${nameOf(sender)}`,
    target === undefined ? '' : ` to ${nameOf(target)}`,
    reason === undefined ? '' : `, ${reason}`,
  ];
  return `a dead letter${told.join('')}`;
}

function describe({ reason, messageType, sender, target, cause, count }: DeadLetter): string {
  const why = cause instanceof Error ? ` (${cause.message})` : '';
  const times = count > 1 ? `, ${count} of them` : '';
  return `"${messageType}" from ${sender?.path ?? 'outside'} to ${target?.path ?? 'nobody known'}, ${reason}${why}${times}`;
}
