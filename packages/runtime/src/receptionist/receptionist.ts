import type { ActorRef } from '../actor/actor-ref.js';
import type { Protocol } from '../actor/protocol.js';
import { KeyTakenError, ReceptionistFullError } from '../errors.js';
import type { ActorSystem } from '../system/actor-system.js';
import {
  type Admission,
  type ListingProtocol,
  type ReceptionistBounds,
  type ReceptionistProtocol,
  receptionist,
  resolveBounds,
} from './receptionist-actor.js';
import type { ServiceKey } from './service-key.js';

/** How long a receptionist may take to answer unless told otherwise, ms. */
const DEADLINE_MS = 5000;

/** How to register. */
export interface RegisterOptions {
  /**
   * Hold the key alone: refused while another actor holds it, and while it is held others are refused. It is free
   * again when its holder unregisters or ends. Default false: share the key.
   */
  readonly unique?: boolean;
}

/**
 * The way to a receptionist, from outside or from within an actor. Its `ref` travels in arguments and messages.
 *
 * Everything here is a question to an actor: it also rejects with what {@link ActorRef.ask} rejects with.
 *
 * @example
 * // in an actor whose arguments are { desk: ActorRef<ReceptionistProtocol> }; if it cannot register, it fails
 * initial: ({ desk }, context) => void new Receptionist(desk).register(weatherDesks, context.self),
 */
export class Receptionist {
  readonly ref: ActorRef<ReceptionistProtocol>;
  readonly #options: { readonly deadlineMs: number };

  /** @param deadlineMs longest wait for each answer, ms; default 5 000 */
  constructor(ref: ActorRef<ReceptionistProtocol>, deadlineMs: number = DEADLINE_MS) {
    this.ref = ref;
    this.#options = { deadlineMs };
  }

  /**
   * Makes an actor known under a key until it ends. To do it again changes nothing, but may make it `unique`.
   *
   * @throws KeyTakenError another actor holds the key, and one of the two wants it alone
   * @throws ReceptionistFullError there are as many registrations as there may be
   */
  async register<P extends Protocol>(
    key: ServiceKey<P>,
    ref: ActorRef<P>,
    { unique = false }: RegisterOptions = {},
  ): Promise<void> {
    const question = { type: 'register', key: key.name, ref: untyped(ref), unique } as const;
    check(key, await this.ref.ask(question, this.#options));
  }

  /** Takes a registration back. False when there was none. */
  unregister<P extends Protocol>(key: ServiceKey<P>, ref: ActorRef<P>): Promise<boolean> {
    return this.ref.ask({ type: 'unregister', key: key.name, ref: untyped(ref) }, this.#options);
  }

  /** Who is registered under a key, in the order of registration. */
  async find<P extends Protocol>(key: ServiceKey<P>): Promise<readonly ActorRef<P>[]> {
    const refs = await this.ref.ask({ type: 'find', key: key.name }, this.#options);
    return refs as readonly ActorRef<Protocol>[] as readonly ActorRef<P>[];
  }

  /**
   * Tells an actor, by `listing`, who is registered under a key: now, and after each change until it ends.
   *
   * @throws ReceptionistFullError there are as many subscriptions as there may be
   */
  async subscribe<P extends Protocol>(
    key: ServiceKey<P>,
    subscriber: ActorRef<ListingProtocol<P>>,
  ): Promise<void> {
    const question = { type: 'subscribe', key: key.name, ref: untyped(subscriber) } as const;
    check(key, await this.ref.ask(question, this.#options));
  }

  /** Takes a subscription back. False when there was none. */
  unsubscribe<P extends Protocol>(
    key: ServiceKey<P>,
    subscriber: ActorRef<ListingProtocol<P>>,
  ): Promise<boolean> {
    return this.ref.ask({ type: 'unsubscribe', key: key.name, ref: untyped(subscriber) }, this.#options);
  }
}

/**
 * Starts a receptionist on the main shard, which is never lost. {@link RECEPTIONIST_MODULE} must be among the modules
 * of the system.
 *
 * @throws InvalidOptionError for a bound below 1
 * @throws UnknownDefinitionError, DuplicateNameError, SystemStoppedError as `system.spawn` does
 */
export function spawnReceptionist(
  system: ActorSystem,
  bounds: ReceptionistBounds = {},
  name = 'receptionist',
): Receptionist {
  return new Receptionist(system.spawn(receptionist, resolveBounds(bounds), { name, shard: 0 }));
}

/** The receptionist holds refs of any protocol; a key says which. */
function untyped<P extends Protocol>(ref: ActorRef<P>): ActorRef {
  return ref as ActorRef<never> as ActorRef;
}

function check(key: ServiceKey<never>, admission: Admission): void {
  if (admission.admitted) return;
  if (admission.why === 'taken') throw new KeyTakenError(key.name, admission.holder);
  throw new ReceptionistFullError(key.name, admission.bound, admission.max);
}
