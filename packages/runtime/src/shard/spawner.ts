import { type ActorAddress, actorId } from '../actor/address.js';
import type { SpawnOptions } from '../actor/context.js';
import type { RunnableDefinition } from '../actor/definition.js';
import { STOPPING } from '../actor/lifecycle.js';
import { DuplicateNameError, InvalidOptionError, StaleContextError } from '../errors.js';
import { ActorCell, type ChildRecord } from './actor-cell.js';
import type { Shard } from './shard.js';
import type { SpawnOrder } from './signals.js';

/** Starts actors: names and addresses them, here or on another shard, without waiting for anybody. */
export class Spawner {
  readonly #shard: Shard;
  #spread: number;

  constructor(shard: Shard) {
    this.#shard = shard;
    this.#spread = shard.index;
  }

  spawn(
    parent: ActorCell,
    definition: { readonly name: string },
    args: unknown,
    options: SpawnOptions = {},
  ): ActorAddress {
    if (parent.lifecycle >= STOPPING)
      throw new StaleContextError(
        parent.address.path,
        'spawn',
        'it is stopping',
        'Spawn children before the actor begins to stop.',
      );
    const checked = this.#shard.registry.checked(definition);
    const record = this.#record(parent, checked, args, options);
    if (record.address.shard === this.#shard.index) this.#create(record);
    else this.#order(record); // throws, with nothing done, when `args` cannot be encoded
    parent.children.set(record.address.id, record);
    parent.childNames.add(record.name);
    return record.address;
  }

  /** Starts a child again whose shard was lost: same address, new life. */
  respawn(record: ChildRecord): void {
    this.#order(record);
  }

  /** Another shard's order. */
  accept(id: number, order: SpawnOrder): void {
    const definition = this.#shard.registry.named(order.definition);
    const address = { path: order.path, id, shard: this.#shard.index };
    this.#admit(new ActorCell(address, order.parent, definition, order.args, this.#shard.budget));
  }

  /** The root of the tree, which nobody supervises. */
  createRoot(definition: RunnableDefinition, address: ActorAddress, nobody: ActorAddress): ActorCell {
    const cell = new ActorCell(address, nobody, definition, undefined, this.#shard.budget);
    this.#admit(cell);
    return cell;
  }

  #create(record: ChildRecord): void {
    const { address, parent, definition } = record;
    const args = this.#shard.post.strictCopy(record.args);
    this.#admit(new ActorCell(address, parent, definition, args, this.#shard.budget));
  }

  #order(record: ChildRecord): void {
    const { address, parent, definition, args } = record;
    const order = { path: address.path, definition: definition.name, args, parent };
    const sent = this.#shard.signals.send(address.shard, { kind: 'spawn', to: address.id, spawn: order });
    record.lost = !sent;
  }

  #admit(cell: ActorCell): void {
    this.#shard.admit(cell);
    this.#shard.dispatcher.offer(cell);
    this.#shard.wake();
  }

  #record(
    parent: ActorCell,
    definition: RunnableDefinition,
    args: unknown,
    options: SpawnOptions,
  ): ChildRecord {
    const name = this.#name(parent, definition, options.name);
    const root = parent.address.path === '/' ? '' : parent.address.path;
    const address = {
      path: `${root}/${name}`,
      id: actorId(this.#shard.index, this.#shard.row.add('spawnCount', 1)),
      shard: this.#place(parent, options.shard),
    };
    return {
      address,
      parent: parent.address,
      name,
      definition,
      args,
      attempts: 0,
      startedMs: this.#shard.clock.now(),
      restartTimer: undefined,
      failed: false,
      restartDue: false,
      lost: false,
    };
  }

  #name(parent: ActorCell, definition: RunnableDefinition, asked: string | undefined): string {
    if (asked === undefined) {
      let name: string;
      do name = `${definition.name}-${parent.childCount++}`;
      while (parent.childNames.has(name));
      return name;
    }
    if (!/^[\w.-]+$/.test(asked))
      throw new InvalidOptionError('name', asked, 'a name of letters, digits, "_", "-" and "."');
    if (parent.childNames.has(asked))
      throw new DuplicateNameError(`${parent.address.path === '/' ? '' : parent.address.path}/${asked}`);
    return asked;
  }

  #place(parent: ActorCell, asked: number | 'spread' | undefined): number {
    const { shardCount } = this.#shard;
    if (typeof asked === 'number') {
      if (!(Number.isInteger(asked) && asked >= 0 && asked < shardCount))
        throw new InvalidOptionError('shard', asked, `a shard from 0 to ${shardCount - 1}`);
      return asked;
    }
    if (shardCount === 1) return 0;
    if (asked === undefined && parent.address.path !== '/') return this.#shard.index;
    this.#spread = (this.#spread % (shardCount - 1)) + 1;
    return this.#spread;
  }
}
