import { ActorRef } from '../actor/actor-ref.js';
import { type ActorAddress, orderedId } from '../actor/address.js';
import type { SpawnOptions } from '../actor/context.js';
import type { RunnableDefinition } from '../actor/definition.js';
import * as lifecycle from '../actor/lifecycle.js';
import { isName } from '../actor/name.js';
import { DuplicateNameError, InvalidOptionError, StaleContextError } from '../errors.js';
import * as record from '../kernel/actor-record.js';
import { offsetOf, pageOf } from '../kernel/actor-table.js';
import type { Role } from '../kernel/role.js';
import { livesAgain, RESTART_TYPES } from '../supervision/strategy.js';
import { LEDGER } from '../system/ledger.js';
import { type ChildRecord, type ChildTerms, childRecordOf, newChildRecord } from './child-record.js';
import { defaultName } from './default-name.js';
import type { Shard } from './shard.js';
import type { SpawnOrder } from './signals.js';

// See `local-post.ts`.
const {
  FIRST_CHILD,
  GENERATION,
  LAST_CHILD,
  LIFECYCLE_MASK,
  NEXT_SIBLING,
  ORDERED_HERE,
  ORDINAL,
  PARENT,
  PREVIOUS_SIBLING,
  ROLE,
  SPAWNED,
  STATUS,
} = record;
const { STOPPING } = lifecycle;

/** Starts actors: names and places them, here or on another shard, without waiting for anybody. */
export class Spawner {
  readonly #shard: Shard;
  #spread: number;

  constructor(shard: Shard) {
    this.#shard = shard;
    this.#spread = shard.index;
  }

  /** @throws UnknownDefinitionError, DuplicateNameError, InvalidOptionError, StaleContextError, TooManyActorsError */
  spawn(
    parent: number,
    definition: { readonly name: string },
    args: unknown,
    options: SpawnOptions | undefined,
  ): ActorRef {
    const shard = this.#shard;
    const { table } = shard;
    if ((table.get(parent, STATUS) & LIFECYCLE_MASK) >= STOPPING)
      throw new StaleContextError(
        shard.addressOf(parent).path,
        'spawn',
        'it is stopping',
        'Spawn children before the actor begins to stop.',
      );
    const role = shard.roles.checked(definition);
    const name = options?.name === undefined ? undefined : this.#checkedName(parent, options.name);
    const place = shard.shardCount === 1 && options === undefined ? 0 : this.#place(parent, options?.shard);
    const terms = options === undefined ? undefined : this.#terms(options);
    if (place !== shard.index) return this.#order(parent, role, args, name, place, terms);
    const slot = this.#create(role, shard.strictCopy(args), name);
    this.#adopt(parent, slot);
    if (name !== undefined) this.#keepName(parent, name);
    if (terms !== undefined) {
      childRecordOf(shard, parent, shard.idOf(slot), terms);
      if (livesAgain(terms.restart, 'own-stop')) shard.cellOf(slot).permanent = true;
    }
    shard.inspector?.spawned(slot);
    shard.dispatcher.offer(slot);
    shard.wake();
    // Whoever gives a name may want to read it, also when the actor has gone; other paths are made lazily.
    const address = name === undefined ? undefined : shard.addressOf(slot);
    return new ActorRef(shard.local, slot, table.get(slot, GENERATION), address);
  }

  /** Starts a child again whose thread was lost, under its old address. */
  respawn(record: ChildRecord): void {
    const { address, parent, definition, args } = record;
    const permanent = livesAgain(record.restart, 'own-stop');
    const order = { path: address.path, definition: definition.name, args, parent, permanent };
    record.lost = !this.#shard.signals.send(address.shard, { kind: 'spawn', to: address.id, spawn: order });
  }

  /** Starts an actor that another shard has ordered. */
  accept(id: number, { path, definition, args, parent, permanent }: SpawnOrder): void {
    const role = this.#shard.roles.named(definition);
    const slot = this.#create(role, args, undefined);
    const { table } = this.#shard;
    table.set(slot, STATUS, table.get(slot, STATUS) | ORDERED_HERE);
    this.#shard.introduce(slot, { path, id, shard: this.#shard.index }, parent).permanent = permanent;
    this.#shard.inspector?.spawned(slot);
    this.#shard.dispatcher.offer(slot);
    this.#shard.wake();
  }

  /** Starts the root of the tree, which no module exports. Returns its slot. */
  createRoot(definition: RunnableDefinition, nobody: ActorAddress): number {
    const shard = this.#shard;
    const slot = this.#create(shard.roles.of(definition), undefined, undefined);
    const id = shard.idOf(slot);
    shard.introduce(slot, { path: '/', id, shard: shard.index }, nobody);
    shard.dispatcher.offer(slot);
    return slot;
  }

  #create(role: Role, args: unknown, name: string | undefined): number {
    const { table, row } = this.#shard;
    const slot = table.allocate();
    table.pages[pageOf(slot)]![offsetOf(slot) + ROLE] = role.index;
    if (args !== undefined) table.put(table.args, slot, args);
    if (name !== undefined) table.put(table.names, slot, name);
    row.cells[LEDGER.actors]!++;
    return slot;
  }

  /** Links a child after its elder siblings. */
  #adopt(parent: number, child: number): void {
    const { pages } = this.#shard.table;
    const parentPage = pages[pageOf(parent)]!;
    const parentAt = offsetOf(parent);
    const page = pages[pageOf(child)]!;
    const at = offsetOf(child);
    const last = parentPage[parentAt + LAST_CHILD]!;
    page[at + PARENT] = parent;
    page[at + ORDINAL] = parentPage[parentAt + SPAWNED]!++;
    page[at + PREVIOUS_SIBLING] = last;
    if (last === 0) parentPage[parentAt + FIRST_CHILD] = child;
    else pages[pageOf(last)]![offsetOf(last) + NEXT_SIBLING] = child;
    parentPage[parentAt + LAST_CHILD] = child;
  }

  /** Throws, with nothing done, when `args` cannot be encoded. */
  #order(
    parentSlot: number,
    role: Role,
    args: unknown,
    name: string | undefined,
    place: number,
    terms: ChildTerms = { restart: 'transient', shutdownMs: this.#shard.stopDeadlineMs },
  ): ActorRef {
    const shard = this.#shard;
    const { table } = shard;
    const cell = shard.cellOf(parentSlot);
    const parent = shard.addressOf(parentSlot);
    const ordinal = table.get(parentSlot, SPAWNED);
    const root = parent.path === '/' ? '' : parent.path;
    const address = {
      path: `${root}/${name ?? defaultName(role.definition, args, ordinal)}`,
      id: orderedId(shard.index, shard.row.add('orderCount', 1)),
      shard: place,
    };
    const record = newChildRecord({
      restart: terms.restart,
      shutdownMs: terms.shutdownMs,
      address,
      parent,
      ordinal,
      name,
      definition: role.definition,
      args,
      startedMs: shard.clock.now(),
    });
    this.respawn(record);
    table.set(parentSlot, SPAWNED, ordinal + 1);
    cell.children ??= new Map();
    cell.children.set(address.id, record);
    if (name !== undefined) this.#keepName(parentSlot, name);
    return new ActorRef(shard.local, 0, 0, address);
  }

  #checkedName(parent: number, asked: string): string {
    if (!isName(asked))
      throw new InvalidOptionError('name', asked, 'a name of letters, digits, "_", "-" and "."');
    if (this.#shard.peekCell(parent)?.childNames?.has(asked)) {
      const { path } = this.#shard.addressOf(parent);
      throw new DuplicateNameError(`${path === '/' ? '' : path}/${asked}`);
    }
    return asked;
  }

  #keepName(parent: number, name: string): void {
    const cell = this.#shard.cellOf(parent);
    cell.childNames ??= new Set();
    cell.childNames.add(name);
  }

  /** Undefined for a child that ends as most do. */
  #terms(options: SpawnOptions): ChildTerms | undefined {
    if (options.restart === undefined && options.shutdownMs === undefined) return undefined;
    const { restart = 'transient', shutdownMs = this.#shard.stopDeadlineMs } = options;
    if (!RESTART_TYPES.includes(restart))
      throw new InvalidOptionError('restart', restart, `one of ${RESTART_TYPES.join(', ')}`);
    if (!(shutdownMs >= 0)) throw new InvalidOptionError('shutdownMs', shutdownMs, 'at least 0 ms');
    return { restart, shutdownMs };
  }

  #place(parent: number, asked: number | 'spread' | undefined): number {
    const { shardCount, index } = this.#shard;
    if (typeof asked === 'number') {
      if (!(Number.isInteger(asked) && asked >= 0 && asked < shardCount))
        throw new InvalidOptionError('shard', asked, `a shard from 0 to ${shardCount - 1}`);
      return asked;
    }
    if (shardCount === 1) return 0;
    if (asked === undefined && parent !== this.#shard.rootSlot) return index;
    this.#spread = (this.#spread % (shardCount - 1)) + 1;
    return this.#spread;
  }
}
