import type { ActorRef, AnyRef } from '../../actor/actor-ref.js';
import type { StopOptions } from '../../actor/context.js';
import type { MessageOf, Protocol, QuestionOf, ReplyOf } from '../../actor/protocol.js';
import type { Directive } from '../../supervision/supervision.js';
import type { Effect } from './effect.js';

/** How an actor is tried alone. */
export interface AloneOptions {
  /** Its path is `/` and this; default: the name of the definition. */
  readonly name?: string;
  /** Decides what `context.random()` gives; default 1. */
  readonly seed?: number;
  /** What `context.extension(name)` gives. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** What its parent does when it fails; default `restart`. One whose `initial` throws is stopped. */
  readonly onFailure?: Exclude<Directive, 'escalate'>;
  /** Effects that are written down over all its lives, count, at least 1; default 10 000. */
  readonly effectsMax?: number;
}

/** Another actor, by its ref or path. */
export type Other = AnyRef | string;

/**
 * An actor alone, in the hands of a test: each of these functions does what it says, lets the actor meet all that is in its mailbox
 * then, and returns what the actor has done, in order. Nothing happens between two calls, but that async calls go on.
 */
export interface Alone<P extends Protocol = Protocol> {
  readonly ref: ActorRef<P>;
  /** All it has done, since it began. */
  readonly effects: readonly Effect[];
  /** False when it has stopped. */
  readonly isAlive: boolean;
  /** 1 in its first life, one more after each restart. */
  readonly incarnation: number;
  /** The behaviour in force; undefined for `receive`. */
  readonly behavior: string | undefined;
  /** The time, ms, 0 at first. */
  readonly nowMs: number;
  /**
   * Its state, itself. What type it has you must know.
   *
   * @throws AloneRefusedError when it has none: it has stopped, or did not come to life
   */
  state<State = unknown>(): State;
  /**
   * Sends it a message, from the test or from an actor that stands in for another.
   *
   * @throws AloneRefusedError for a message whose handler is async, and when the actor does not come to rest
   */
  tell(message: MessageOf<P>, from?: Other): Effect[];
  /**
   * Asks it, and returns the reply.
   *
   * @throws AloneRefusedError as `tell`, and when it keeps the question
   * @throws AskRejectedError when it will not answer: `reason` says why
   */
  ask<Question extends QuestionOf<P>>(question: Question): ReplyOf<P, Question['type']>;
  /** As `tell`, also for a message whose handler is async; resolves as {@link settled}. */
  tellAsync(message: MessageOf<P>, from?: Other): Promise<Effect[]>;
  /** As `ask`; resolves when the answer is there, however long the actor keeps the question. */
  askAsync<Question extends QuestionOf<P>>(question: Question): Promise<ReplyOf<P, Question['type']>>;
  /**
   * Resolves when its async calls have ended, or go no further: each waits for a reply, for time, or for the world outside, which is not
   * waited for. Returns what was done meanwhile.
   */
  settled(): Promise<Effect[]>;
  /** Lets time pass, from timer to timer. */
  advance(durationMs: number): Effect[];
  /**
   * An actor that stands in for another, at `/name`: to be given to this one. It takes every message and does nothing of itself.
   *
   * @throws DuplicateNameError, InvalidOptionError
   */
  standIn<Q extends Protocol = Protocol>(name: string): ActorRef<Q>;
  /**
   * A stand-in or a child replies to the oldest question that it was asked and has not answered. Who asked hears of it in
   * `settled`, as a promise does not settle at once.
   *
   * @throws AloneRefusedError if it was asked nothing
   */
  answer(other: Other, value: unknown): Effect[];
  /** A child fails: this actor's supervision decides, and `childFailed` is told. @throws AloneRefusedError for what is no stand-in */
  fails(child: Other, error: unknown): Effect[];
  /** A child or a stand-in stops: `childStopped` is told, and `terminated` if it was watched. @throws AloneRefusedError for what is no stand-in */
  ends(other: Other): Effect[];
  /** Its parent restarts it. */
  restart(): Effect[];
  /** Its parent stops it, by default after the mail that waits. */
  stop(options?: StopOptions): Effect[];
}
