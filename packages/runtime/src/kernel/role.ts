import type { ActorContext } from '../actor/context.js';
import type { AsyncHandler, OverflowRule, RunnableDefinition, SyncHandler } from '../actor/definition.js';
import type { Protocol } from '../actor/protocol.js';
import type { RowsHandler } from '../actor/rows.js';
import { MessageWeights } from '../mailbox/message-size.js';
import { keepingSnapshots } from '../shard/snapshots.js';
import type { DefinitionRegistry } from '../system/definition-registry.js';
import type { ActorTable } from './actor-table.js';
import { type AnyBatchHandler, BatchGroup } from './batch-group.js';
import { bareMail, type MailRun } from './mail-run.js';

export type AnySyncHandler = SyncHandler<Protocol, unknown, string>;
export type AnyAsyncHandler = AsyncHandler<Protocol, unknown, string>;
export type AnyRowsHandler = RowsHandler<Protocol, unknown, string, ActorContext>;
export type AnyHandler = AnySyncHandler | AnyAsyncHandler;

/** Classes of priority, in the order of their rank. */
export const CRITICAL = 0;
export const STANDARD = 1;
export const BATCH = 2;
/** Queues of the dispatcher from this on belong to one role each. */
export const FIRST_GROUP = 3;

/**
 * A definition as one shard runs it: message types are numbers, so that a message's handler is found by index. Number 0 stands for any type that the
 * definition does not know.
 */
export class Role {
  readonly index: number;
  /** The same on all shards: see `DefinitionRegistry.numberOf`. */
  readonly number: number;
  readonly definition: RunnableDefinition;
  readonly capacity: number;
  readonly overflow: OverflowRule;
  /** Many messages in a row may lie in one node: not where single ones may have to be dropped, or batched. */
  readonly takesRuns: boolean;
  /** Rows may lie in its mailboxes as they are. */
  readonly takesRows: boolean;
  /** Rows for those of its actors that are idle may wait outside of their mailboxes. */
  readonly scatters: boolean;
  /** Its actors have nothing to do at their end. */
  readonly endsPlainly: boolean;
  /** Its actors are told when a child has gone. */
  readonly hearsOfStops: boolean;
  /** The rank of its priority class. */
  readonly rank: number;
  /** The queue in which its ready actors stand: that of their class, by rank, or their group's own: {@link FIRST_GROUP} plus the role's index. */
  readonly queue: number;
  /** Of a role that has `receiveBatch`. */
  readonly group: BatchGroup | undefined;
  /** Handlers by behaviour and number of the type; behaviour 0 is `receive`. */
  readonly behaviors: readonly (readonly (AnyHandler | undefined)[])[];
  /** Of `receiveRows`, by number of the type; in force while behaviour 0 is. */
  readonly rowsHandlers: readonly (AnyRowsHandler | undefined)[];
  readonly weights: MessageWeights;
  readonly #types = new Map<string, number>();
  /** By number of the type: see {@link bareMail}. */
  readonly bare: readonly MailRun[];
  /** The type asked for last, and its number: most often that of the next message too. */
  lastType: string | undefined;
  lastNumber = 0;

  /** @throws TooManyActorsError for a group, whose stand-in takes a slot */
  constructor(index: number, number: number, definition: RunnableDefinition, table: ActorTable<unknown>) {
    this.index = index;
    this.number = number;
    this.definition = definition;
    this.capacity = definition.capacity;
    this.overflow = definition.overflow;
    const { stopped, release, childStopped } = definition.spec;
    this.hearsOfStops = childStopped !== undefined;
    this.endsPlainly = stopped === undefined && release === undefined && definition.passivation === undefined;
    this.rank = definition.rank;
    for (const type of definition.messageTypes) this.#types.set(type, this.#types.size + 1);
    const { receive, receiveBatch = {}, receiveRows = {}, behaviors = {} } = definition.spec;
    const byNumber = <Handler>(
      handlers: Readonly<Record<string, Handler>>,
      otherwise?: Handler,
    ): (Handler | undefined)[] => [
      otherwise,
      ...definition.messageTypes.map((type) => (Object.hasOwn(handlers, type) ? handlers[type] : undefined)),
    ];
    this.behaviors = [receive, ...definition.behaviorNames.map((name) => behaviors[name]!)].map((handlers) =>
      byNumber(handlers as Readonly<Record<string, AnyHandler>>, definition.otherwise).map((handler) =>
        handler === undefined ? undefined : keepingSnapshots(definition, handler),
      ),
    );
    this.rowsHandlers = byNumber(receiveRows as Readonly<Record<string, AnyRowsHandler>>).map(
      (handler) => handler && (keepingSnapshots(definition, handler as never) as never),
    );
    if (Object.keys(receiveBatch).length > 0) {
      this.group = new BatchGroup(index, byNumber<AnyBatchHandler>(receiveBatch), definition.batchMax, table);
      this.queue = FIRST_GROUP + index;
    } else {
      this.group = undefined;
      this.queue = definition.rank;
    }
    this.takesRows = definition.overflow !== 'drop-oldest'; // also the budget of bytes makes room so
    this.scatters =
      this.takesRows &&
      definition.passivation === undefined &&
      definition.capacity === Number.POSITIVE_INFINITY;
    this.takesRuns =
      this.takesRows && this.group === undefined && definition.capacity === Number.POSITIVE_INFINITY;
    this.bare = ['', ...definition.messageTypes].map(bareMail);
    this.weights = new MessageWeights(definition.messageTypes.length);
  }

  /** The number of a message type; 0 if the definition does not know it. */
  numberOf(type: string): number {
    if (type === this.lastType) return this.lastNumber;
    const number = this.#types.get(type) ?? 0;
    this.lastType = type;
    this.lastNumber = number;
    return number;
  }
}

/** The roles that one shard has actors of, each made when it is first needed. */
export class Roles {
  readonly all: Role[] = [];
  readonly #registry: DefinitionRegistry;
  readonly #table: ActorTable<unknown>;
  readonly #byDefinition = new Map<object, Role>();
  /** What was asked for last, which is most often asked for again. */
  #lastDefinition: object | undefined;
  #lastRole: Role | undefined;

  constructor(registry: DefinitionRegistry, table: ActorTable<unknown>) {
    this.#table = table;
    this.#registry = registry;
  }

  /** @throws UnknownDefinitionError for what no module of the system exports */
  checked(definition: { readonly name: string }): Role {
    if (definition === this.#lastDefinition) return this.#lastRole!;
    const role = this.#byDefinition.get(definition) ?? this.of(this.#registry.checked(definition));
    this.#lastDefinition = definition;
    this.#lastRole = role;
    return role;
  }

  /** @throws UnknownDefinitionError */
  named(name: string): Role {
    return this.of(this.#registry.named(name));
  }

  /** Also for one that is in no module, as the root's. */
  of(definition: RunnableDefinition): Role {
    let role = this.#byDefinition.get(definition);
    if (role === undefined) {
      role = new Role(this.all.length, this.#registry.numberOf(definition), definition, this.#table);
      this.all.push(role);
      this.#byDefinition.set(definition, role);
    }
    return role;
  }
}
