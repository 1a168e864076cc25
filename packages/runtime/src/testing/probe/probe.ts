import type { ActorRef, AnyRef } from '../../actor/actor-ref.js';
import type { TerminatedNotice } from '../../actor/definition.js';
import type { AskTypes, MessageOf, MessageOfType, Protocol, ReplyOf } from '../../actor/protocol.js';

/** How a probe is made. */
export interface ProbeOptions<P extends Protocol = Protocol> {
  /** Unique among top-level actors; default `probe~<n>`. */
  readonly name?: string;
  /** How long `receive` and `terminated` wait unless told otherwise, ms of the system's time; default 1 000. */
  readonly deadlineMs?: number;
  /** Messages that are kept, count, at least 1; default 10 000. More are not, and the next `receive` after them says so. */
  readonly messagesMax?: number;
  /** Messages for which it is true are not kept. */
  readonly ignore?: (message: MessageOf<P>) => boolean;
}

/** How long to wait. */
export interface WaitOptions {
  /** ms of the system's time, at least 0. */
  readonly deadlineMs?: number;
}

/**
 * An actor in the hands of a test: its ref is given to others, and what comes is kept until the test asks for it.
 *
 * It takes messages of every type. Waiting goes by the system's clock; on a `SimulatedClock` waiting moves the clock, from timer to
 * timer and as far as needed, up to the deadline. Calls that wait are served one after the other.
 */
export interface Probe<P extends Protocol = Protocol> {
  /** To be given to others. */
  readonly ref: ActorRef<P>;
  /** All that was kept, oldest first, whether it was received by the test or not. */
  readonly messages: readonly MessageOf<P>[];
  /**
   * The next message that the test has not received yet.
   *
   * @throws UnmetExpectationError when none comes by the deadline
   */
  receive(options?: WaitOptions): Promise<MessageOf<P>>;
  /**
   * The next message, which must be of that type.
   *
   * @throws UnmetExpectationError when it is not, or none comes by the deadline
   */
  receive<Type extends keyof P & string>(type: Type, options?: WaitOptions): Promise<MessageOfType<P, Type>>;
  /**
   * Resolves when nothing has come that the test has not received, for `withinMs` (default 0) from now. On a simulated clock what is
   * on its way now counts.
   *
   * @throws UnmetExpectationError as soon as something comes
   */
  expectNothing(withinMs?: number): Promise<void>;
  /**
   * Answers the message that was received last.
   *
   * @throws UnmetExpectationError if it was told, not asked, or has been answered
   */
  reply(value: ReplyOf<P, AskTypes<P>>): void;
  /** From now on also leaves out messages for which `ignore` is true. */
  ignore(ignore: (message: MessageOf<P>) => boolean): void;
  /** Sends in the name of the probe, so that the receiver can answer it. */
  send<Q extends Protocol>(target: ActorRef<Q>, message: MessageOf<Q>): void;
  /** Asks for the end of another actor to be told: see {@link terminated}. */
  watch(target: AnyRef): void;
  /**
   * The end of an actor, which is watched from now on if it was not before.
   *
   * @throws UnmetExpectationError when it has not ended by the deadline
   */
  terminated(target: AnyRef, options?: WaitOptions): Promise<TerminatedNotice>;
}
