import type { ActorRef } from '../actor/actor-ref.js';
import type { ActorAddress } from '../actor/address.js';
import type { ActorContext } from '../actor/context.js';
import { type ActorDefinition, defineActor } from '../actor/definition.js';
import type { Ask, Protocol } from '../actor/protocol.js';
import { InvalidOptionError } from '../errors.js';
import { KeyedRefs } from './keyed-refs.js';

/** For `createSystem({ modules })`: the module of the actor that `spawnReceptionist` starts. */
export const RECEPTIONIST_MODULE: string = import.meta.url;

/** How much a receptionist may hold: counts, at least 1. */
export interface ReceptionistBounds {
  /** Registrations under all keys together; default 10 000. */
  readonly registrationsMax?: number;
  /**
   * Registrations under one key; default 256. A list of them travels as one message: what is larger than
   * `messageBytesMax` of the system allows is a dead letter.
   */
  readonly registrationsPerKeyMax?: number;
  /** Subscriptions under all keys together; default 1 000. Each gets a message for each change of its key. */
  readonly subscriptionsMax?: number;
}

/** Who is registered under a key, in the order of registration. */
export interface Listing<P extends Protocol = Protocol> {
  readonly key: string;
  readonly refs: readonly ActorRef<P>[];
}

/** What a subscriber must understand. */
export type ListingProtocol<P extends Protocol = Protocol> = { listing: Listing<P> };

/** Whether there was room, and if not, why. */
export type Admission =
  | { readonly admitted: true }
  | { readonly admitted: false; readonly why: 'taken'; readonly holder: ActorAddress }
  | { readonly admitted: false; readonly why: 'full'; readonly bound: string; readonly max: number };

/** What a receptionist understands. {@link Receptionist} says it with types. */
export type ReceptionistProtocol = {
  register: Ask<{ readonly key: string; readonly ref: ActorRef; readonly unique: boolean }, Admission>;
  /** Answers whether it was registered. */
  unregister: Ask<{ readonly key: string; readonly ref: ActorRef }, boolean>;
  find: Ask<{ readonly key: string }, readonly ActorRef[]>;
  subscribe: Ask<{ readonly key: string; readonly ref: ActorRef }, Admission>;
  /** Answers whether it was subscribed. */
  unsubscribe: Ask<{ readonly key: string; readonly ref: ActorRef }, boolean>;
};

interface State {
  readonly bounds: Required<ReceptionistBounds>;
  readonly services: KeyedRefs;
  readonly subscribers: KeyedRefs;
  /** Keys that their one holder wants alone. */
  readonly unique: Set<string>;
}

/**
 * Knows actors by key. Whom it knows it watches: an actor that ends, or whose shard is lost, is forgotten, and one
 * that lives again registers again, best in its `initial`. A key changes hands only here, one message at a time.
 */
export const receptionist: ActorDefinition<ReceptionistProtocol, ReceptionistBounds | undefined> =
  defineActor<ReceptionistProtocol>()({
    name: 'receptionist',
    initial: (given: ReceptionistBounds | undefined): State => {
      const bounds = resolveBounds(given);
      const { registrationsMax, registrationsPerKeyMax, subscriptionsMax } = bounds;
      return {
        bounds,
        services: new KeyedRefs({ totalMax: registrationsMax, perKeyMax: registrationsPerKeyMax }),
        subscribers: new KeyedRefs({ totalMax: subscriptionsMax, perKeyMax: subscriptionsMax }),
        unique: new Set(),
      };
    },
    receive: {
      register: (state, { key, ref, unique }, context) => {
        const [holder] = state.services.under(key).filter(({ address }) => address.id !== ref.address.id);
        if (holder !== undefined && (unique || state.unique.has(key))) {
          context.reply({ admitted: false, why: 'taken', holder: holder.address });
          return;
        }
        const outcome = state.services.add(key, ref);
        if (outcome === 'totalMax' || outcome === 'perKeyMax') {
          const bound = outcome === 'totalMax' ? 'registrationsMax' : 'registrationsPerKeyMax';
          context.reply({ admitted: false, why: 'full', bound, max: state.bounds[bound] });
          return;
        }
        if (unique) state.unique.add(key);
        context.watch(ref);
        context.reply({ admitted: true });
        if (outcome === 'added') announce(state, key);
      },
      unregister: (state, { key, ref }, context) => {
        const removed = state.services.remove(key, ref.address.id);
        context.reply(removed);
        if (!removed) return;
        announce(state, key);
        unwatchStranger(state, ref, context);
      },
      find: (state, { key }, context) => context.reply(state.services.under(key)),
      subscribe: (state, { key, ref }, context) => {
        const outcome = state.subscribers.add(key, ref);
        if (outcome === 'totalMax' || outcome === 'perKeyMax') {
          const max = state.bounds.subscriptionsMax;
          context.reply({ admitted: false, why: 'full', bound: 'subscriptionsMax', max });
          return;
        }
        context.watch(ref);
        context.reply({ admitted: true });
        tell(ref, key, state.services.under(key));
      },
      unsubscribe: (state, { key, ref }, context) => {
        const removed = state.subscribers.remove(key, ref.address.id);
        context.reply(removed);
        if (removed) unwatchStranger(state, ref, context);
      },
    },
    terminated: (state, { address }) => {
      state.subscribers.removeEverywhere(address.id);
      for (const key of state.services.removeEverywhere(address.id)) announce(state, key);
    },
  });

/** Who is registered under a key has changed. */
function announce({ services, subscribers, unique }: State, key: string): void {
  const refs = services.under(key);
  if (refs.length === 0) unique.delete(key);
  for (const subscriber of subscribers.under(key)) tell(subscriber, key, refs);
}

function tell(subscriber: ActorRef, key: string, refs: readonly ActorRef[]): void {
  subscriber.send({ type: 'listing', key, refs });
}

/** Lets go of an actor that is under no key any more. */
function unwatchStranger({ services, subscribers }: State, ref: ActorRef, context: ActorContext): void {
  const { id } = ref.address;
  if (!services.has(id) && !subscribers.has(id)) context.unwatch(ref);
}

/** Fills in defaults. @throws InvalidOptionError */
export function resolveBounds(given: ReceptionistBounds = {}): Required<ReceptionistBounds> {
  const bounds = {
    registrationsMax: 10_000,
    registrationsPerKeyMax: 256,
    subscriptionsMax: 1_000,
    ...given,
  };
  for (const [name, max] of Object.entries(bounds))
    if (!(Number.isInteger(max) && max >= 1))
      throw new InvalidOptionError(name, max, 'a count of at least 1');
  return bounds;
}
