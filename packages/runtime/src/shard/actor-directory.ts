import {
  type ActorAddress,
  generationOf,
  isOrdered,
  NOBODY,
  originOf,
  pathOfId,
  placedId,
  slotOf,
} from '../actor/address.js';
import * as record from '../kernel/actor-record.js';
import { ActorTable, columnOf, pageOf } from '../kernel/actor-table.js';
import { Roles } from '../kernel/role.js';
import type { DefinitionRegistry } from '../system/definition-registry.js';
import type { LedgerRow } from '../system/ledger.js';
import { ActorCell } from './actor-cell.js';
import { defaultName } from './default-name.js';

// See `local-post.ts`.
const { BLOCKED, GENERATION, INCARNATION, ORDERED_HERE, ORDINAL, PARENT, ROLE, STATUS } = record;

/**
 * The actors that live on one shard: who is in which slot, where its path and its supervisor are, and what is kept of it beside
 * its record. Of most actors that is nothing: their paths are made from the tree when they are asked for.
 */
export class ActorDirectory {
  readonly index: number;
  readonly table: ActorTable<ActorCell>;
  readonly roles: Roles;
  /** Actors that other shards ordered: slots by id. */
  readonly #ordered: Map<number, number>;

  constructor(index: number, row: LedgerRow, registry: DefinitionRegistry) {
    this.index = index;
    this.table = new ActorTable(row);
    this.roles = new Roles(registry, this.table);
    this.#ordered = new Map();
  }

  /** The slot of an actor that lives here; 0 if none of that id does. */
  resolve(id: number): number {
    if (isOrdered(id)) return this.#ordered.get(id) ?? 0;
    const slot = slotOf(id);
    return originOf(id) === this.index && this.table.isAlive(slot, generationOf(id)) ? slot : 0;
  }

  /** The id of the actor in a slot, or of one that was there. */
  idOf(slot: number, generation: number = this.generationOf(slot)): number {
    const status = this.table.get(slot, STATUS);
    return (status & ORDERED_HERE) !== 0 && this.generationOf(slot) === generation
      ? this.cellOf(slot).address!.id
      : placedId(this.index, slot, generation);
  }

  /** The address of the actor in a slot, or of one that was there, whose path is lost. */
  addressOf(slot: number, generation: number = this.generationOf(slot)): ActorAddress {
    if (!this.table.isAlive(slot, generation)) {
      const id = placedId(this.index, slot, generation);
      return { path: pathOfId(id), id, shard: this.index };
    }
    const cell = this.peekCell(slot);
    if (cell?.address !== undefined) return cell.address;
    const id = placedId(this.index, slot, generation);
    const address = { path: this.#pathOf(slot), id, shard: this.index };
    if (cell !== undefined) cell.address = address;
    return address;
  }

  /** The address of an actor of which only the id and the shard came along; undefined for the world outside. */
  addressOfId(id: number, shard: number): ActorAddress | undefined {
    if (id === NOBODY) return undefined;
    const slot = this.resolve(id);
    return slot === 0 ? { path: pathOfId(id), id, shard } : this.addressOf(slot);
  }

  /** The address of the supervisor of the actor in a slot. */
  parentOf(slot: number): ActorAddress {
    const parent = this.table.get(slot, PARENT);
    return parent === 0 ? this.cellOf(slot).parent! : this.addressOf(parent);
  }

  #pathOf(slot: number): string {
    const parent = this.addressOf(this.table.get(slot, PARENT)).path;
    const { args, names } = this.table;
    const [page, column] = [pageOf(slot), columnOf(slot)];
    const { definition } = this.roles.all[this.table.get(slot, ROLE)]!;
    const ordinal = this.table.get(slot, ORDINAL);
    const name = names[page]![column] ?? defaultName(definition, args[page]![column], ordinal);
    return parent === '/' ? `/${name}` : `${parent}/${name}`;
  }

  generationOf(slot: number): number {
    return this.table.get(slot, GENERATION);
  }

  incarnationOf(slot: number): number {
    return this.table.get(slot, INCARNATION);
  }

  stateOf(slot: number): unknown {
    return this.table.states[pageOf(slot)]![columnOf(slot)];
  }

  /** What is kept of an actor beside its record, if anything. */
  peekCell(slot: number): ActorCell | undefined {
    return this.table.cells[pageOf(slot)]![columnOf(slot)];
  }

  /** The same, made if need be. */
  cellOf(slot: number): ActorCell {
    return this.peekCell(slot) ?? this.#putCell(slot);
  }

  /** Makes the cell of an actor whose addresses the tree here does not tell: an ordered one, or the root. */
  introduce(slot: number, address: ActorAddress, parent: ActorAddress): ActorCell {
    if (isOrdered(address.id)) this.#ordered.set(address.id, slot);
    return this.#putCell(slot, address, parent);
  }

  #putCell(slot: number, address?: ActorAddress, parent?: ActorAddress): ActorCell {
    const { definition } = this.roles.all[this.table.get(slot, ROLE)]!;
    const cell = new ActorCell(slot, this.generationOf(slot), definition, address, parent);
    this.table.put(this.table.cells, slot, cell);
    return cell;
  }

  /** All that there are. Those who have none have no children, watchers or parents elsewhere. */
  cells(): ActorCell[] {
    const cells: ActorCell[] = [];
    for (const page of this.table.cells)
      for (const cell of page)
        if (cell !== undefined && this.table.isAlive(cell.slot, cell.generation)) cells.push(cell);
    return cells;
  }

  /** An ordered actor goes: nothing leads to it by its id any more. */
  forgetOrdered(id: number): void {
    this.#ordered.delete(id);
  }

  /** Keeps the mail of an actor waiting, or ends that. */
  block(slot: number, blocked: boolean): void {
    const status = this.table.get(slot, STATUS);
    this.table.set(slot, STATUS, blocked ? status | BLOCKED : status & ~BLOCKED);
  }
}
