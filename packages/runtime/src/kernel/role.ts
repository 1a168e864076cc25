import type { AsyncHandler, OverflowRule, RunnableDefinition, SyncHandler } from '../actor/definition.js';
import type { Protocol } from '../actor/protocol.js';
import { MessageWeights } from '../mailbox/message-size.js';
import { keepingSnapshots } from '../shard/snapshots.js';
import type { DefinitionRegistry } from '../system/definition-registry.js';

export type AnySyncHandler = SyncHandler<Protocol, unknown, string>;
export type AnyAsyncHandler = AsyncHandler<Protocol, unknown, string>;
export type AnyHandler = AnySyncHandler | AnyAsyncHandler;

/** Classes of priority, in the order of their rank. */
export const CRITICAL = 0;
export const STANDARD = 1;
export const BATCH = 2;

/**
 * A definition as one shard runs it: message types are numbers, so that a message's handler is found by index. Number 0 stands for any type that the
 * definition does not know.
 */
export class Role {
  readonly index: number;
  readonly definition: RunnableDefinition;
  readonly capacity: number;
  readonly overflow: OverflowRule;
  /** The rank of its priority class. */
  readonly rank: number;
  /** Handlers by behaviour and number of the type; behaviour 0 is `receive`. */
  readonly behaviors: readonly (readonly (AnyHandler | undefined)[])[];
  readonly weights: MessageWeights;
  readonly #types = new Map<string, number>();
  #lastType: string | undefined;
  #lastNumber = 0;

  constructor(index: number, definition: RunnableDefinition) {
    this.index = index;
    this.definition = definition;
    this.capacity = definition.capacity;
    this.overflow = definition.overflow;
    this.rank = definition.rank;
    for (const type of definition.messageTypes) this.#types.set(type, this.#types.size + 1);
    const { receive, behaviors = {} } = definition.spec;
    this.behaviors = [receive, ...definition.behaviorNames.map((name) => behaviors[name]!)].map(
      (handlers) => [
        undefined,
        ...definition.messageTypes.map((type) =>
          Object.hasOwn(handlers, type)
            ? keepingSnapshots(definition, handlers[type] as AnyHandler)
            : undefined,
        ),
      ],
    );
    this.weights = new MessageWeights(definition.messageTypes.length);
  }

  /** The number of a message type; 0 if the definition does not know it. */
  numberOf(type: string): number {
    if (type === this.#lastType) return this.#lastNumber;
    const number = this.#types.get(type) ?? 0;
    this.#lastType = type;
    this.#lastNumber = number;
    return number;
  }
}

/** The roles that one shard has actors of, each made when it is first needed. */
export class Roles {
  readonly all: Role[] = [];
  readonly #registry: DefinitionRegistry;
  readonly #byDefinition = new Map<object, Role>();

  constructor(registry: DefinitionRegistry) {
    this.#registry = registry;
  }

  /** @throws UnknownDefinitionError for what no module of the system exports */
  checked(definition: { readonly name: string }): Role {
    return this.#byDefinition.get(definition) ?? this.of(this.#registry.checked(definition));
  }

  /** @throws UnknownDefinitionError */
  named(name: string): Role {
    return this.of(this.#registry.named(name));
  }

  /** Also for one that is in no module, as the root's. */
  of(definition: RunnableDefinition): Role {
    let role = this.#byDefinition.get(definition);
    if (role === undefined) {
      role = new Role(this.all.length, definition);
      this.all.push(role);
      this.#byDefinition.set(definition, role);
    }
    return role;
  }
}
