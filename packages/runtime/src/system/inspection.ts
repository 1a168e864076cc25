import type { ErrorData } from '@skein/transport';
import type { ActorAddress } from '../actor/address.js';
import type { LifecycleEventName, LifecycleStateName } from '../actor/lifecycle.js';

/** An actor as inspection tells of it. */
export interface InspectedRef {
  /** Its id in decimal digits: the same through all of its lives. */
  readonly sessionId: string;
  /** Its path; `#` and its id where only that is known. */
  readonly id: string;
  readonly address: ActorAddress;
}

/** The same where it is introduced. */
export interface InspectedActorRef extends InspectedRef {
  /** The name of its definition. */
  readonly src: string;
  /** Its supervisor. */
  readonly _parent: InspectedRef;
}

/** An actor has been started. */
export interface InspectedActorEvent {
  readonly type: '@xstate.actor';
  readonly rootId: string;
  readonly actorRef: InspectedActorRef;
}

/**
 * A handler is about to be given a message (also one of a timer: its source is the actor itself), or a lifecycle
 * signal has come for the actor.
 */
export interface InspectedEventEvent {
  readonly type: '@xstate.event';
  readonly rootId: string;
  /** The receiver. */
  readonly actorRef: InspectedRef;
  /** Undefined for the world outside, and for the system. */
  readonly sourceRef: InspectedRef | undefined;
  /** The message's type, and the rest of it while a listener asks for messages. Of a signal `skein.` and its kind. */
  readonly event: { readonly type: string };
}

/** An actor's lifecycle has moved on. */
export interface InspectedSnapshotEvent {
  readonly type: '@xstate.snapshot';
  readonly rootId: string;
  readonly actorRef: InspectedRef;
  /** What moved it; `xstate.init` for the first state. */
  readonly event: { readonly type: LifecycleEventName | 'xstate.init' };
  readonly snapshot: InspectedSnapshot;
}

/** Where in its lifecycle an actor is: `error` while it is `failed`, `stopped` at its end, else `active`. */
export interface InspectedSnapshot {
  readonly status: 'active' | 'error' | 'stopped';
  readonly value: LifecycleStateName;
  /** Why it has failed. */
  readonly error?: ErrorData;
}

/**
 * What XState 5 tells an inspector, told of our actors, in its shape: types, `rootId`, `actorRef`, `sourceRef`, `event`
 * and `snapshot` are where its tools look for them. It differs in three ways, all because what is told may
 * come from another thread:
 *
 * - refs are plain data: they can be compared and shown, not sent to or asked for a snapshot;
 * - a snapshot is that of the lifecycle, `lifecycleMachine`: the actor's state may be large, changes in place, and stays
 *   where it is;
 * - events come a little later, together: those of one actor in their order, those of different shards in any.
 */
export type InspectionEvent = InspectedActorEvent | InspectedEventEvent | InspectedSnapshotEvent;

/** Is given what happens to actors. What it throws is logged. */
export interface InspectionObserver {
  /** One event, when it has happened. */
  next(event: InspectionEvent): void;
  /** So many events of a shard were not kept: more happened than could be told. Told in their place. */
  leftOut?(count: number, shard: number): void;
}

/** What to tell of. */
export interface InspectionOptions {
  /**
   * Whether events carry whole messages, copied, and not only their types; default false. All listeners get them while one
   * asks for them. A message that cannot be encoded is told by its type.
   */
  readonly messages?: boolean;
}

/** How much shards tell. */
export type InspectionLevel = 'off' | 'types' | 'messages';

type WithoutRoot<Event> = Event extends unknown ? Omit<Event, 'rootId'> : never;

/** An event as a shard writes it down: the rest is added on the main thread. */
export type InspectionNote = WithoutRoot<InspectionEvent> & {
  /** The message, encoded. */
  readonly payload?: Uint8Array;
};

/** Notes of one shard, in order, and how many more there would have been after them. */
export interface InspectionBatch {
  readonly shard: number;
  readonly notes: readonly InspectionNote[];
  readonly leftOut: number;
}
