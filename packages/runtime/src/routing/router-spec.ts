import type { ActorRef } from '../actor/actor-ref.js';
import { ACTOR_DEFINITIONS, type ActorDefinition, type MailboxOptions } from '../actor/definition.js';
import type { Ask, Protocol } from '../actor/protocol.js';
import { InvalidOptionError } from '../errors.js';
import { oneForOne, type Supervision } from '../supervision/supervision.js';
import { SLOT_COUNT_MAX } from './hash-ring.js';
import type { RoutingStrategy } from './strategy.js';

/** Most routees a router can have, count. */
export const ROUTEE_COUNT_MAX: number = SLOT_COUNT_MAX;

/** How long a router waits for a first reply unless told otherwise, ms. */
const DEADLINE_MS = 30_000;

/** Questions a router keeps open unless told otherwise, count. */
const IN_FLIGHT_MAX = 10_000;

/** What a router understands beside the protocol of its routees. */
export type RouterProtocol<P extends Protocol = Protocol> = {
  /** The routees, in order of their slots. */
  'router.routees': Ask<{}, readonly ActorRef<P>[]>;
  /**
   * Makes the pool larger or smaller, within 1 to {@link ROUTEE_COUNT_MAX}; answers with the size that came of
   * it. Routees that are too many get no more messages, and stop when they have handled what they have.
   */
  'router.resize': Ask<{ readonly count: number }, number>;
};

/** What an author writes. */
export interface RouterSpec<P extends Protocol, Args> {
  /** Unique in a system, as that of any definition. */
  readonly name: string;
  /** What the routees are. Each is given the arguments that the router was spawned with. */
  readonly routee: ActorDefinition<P, Args>;
  /** Routees to begin with, count, 1 to {@link ROUTEE_COUNT_MAX}. */
  readonly count: number;
  readonly strategy: RoutingStrategy;
  /** How failing routees are supervised. Default {@link oneForOne}. */
  readonly supervision?: Supervision;
  /**
   * What becomes of the place of a routee that has stopped for good: it is given up, or taken by a new routee.
   * Replacements are held to the restart intensity of `supervision`; what exceeds it is given up. Default
   * `leave`. When no routee is left the router stops.
   */
  readonly whenStopped?: 'leave' | 'replace';
  /** Where the routees live. Default: on the router's shard. */
  readonly shard?: number | 'spread';
  /** How long `firstReply` waits for a reply, ms; default 30 000. The asker's own deadline holds too. */
  readonly deadlineMs?: number;
  /**
   * Questions of `firstReply` that the router has open at one time, count, one a routee; default 10 000. Beyond, a
   * message is still handed on, but nobody waits for a reply: a question is rejected as `unanswered`.
   */
  readonly inFlightMax?: number;
  /** The router's own mailbox. */
  readonly mailbox?: MailboxOptions;
}

/** A router's definition: made by {@link defineRouter}, exported by a module, spawned with its routees' arguments. */
export interface RouterDefinition<P extends Protocol, Args>
  extends ActorDefinition<P & RouterProtocol<P>, Args> {
  readonly [ACTOR_DEFINITIONS]: readonly ActorDefinition<P, Args>[];
}

/** A {@link RouterSpec} with its defaults. */
export type ResolvedRouterSpec<P extends Protocol, Args> = RouterSpec<P, Args> &
  Required<Pick<RouterSpec<P, Args>, 'supervision' | 'whenStopped' | 'deadlineMs' | 'inFlightMax'>>;

/** Fills in defaults, and refuses what the types cannot. @throws InvalidOptionError */
export function resolveRouterSpec<P extends Protocol, Args>(
  spec: RouterSpec<P, Args>,
): ResolvedRouterSpec<P, Args> {
  const { routee, count, strategy, supervision = oneForOne(), whenStopped = 'leave' } = spec;
  const { deadlineMs = DEADLINE_MS, inFlightMax = IN_FLIGHT_MAX } = spec;
  if (!Array.isArray(routee?.messageTypes))
    throw new InvalidOptionError('routee', routee, 'an actor definition');
  const reserved = routee.messageTypes.find((type) => type.startsWith('router.'));
  if (reserved !== undefined)
    throw new InvalidOptionError(
      'routee',
      reserved,
      'a definition without message types that begin with "router."',
    );
  if (!(Number.isInteger(count) && count >= 1 && count <= ROUTEE_COUNT_MAX))
    throw new InvalidOptionError('count', count, `a count from 1 to ${ROUTEE_COUNT_MAX}`);
  if (!['one', 'all', 'first'].includes(strategy?.to))
    throw new InvalidOptionError('strategy', strategy, 'a strategy, as in `roundRobin()`');
  if (whenStopped !== 'leave' && whenStopped !== 'replace')
    throw new InvalidOptionError('whenStopped', whenStopped, '"leave" or "replace"');
  if (!(Number.isFinite(deadlineMs) && deadlineMs > 0))
    throw new InvalidOptionError('deadlineMs', deadlineMs, 'more than 0 ms');
  if (!(inFlightMax >= 1)) throw new InvalidOptionError('inFlightMax', inFlightMax, 'at least 1');
  return { ...spec, supervision, whenStopped, deadlineMs, inFlightMax };
}
