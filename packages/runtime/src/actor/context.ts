import type { RestartType } from '../supervision/strategy.js';
import type { Logger } from '../system/log.js';
import type { ActorRef, AnyRef, AskOptions } from './actor-ref.js';
import type { ActorAddress } from './address.js';
import type { ActorDefinition } from './definition.js';
import type { MessageOf, Protocol, QuestionOf, ReplyOf } from './protocol.js';
import type { ShardLocals } from './shard-locals.js';

/** Where and under which name a child is spawned. */
export interface SpawnOptions {
  /** Unique among living siblings; default `<definition>~<n>`. Letters, digits, `_`, `-` and `.`. */
  readonly name?: string;
  /**
   * The shard to live on. Default: the parent's shard; for children of the root, the next worker shard in
   * turn. `'spread'` takes the next worker shard in turn wherever the parent lives.
   */
  readonly shard?: number | 'spread';
  /** Which ends the supervisor answers with a new life: see {@link RestartType}. Default `transient`. */
  readonly restart?: RestartType;
  /**
   * How long the actor may drain when its supervisor stops, ms, at least 0; then it is stopped by force. `Infinity`
   * for one that has many children of its own to stop one after the other. Never longer than what the stop of the
   * supervisor itself has left. Default: the system's `stopDeadlineMs`.
   */
  readonly shutdownMs?: number;
}

/** How an actor, or a system, is stopped. */
export interface StopOptions {
  /** Stop before the mail that waits; default false: handle what was sent before this, then stop. */
  readonly now?: boolean;
  /** After this long, ms, a draining stop becomes one that is `now`. Default 5 000. */
  readonly deadlineMs?: number;
}

/** A message sent later, and again if periodic; forgotten when the actor stops or restarts. */
export interface ScheduledMessage {
  /** Forgets it; does nothing when it was sent already. */
  cancel(): void;
}

/** How fast an actor is fed from an iterable, and what it hears at the end. */
export interface PipeOptions<P extends Protocol = Protocol> {
  /** Items that may wait in the actor's mailbox, count from 1 to 65 536; default 64. */
  readonly window?: number;
  /** Sent after the last item. */
  readonly done?: MessageOf<P>;
}

/** An iterable that an actor is fed from; forgotten when the actor stops or restarts. */
export interface PipedSource {
  /** Pulls no more, and lets the iterable clean up. What waits already will be handled, an item just being pulled is dropped. */
  cancel(): void;
}

/** The arguments after the definition: none when the definition needs none. */
export type SpawnArguments<Args> = undefined extends Args
  ? [args?: Args, options?: SpawnOptions]
  : [args: Args, options?: SpawnOptions];

/** What an actor can do in any of its functions. */
export interface ActorContext<P extends Protocol = Protocol> extends ShardLocals {
  /** This actor. */
  readonly self: ActorRef<P>;
  /** Its supervisor's address. */
  readonly parent: ActorAddress;
  /** The shard it lives on. */
  readonly shard: number;
  /** 1 for the first life, one more after each restart. */
  readonly incarnation: number;
  readonly log: Logger;
  /** Milliseconds on the system's clock. */
  now(): number;
  /** The next number of this actor's own random stream, in [0, 1): decided by (seed, path, draw) alone. */
  random(): number;
  /** What the system was given as `extensions[name]`, on every shard. */
  extension(name: string): unknown;
  /**
   * Messages that an actor of this shard has before it, count: those in its mailbox, and one more while a call keeps them
   * waiting. Undefined for one that lives elsewhere, or no more.
   */
  mailboxDepth(target: AnyRef): number | undefined;
  /** A ref for an address, to send to. */
  ref<Q extends Protocol>(address: ActorAddress): ActorRef<Q>;
  /**
   * Starts a child. Returns at once; the child may live on another shard.
   *
   * @throws UnknownDefinitionError, DuplicateNameError, InvalidOptionError
   */
  spawn<Q extends Protocol, Args>(
    definition: ActorDefinition<Q, Args>,
    ...rest: SpawnArguments<Args>
  ): ActorRef<Q>;
  /**
   * Stops an actor; by default this one, after the mail that waits now. A `permanent` child that stops itself begins
   * another life instead, like one that failed; what was sent to it after that is kept.
   */
  stop(target?: AnyRef, options?: StopOptions): void;
  /**
   * Asks for one `terminated` notice of another actor, in order after everything it sent; also when it is
   * already gone, or its shard is lost.
   */
  watch(target: AnyRef): void;
  /** Takes a `watch` back; a notice that waits in the mail is dropped. */
  unwatch(target: AnyRef): void;
  /**
   * Ties this actor and another together, both ways: when one fails for good, that is, is stopped for its failure or
   * lost with its thread, the other fails with a LinkedActorError, and so does this one if the other is not there.
   * A restart breaks no link, and a stop in good order ends it without a word.
   *
   * @throws InvalidOptionError for this actor itself
   */
  link(target: AnyRef): void;
  /** Takes a `link` back, whichever of the two made it. */
  unlink(target: AnyRef): void;
  /**
   * Meets messages by another of the definition's `behaviors` from the next one on; without a name by
   * `receive` again, as each new life does.
   *
   * @throws InvalidOptionError for a behaviour that the definition has not
   */
  become(behavior?: string): void;
  /** Puts all stashed messages back, before all that wait, in the order in which they were stashed. */
  unstashAll(): void;
  /** Sends `message` to this actor after `delayMs`. */
  schedule(delayMs: number, message: MessageOf<P>): ScheduledMessage;
  /**
   * Pulls items from `source` into this actor's mailbox, as messages of its own, while fewer than `window` of them wait there.
   * Ends with the stop or restart of the actor, also a draining one: `source` gets its `return` called. If `source` or `toMessage`
   * throws, the actor fails. A source does not keep a system from being quiet.
   *
   * @throws InvalidOptionError for a window out of range, what is no iterable, or more than 256 sources at a time
   */
  pipeFrom<T>(
    source: AsyncIterable<T> | Iterable<T>,
    toMessage: (item: T) => MessageOf<P>,
    options?: PipeOptions<P>,
  ): PipedSource;
  /** Sends `message` to this actor every `periodMs`, first after one period. */
  scheduleEvery(periodMs: number, message: MessageOf<P>): ScheduledMessage;
}

/** Answers one question, in this turn or a later one of the same actor. */
export type ReplyHandle<Reply> = (value: Reply) => void;

/** The context of one message in a synchronous handler. Using it after the handler has returned throws. */
export interface TurnContext<P extends Protocol = Protocol, Reply = unknown> extends ActorContext<P> {
  /** Who sent the message being handled; undefined for the world outside. */
  readonly sender: ActorRef | undefined;
  /** Answers the question being handled. A second reply, or one to a tell, is a dead letter. */
  reply(value: Reply): void;
  /**
   * Settles the question being handled with an AskRejectedError whose reason is `rejected` and whose cause is `error`. The
   * message counts as handled. As a second answer, or for a tell, it is a dead letter like a reply.
   */
  reject(error: unknown): void;
  /** Keeps the question open beyond this handler: call the handle later. */
  deferReply(): ReplyHandle<Reply>;
  /** Hands the message on to another actor, with its sender and, if it is a question, for that one to answer. */
  forward(target: AnyRef): void;
  /**
   * Puts this message aside when the handler returns, until `unstashAll`. It counts as queued; a restart puts it back, a
   * stop makes it a dead letter.
   *
   * @throws StashFullError at the definition's `mailbox.stashCapacity`
   */
  stash(): void;
}

/**
 * The context of one call of an async handler: valid across its awaits, until the call settles or the
 * actor fails, stops or restarts. After that every member but `signal` and `now` throws StaleContextError.
 */
export interface AsyncContext<P extends Protocol = Protocol, State = unknown, Reply = unknown>
  extends Omit<TurnContext<P, Reply>, 'stash'> {
  /** Aborted when the actor fails, stops or restarts: give it to whatever is awaited. */
  readonly signal: AbortSignal;
  /** The state now, to read. */
  readonly state: Readonly<State>;
  /** The only way to write the state. */
  update(write: (state: State) => void): void;
  /** Sends, refused if this call is stale. */
  send<Q extends Protocol>(target: ActorRef<Q>, message: MessageOf<Q>): void;
  /**
   * Waits, ms at least 0, on the system's clock. Rejects when the actor fails, stops or restarts, and with the
   * reason of `signal` when that aborts, at once if it has.
   */
  delay(ms: number, signal?: AbortSignal): Promise<void>;
  /** Asks, refused if this call is stale; withdrawn if it becomes stale while waiting. */
  ask<Q extends Protocol, Question extends QuestionOf<Q>>(
    target: ActorRef<Q>,
    message: Question,
    options: AskOptions,
  ): Promise<ReplyOf<Q, Question['type']>>;
}
