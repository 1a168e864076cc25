import type { ActorRef, AskOptions } from '../actor/actor-ref.js';
import type { ActorAddress } from '../actor/address.js';
import type { AsyncContext } from '../actor/context.js';
import type { Protocol } from '../actor/protocol.js';

/** A ref with behaviours around its `ask`: question and reply keep their types. */
export interface GuardedRef<P extends Protocol = Protocol> {
  /** The actor that is asked in the end. */
  readonly address: ActorAddress;
  /** Asks as {@link ActorRef.ask} does, within the same deadline; what else it rejects with, its behaviours say. */
  readonly ask: ActorRef<P>['ask'];
}

/**
 * Whoever can be asked. The behaviours of this folder take one and give a {@link GuardedRef}, so they stack.
 * A union, as the protocol of a ref can be told from its class but not from its `ask`.
 */
export type Askable<P extends Protocol = Protocol> = ActorRef<P> | GuardedRef<P>;

/**
 * A ref as an async handler should ask it: through `context.ask`, so that every question is withdrawn when
 * the call is cut off.
 */
export function askingFrom<P extends Protocol>(
  context: Pick<AsyncContext, 'ask'>,
  ref: ActorRef<P>,
): GuardedRef<P> {
  return { address: ref.address, ask: (message, options) => context.ask(ref, message, options) };
}

/**
 * What happens around one `ask`. It may call `ask` never, once or often, and settles within
 * `options.deadlineMs`; `messageType` is for its errors.
 */
export type AskBehaviour = <Reply>(
  ask: (options: AskOptions) => Promise<Reply>,
  options: AskOptions,
  messageType: string,
) => Promise<Reply>;

/** The same actor, each question to it going through `behaviour`: how the behaviours here are made. */
export function askingThrough<P extends Protocol>(next: Askable<P>, behaviour: AskBehaviour): GuardedRef<P> {
  return {
    address: next.address,
    ask: (message, options) => behaviour((given) => next.ask(message, given), options, message.type),
  };
}
