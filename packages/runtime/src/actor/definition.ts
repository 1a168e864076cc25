import { InvalidOptionError } from '../errors.js';
import { type PassivationOptions, resolvePassivation } from '../passivation/passivation-options.js';
import { oneForOne, type Supervision } from '../supervision/supervision.js';
import type { ActorAddress } from './address.js';
import { BATCH_MAX_DEFAULT, BATCH_MAX_LIMIT, type BatchHandler } from './batch.js';
import type { ActorContext, AsyncContext, TurnContext } from './context.js';
import { isName } from './name.js';
import type { MessageOfType, Protocol, ReplyOf } from './protocol.js';
import type { RowsHandler } from './rows.js';
import type { ShardLocals } from './shard-locals.js';

/** Most message types of one definition, count. */
const MESSAGE_TYPES_MAX = 255;

/** Marks definitions, also across two copies of this package in one process. */
const brand: unique symbol = Symbol.for('skein.actor-definition') as never;

/** Handles one message to its end before the next: may change `state` in place. */
export type SyncHandler<P extends Protocol, State, Type extends keyof P & string> = (
  state: State,
  message: MessageOfType<P, Type>,
  context: TurnContext<P, ReplyOf<P, Type>>,
) => void;

/** Handles one message across awaits, with a context of its own. */
export interface AsyncHandler<P extends Protocol, State, Type extends keyof P & string> {
  /** The handler. The message counts as handled when its promise is fulfilled. */
  readonly async: (
    context: AsyncContext<P, State, ReplyOf<P, Type>>,
    message: MessageOfType<P, Type>,
  ) => Promise<void>;
  /** Handle other messages while this call waits. Default false: the mail waits too. */
  readonly reentrant?: boolean;
}

/** A watched actor is gone for good. */
export interface TerminatedNotice {
  readonly address: ActorAddress;
  readonly reason: 'stopped' | 'shard-lost';
}

/** A child failed. Its supervision goes on by itself; this is only news. */
export interface ChildFailedNotice {
  readonly child: ActorAddress;
  readonly error: unknown;
  readonly directive: 'resume' | 'restart' | 'stop';
}

/** A child is gone for good. */
export interface ChildStoppedNotice {
  readonly child: ActorAddress;
}

/**
 * How an overfull mailbox treats the next message; each victim is a dead letter with its reason.
 *
 * - `reject`, `drop-newest`: the new one is out; the two differ in the reason, `mailbox-full` or `dropped-newest`.
 * - `drop-oldest`: the one that has waited longest is out.
 * - `backpressure`: as `reject` for `send`; says that senders are meant to use `sendWhenReady`, which waits for room.
 */
export type OverflowRule = 'reject' | 'drop-newest' | 'drop-oldest' | 'backpressure';

const OVERFLOW_RULES: readonly OverflowRule[] = ['reject', 'drop-newest', 'drop-oldest', 'backpressure'];

/**
 * How a definition's actors share a thread with others. A critical actor that is ready waits at most for the
 * handler that runs now, be it that of a batch, and for critical ones ahead of it; of 64 turns at least one is a batch actor's, if any is ready.
 */
export type Priority = 'critical' | 'standard' | 'batch';

/** In the order of their ranks. */
const PRIORITIES: readonly Priority[] = ['critical', 'standard', 'batch'];

/** The bound of a mailbox, and what happens at it. */
export interface MailboxOptions {
  /** Messages that may wait, count, at least 1. Default: no bound but the shard's byte budget. */
  readonly capacity?: number;
  /** Default `reject`. */
  readonly overflow?: OverflowRule;
  /** Messages that may be stashed, count, at least 1; default 1 024. */
  readonly stashCapacity?: number;
}

/**
 * Handlers by message type. A type without one becomes a dead letter, `unhandled`; only those among `Batched` need none, as
 * `receiveBatch` has one.
 */
export type Handlers<P extends Protocol, State, Batched extends string = never> = {
  readonly [Type in Exclude<keyof P & string, Batched>]:
    | SyncHandler<P, State, Type>
    | AsyncHandler<P, State, Type>;
} & {
  readonly [Type in keyof P & string]?: SyncHandler<P, State, Type> | AsyncHandler<P, State, Type>;
};

/** What an author writes. `Batched` are the message types of `receiveBatch`. */
export interface ActorSpec<P extends Protocol, Args, State, Batched extends keyof P & string = never> {
  /** Unique in a system: other threads find the definition by it. */
  readonly name: string;
  /**
   * What an actor is called that `spawn` gives no name: `label(args)~n`, where n counts its elder siblings; left out, the definition's name stands
   * in its place. Of letters, digits, "_", "-" and "."; asked when somebody reads the path, so that most actors' names are never made.
   */
  readonly label?: (args: Args) => string;
  /** Builds the state of each life. May spawn the children; they are stopped before a restart. */
  readonly initial: (args: Args, context: ActorContext<P>) => State;
  /** One handler a message type, but for those of `receiveBatch`. */
  readonly receive: Handlers<P, State, Batched>;
  /**
   * Handlers of message types that the ready actors of this definition on one shard meet together: in one turn the next message of each,
   * at most one an actor, as they are; nothing waits for more to come. What else is next in a mailbox is met alone. In force
   * while `receive` is, over which it goes; not in other `behaviors`.
   */
  readonly receiveBatch?: { readonly [Type in Batched]: BatchHandler<P, State, Type> };
  /**
   * Handlers of message types that come as {@link Rows}: rows of one frame that are next in the mailbox are met together. In force while
   * `receive` is, which meets what was sent by itself.
   */
  readonly receiveRows?: {
    readonly [Type in keyof P & string]?: RowsHandler<P, State, Type, ActorContext<P>>;
  };
  /** Actors in one batch at most, count, 1 to 65 536; default 4 096. A critical actor may have to wait for as many. */
  readonly batchMax?: number;
  /** Other ways to meet messages, put in force by `context.become(name)`. At most 255. */
  readonly behaviors?: { readonly [name: string]: Partial<Handlers<P, State>> };
  /** A watched actor is gone. In order with the mail. */
  readonly terminated?: (state: State, notice: TerminatedNotice, context: ActorContext<P>) => void;
  /** A child failed. In order with the mail. */
  readonly childFailed?: (state: State, notice: ChildFailedNotice, context: ActorContext<P>) => void;
  /**
   * A child of this life is gone for good, in order after everything that it sent: it has stopped, for whatever reason, or its shard was
   * lost and it is not started again. Once for each child, without a `watch`, which costs memory for each; not when this life itself ends.
   */
  readonly childStopped?: (state: State, notice: ChildStoppedNotice, context: ActorContext<P>) => void;
  /** The last call of a life, after all children have stopped. */
  readonly stopped?: (state: State, context: ActorContext<P>) => void;
  /**
   * Gives back what a state holds outside of itself, a place in a table its shard's actors share say. The last call about every state that
   * `initial` or `restore` built, whatever ended its life or put it to sleep: a stop, a failure, a restart. Only a lost thread takes its states along.
   */
  readonly release?: (state: State, locals: ShardLocals) => void;
  /**
   * What is to survive a restart, as plain data and refs; with {@link restore}. Taken after each `snapshotEvery`th
   * message that was handled to its end, never of a state that a failed handler has left behind, and kept encoded
   * on the actor's shard: a lost thread loses it, and so does a permanent actor that stops itself. If it throws, or
   * its data cannot be encoded, the actor fails.
   */
  readonly snapshot?: (state: State, locals: ShardLocals) => unknown;
  /**
   * Messages from one snapshot to the next, count, at least 1; default 1, or none for a definition with `passivation`.
   * A restart forgets those since the last.
   */
  readonly snapshotEvery?: number;
  /**
   * Builds the state of a life after the first in place of `initial`, if there is a snapshot. If it throws, the
   * actor fails, and the snapshot is forgotten: after another restart the life begins with `initial`.
   */
  readonly restore?: (data: unknown, args: Args, context: ActorContext<P>) => State;
  /** Give the state of idle actors to a store until their next message. Needs `snapshot` and `restore`. */
  readonly passivation?: PassivationOptions;
  /** How children are supervised. Default {@link oneForOne}. */
  readonly supervision?: Supervision;
  readonly mailbox?: MailboxOptions;
  /** Default `standard`. */
  readonly priority?: Priority;
}

/** An actor definition: made by {@link defineActor}, exported by a module, found by its name. */
export interface ActorDefinition<P extends Protocol = Protocol, Args = unknown> {
  readonly [brand]: true;
  readonly name: string;
  readonly messageTypes: readonly string[];
  /** Only for types: what `spawn` must be given and what refs understand. */
  readonly types?: readonly [(protocol: P) => void, (args: Args) => void];
}

/** A definition as the kernel sees it, its types erased. */
export interface RunnableDefinition extends ActorDefinition<never, never> {
  readonly spec: ActorSpec<Protocol, unknown, unknown, string>;
  readonly supervision: Supervision;
  readonly capacity: number;
  readonly overflow: OverflowRule;
  readonly stashCapacity: number;
  readonly snapshotEvery: number;
  /** The place of its priority in {@link Priority}. */
  readonly rank: number;
  readonly batchMax: number;
  readonly passivation: Required<PassivationOptions> | undefined;
  /** Behaviour 1 and on. */
  readonly behaviorNames: readonly string[];
  /** Handles messages of types that the definition does not know: those of a test's stand-ins, which understand all. */
  readonly otherwise?: SyncHandler<Protocol, unknown, string>;
}

/**
 * Defines an actor. The protocol is given first, the rest is inferred.
 *
 * @throws InvalidOptionError for an impossible name, a capacity below 1, or a handler that is none
 * @example
 * type Counter = { add: { by: number }; read: Ask<{}, number> };
 * export const counter = defineActor<Counter>()({
 *   name: 'counter',
 *   initial: ({ start }: { start: number }) => ({ count: start }),
 *   receive: {
 *     add: (state, { by }) => { state.count += by; },
 *     read: (state, _, context) => context.reply(state.count),
 *   },
 * });
 */
export function defineActor<P extends Protocol>(): <Args, State, Batched extends keyof P & string = never>(
  spec: ActorSpec<P, Args, State, Batched>,
) => ActorDefinition<P, Args> {
  return (spec) => {
    const {
      capacity = Number.POSITIVE_INFINITY,
      overflow = 'reject',
      stashCapacity = 1024,
    } = spec.mailbox ?? {};
    const { priority = 'standard', behaviors = {}, batchMax = BATCH_MAX_DEFAULT } = spec;
    const { snapshotEvery = spec.passivation === undefined ? 1 : Number.POSITIVE_INFINITY } = spec;
    const receiveBatch: Readonly<Record<string, unknown>> = spec.receiveBatch ?? {};
    const receiveRows: Readonly<Record<string, unknown>> = spec.receiveRows ?? {};
    const behaviorNames = Object.keys(behaviors);
    if (!isName(spec.name))
      throw new InvalidOptionError('name', spec.name, 'a name of letters, digits, "_", "-" and "."');
    if (!(capacity >= 1)) throw new InvalidOptionError('mailbox.capacity', capacity, 'at least 1');
    if (!OVERFLOW_RULES.includes(overflow))
      throw new InvalidOptionError('mailbox.overflow', overflow, `one of ${OVERFLOW_RULES.join(', ')}`);
    if (!(stashCapacity >= 1))
      throw new InvalidOptionError('mailbox.stashCapacity', stashCapacity, 'at least 1');
    if (!PRIORITIES.includes(priority))
      throw new InvalidOptionError('priority', priority, `one of ${PRIORITIES.join(', ')}`);
    if (behaviorNames.length > 255)
      throw new InvalidOptionError('behaviors', behaviorNames.length, 'at most 255 behaviours');
    for (const [option, other] of [
      ['snapshot', 'restore'],
      ['restore', 'snapshot'],
    ] as const)
      if (spec[other] !== undefined && typeof spec[option] !== 'function')
        throw new InvalidOptionError(option, spec[option], `a function, as there is \`${other}\``);
    if (
      !(
        snapshotEvery >= 1 &&
        (Number.isSafeInteger(snapshotEvery) || snapshotEvery === Number.POSITIVE_INFINITY)
      )
    )
      throw new InvalidOptionError(
        'snapshotEvery',
        snapshotEvery,
        'a whole number of at least 1, or Infinity',
      );
    if (typeof spec.initial !== 'function')
      throw new InvalidOptionError('initial', spec.initial, 'a function');
    for (const [behavior, handlers] of [['receive', spec.receive], ...Object.entries(behaviors)] as const)
      for (const [type, handler] of Object.entries<unknown>(handlers))
        if (!isHandler(handler))
          throw new InvalidOptionError(
            `${behavior}.${type}`,
            handler,
            'a function, or `{ async: function }`',
          );
    for (const [option, handlers] of Object.entries({ receiveBatch, receiveRows }))
      for (const [type, handler] of Object.entries(handlers))
        if (typeof handler !== 'function')
          throw new InvalidOptionError(`${option}.${type}`, handler, 'a function');
    for (const type of Object.keys(receiveRows))
      if (!Object.hasOwn(spec.receive, type))
        throw new InvalidOptionError(`receiveRows.${type}`, type, 'a type that `receive` handles too');
    if (!(Number.isInteger(batchMax) && batchMax >= 1 && batchMax <= BATCH_MAX_LIMIT))
      throw new InvalidOptionError('batchMax', batchMax, `an integer from 1 to ${BATCH_MAX_LIMIT}`);
    const messageTypes = new Set(
      [spec.receive, receiveBatch, ...Object.values(behaviors)].flatMap(Object.keys),
    );
    if (messageTypes.size > MESSAGE_TYPES_MAX)
      throw new InvalidOptionError(
        'receive',
        messageTypes.size,
        `at most ${MESSAGE_TYPES_MAX} message types`,
      );
    const definition: RunnableDefinition = {
      [brand]: true,
      name: spec.name,
      messageTypes: [...messageTypes].sort(),
      spec: spec as unknown as RunnableDefinition['spec'],
      supervision: spec.supervision ?? oneForOne(),
      capacity,
      overflow,
      stashCapacity,
      snapshotEvery,
      rank: PRIORITIES.indexOf(priority),
      batchMax,
      passivation: resolvePassivation(spec),
      behaviorNames,
    };
    return definition as never;
  };
}

/**
 * On an exported object: the definitions that come with it. For layers above, whose one definition (an
 * agent, say) needs several actors.
 */
export const ACTOR_DEFINITIONS: unique symbol = Symbol.for('skein.actor-definitions') as never;

/** The definitions in one export of a module: itself, those it brings, or none. */
export function definitionsIn(exported: unknown): readonly RunnableDefinition[] {
  if (typeof exported !== 'object' || exported === null) return [];
  const brought = (exported as { readonly [ACTOR_DEFINITIONS]?: readonly unknown[] })[ACTOR_DEFINITIONS];
  const definitions = (brought ?? []).filter(isDefinition);
  return isDefinition(exported) ? [exported, ...definitions] : definitions;
}

function isHandler(handler: unknown): boolean {
  if (typeof handler === 'function') return true;
  return typeof (handler as { readonly async?: unknown } | null | undefined)?.async === 'function';
}

/** True for what {@link defineActor} made. */
export function isDefinition(value: unknown): value is RunnableDefinition {
  return typeof value === 'object' && value !== null && (value as { [brand]?: unknown })[brand] === true;
}
