import type { AnyStateMachine, ContextFrom, EventFrom, EventObject, InputFrom, StateValueFrom } from 'xstate';
import type { ActorDefinition } from '../actor/definition.js';
import type { Ask } from '../actor/protocol.js';

declare const answer: unique symbol;

/**
 * In the event union of a machine: an event that is asked. To the machine it is `Event`, to whoever holds a ref
 * a question with a `Reply`.
 *
 * @example
 * type Events = { type: 'insert'; coins: number } | Asked<{ type: 'credit' }, number>;
 */
export type Asked<Event extends EventObject, Reply> = Event & { readonly [answer]?: readonly [Reply] };

/** What an event, or one of several, is to be answered with; unknown when none of them is an {@link Asked} one. */
export type ReplyToEvent<Event> = [ReplyOfAsked<Event>] extends [never] ? unknown : ReplyOfAsked<Event>;

/** What each {@link Asked} event of a union is to be answered with; never for the others. */
export type ReplyOfAsked<Event> = Event extends { readonly [answer]?: infer Reply }
  ? Reply extends readonly [infer One]
    ? One
    : never
  : never;

/** The protocol that an event union stands for: an {@link Asked} event is a question, any other a message. */
export type ProtocolOfEvents<Events extends EventObject> = {
  [Event in Events as Event['type']]: [Extract<keyof Event, symbol>] extends [never]
    ? Omit<Event, 'type'>
    : Ask<Omit<Event, 'type' | symbol>, ReplyOfAsked<Event>>;
};

/** Where a machine is, as plain data. */
export interface MachineState<Machine extends AnyStateMachine> {
  /** The active states, as XState writes them: `'red'`, or `{ lamp: 'on', fan: 'off' }`. */
  readonly value: StateValueFrom<Machine>;
  /** The extended state. Refs of children that it holds are actor refs here. */
  readonly context: ContextFrom<Machine>;
  readonly tags: readonly string[];
}

/** What the actor of a machine understands: the machine's events, and the question where it is. */
export type MachineProtocol<Machine extends AnyStateMachine> = ProtocolOfEvents<EventFrom<Machine>> & {
  '@snapshot': Ask<{}, MachineState<Machine>>;
};

/** An actor definition whose behaviour is a machine; `spawn` takes the machine's input. */
export interface MachineDefinition<Machine extends AnyStateMachine>
  extends ActorDefinition<MachineProtocol<Machine>, InputFrom<Machine>> {
  /** The machine that runs: to be drawn, walked or tested. */
  readonly machine: AnyStateMachine;
}
