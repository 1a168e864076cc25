import type { ActionArgs, EventObject, MachineContext, Snapshot, ActorRef as XStateActorRef } from 'xstate';
import type { ActorRef } from '../actor/actor-ref.js';
import type { MessageOf, Protocol } from '../actor/protocol.js';
import type { ReplyToEvent } from './machine-protocol.js';

/** On the `self` that actions are given: answers the question at hand. */
export const answerKey: unique symbol = Symbol.for('skein.statechart-answer') as never;

/** An action that answers the question at hand. */
export type ReplyAction<
  Context extends MachineContext,
  ActionEvent extends EventObject,
  Params,
  Event extends EventObject,
> = (args: ActionArgs<Context, ActionEvent, Event>, params: Params) => void;

/**
 * An action that answers the message whose handling it is part of, inline or in `setup({ actions })`; an
 * {@link Asked} event says with what. As with `context.reply`, a second reply, or one to an event that was sent or
 * came of itself, is a dead letter; a question whose transition does not reply is rejected as `unanswered`.
 *
 * Run by XState's own interpreter, where nobody can ask, it does nothing.
 *
 * @example
 * on: { credit: { actions: reply(({ context }) => context.coins) } }
 */
export function reply<
  Context extends MachineContext,
  ActionEvent extends EventObject,
  Params extends Readonly<Record<string, unknown>> | undefined,
  Event extends EventObject,
>(
  value: (args: ActionArgs<Context, ActionEvent, Event>, params: Params) => ReplyToEvent<ActionEvent>,
): ReplyAction<Context, ActionEvent, Params, Event> {
  return (args, params) => {
    const self = args.self as { readonly [answerKey]?: (value: unknown) => void };
    self[answerKey]?.(value(args, params));
  };
}

/**
 * An actor ref as a target of `sendTo`: the ref itself, under the type that XState asks for. It can only be sent to.
 *
 * @example
 * actions: sendTo(({ context }) => sendTarget(context.peer), { type: 'ping' })
 */
export function sendTarget<P extends Protocol>(
  ref: ActorRef<P>,
): XStateActorRef<Snapshot<unknown>, MessageOf<P> & EventObject> {
  return ref as never;
}
