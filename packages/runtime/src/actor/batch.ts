import type { ActorRef } from './actor-ref.js';
import type { MessageOf, MessageOfType, Protocol, ReplyOf } from './protocol.js';
import type { Rows } from './rows.js';
import type { ShardLocals } from './shard-locals.js';

/**
 * The next message of each of several actors of one definition: item `i` is one actor, its state and its message.
 *
 * An item's effects, which are its replies and sends, are kept until the handler returns, and then take place item by item, each
 * item's in the order of the calls; those of an item that fails never do. So a batch does what its items do one by one.
 * Messages that an effect carries must not be changed after the call.
 *
 * `states` and `messages` belong to the kernel, which uses them again: read items 0 to `size`, exclusive, and keep neither. Changes
 * to the state of an item that fails are not taken back; a restart builds the state anew.
 *
 * What the handler does past the batch, as with a ref that it kept, is done at once and in nobody's name.
 * After the handler has returned all members throw StaleContextError. An item out of range throws InvalidOptionError.
 */
export interface Batch<
  P extends Protocol = Protocol,
  State = unknown,
  Type extends keyof P & string = keyof P & string,
> extends ShardLocals {
  /** Items, count, at least 1. */
  readonly size: number;
  /** The state of each actor, to change in place. May be longer than `size`. */
  readonly states: readonly State[];
  /** The message to each actor. May be longer than `size`. Where messages came as rows they are made when this is first read. */
  readonly messages: readonly MessageOfType<P, Type>[];
  /** The rows that a message lies in; undefined for one that was sent by itself. */
  frame(item: number): Rows<P, Type> | undefined;
  /** One past the last of the items from `item` on whose messages lie in the same rows as its own, or in none as it does. */
  frameEnd(item: number): number;
  /** Which of its rows each message is, index; of those that lie in some. May be longer than `size`. */
  readonly rows: Int32Array;
  /** The message to one actor. */
  message(item: number): MessageOfType<P, Type>;
  /** The actor. */
  self(item: number): ActorRef<P>;
  /** Who sent the message; undefined for the world outside. */
  sender(item: number): ActorRef | undefined;
  /** Somebody waits for a reply. Without one, and unless the item fails, the question is rejected as `unanswered`. */
  isAsk(item: number): boolean;
  /** Answers the question. A second reply, or one to a tell, is a dead letter. */
  reply(item: number, value: ReplyOf<P, Type>): void;
  /** Sends in the actor's name. An item of more than 65 536 effects fails with TooManyEffectsError. */
  send<Q extends Protocol>(item: number, target: ActorRef<Q>, message: MessageOf<Q>): void;
  /**
   * Sends target `i` the row `i` of as many as there are items, in the name of item `i`, an undefined target none. These are the last
   * of an item's effects: they go, item by item, when those of all items have taken place. What came later, of several calls, comes later.
   */
  sendRows<Q extends Protocol, T extends keyof Q & string>(
    targets: readonly (ActorRef<Q> | undefined)[],
    rows: Rows<Q, T>,
  ): void;
  /** The actor fails, as if its own handler had thrown `error`; the other items do not notice. The first error counts. */
  fail(item: number, error: unknown): void;
  /** Milliseconds on the system's clock. */
  now(): number;
  /** The next number of the actor's own random stream, as `context.random`. */
  random(item: number): number;
  /** As `context.extension`. */
  extension(name: string): unknown;
}

/**
 * Handles one message of each of several actors, at once and synchronously: a promise fails all of them with
 * UndeclaredAsyncError, and what it throws fails all of them with that.
 */
export type BatchHandler<P extends Protocol, State, Type extends keyof P & string> = (
  batch: Batch<P, State, Type>,
) => void;

/** Actors a batch, count, unless the definition says otherwise. */
export const BATCH_MAX_DEFAULT = 4096;
/** What `batchMax` may be at most, count. */
export const BATCH_MAX_LIMIT = 65_536;
