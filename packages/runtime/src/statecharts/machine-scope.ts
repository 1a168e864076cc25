import type {
  AnyActorRef,
  AnyActorScope,
  AnyMachineSnapshot,
  EventObject,
  ExecutableActionObject,
} from 'xstate';
import { UnsupportedStatechartError } from '../errors.js';
import { answerKey } from './reply.js';

/** What stands behind the `self` and `system` that a machine's functions are given. */
export interface ScopeHost {
  /** Name of the definition. */
  readonly definition: string;
  /** Path of the actor. */
  readonly path: string;
  snapshot(): AnyMachineSnapshot;
  send(target: object, event: EventObject): void;
  answer(value: unknown): void;
  /** Takes an action that a step has decided on, to be executed after it. */
  collect(action: ExecutableActionObject): void;
}

/**
 * The scope that a machine's transitions run in. XState's `transition` makes one of its own, an actor without
 * parent or children that is initialized anew for each event; given one, a machine is just as pure, costs a quarter,
 * and its `self`, its parent and its children are actors of ours.
 */
export function createScope(host: ScopeHost): AnyActorScope {
  const refuse = (what: string) => (): never => {
    throw new UnsupportedStatechartError(
      host.definition,
      'a function',
      `a use of ${what}`,
      'Send messages instead: another actor’s state cannot be looked at, and actors have no global names.',
    );
  };
  let booked = 0;
  const system = {
    _bookId: () => `${host.path}:${booked++}`,
    _register: () => undefined,
    _unregister: () => undefined,
    _set: refuse('a `systemId`'),
    _sendInspectionEvent: () => undefined,
    _relay: (_source: unknown, target: object, event: EventObject) => host.send(target, event),
    get: refuse('`system.get`'),
    getAll: refuse('`system.getAll`'),
    inspect: refuse('`system.inspect`'),
  };
  const standIn = (id: string, more: object): AnyActorRef => {
    const actor = {
      id,
      sessionId: id,
      system,
      send: (event: EventObject) => host.send(actor, event),
      getSnapshot: refuse('`getSnapshot` of its parent'),
      subscribe: refuse('`subscribe`'),
      on: refuse('`on`'),
      ...more,
    };
    return Object.assign(actor, { ref: actor }) as unknown as AnyActorRef;
  };
  const self = standIn(host.path, {
    _parent: standIn('#_parent', {}),
    getSnapshot: () => host.snapshot(),
    [answerKey]: (value: unknown) => host.answer(value),
  });
  return {
    self,
    id: self.id,
    sessionId: self.sessionId,
    system: system as never,
    logger: () => undefined,
    defer: () => undefined,
    emit: refuse('`emit`'),
    stopChild: refuse('`stopChild` outside of an action'),
    actionExecutor: (action) => host.collect(action),
  };
}
