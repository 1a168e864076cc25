import type { ActorAddress } from '../actor/address.js';
import type { RunnableDefinition } from '../actor/definition.js';
import { ORDINAL, PARENT, ROLE } from '../kernel/actor-record.js';
import { columnOf, pageOf } from '../kernel/actor-table.js';
import type { RestartType, Sibling } from '../supervision/strategy.js';
import type { Shard } from './shard.js';

/** What `spawn` was told about how a child ends. */
export interface ChildTerms {
  readonly restart: RestartType;
  /** How long a draining stop by its supervisor may take, ms. */
  readonly shutdownMs: number;
}

/** What a supervisor keeps of a child that lives elsewhere, has terms of its own, or has failed. */
export interface ChildRecord extends Sibling, ChildTerms {
  readonly address: ActorAddress;
  /** Its supervisor. */
  readonly parent: ActorAddress;
  /** Its place among the children of its supervisor's present life. */
  readonly ordinal: number;
  /** As given to `spawn`; undefined for one that was named by default. */
  readonly name: string | undefined;
  readonly definition: RunnableDefinition;
  /** As given to `spawn`: a lost child is built from them again. */
  readonly args: unknown;
  /** Restarts in a row, for the backoff. */
  attempts: number;
  /** Those of them, right before this one, that came to nothing. */
  fruitless: number;
  /** When it was last started, ms. */
  startedMs: number;
  /** A restart that waits for its backoff: a timer, or 0. */
  restartTimer: number;
  /** It has failed, and nothing was done about it: its supervisor escalated, or was itself out of service. */
  failed: boolean;
  /** Its backoff ended while its supervisor was itself out of service. */
  restartDue: boolean;
  /** Its shard is gone, and it with it. */
  lost: boolean;
  /** One life has ended in good order, and the next waits for its supervisor's word. */
  held: boolean;
}

/** The record of a child that has just started. Field by field: of records that were copied and added to, V8 would take each for another kind. */
export function newChildRecord(
  child: Pick<
    ChildRecord,
    'address' | 'parent' | 'ordinal' | 'name' | 'definition' | 'args' | 'startedMs' | 'restart' | 'shutdownMs'
  >,
): ChildRecord {
  const { address, parent, ordinal, name, definition, args, startedMs, restart, shutdownMs } = child;
  return {
    address,
    parent,
    ordinal,
    name,
    definition,
    args,
    restart,
    shutdownMs,
    startedMs,
    attempts: 0,
    fruitless: 0,
    restartTimer: 0,
    failed: false,
    restartDue: false,
    lost: false,
    held: false,
  };
}

/** What a supervisor keeps of a child of its own; made if the child lives here and has none. */
export function childRecordOf(
  shard: Shard,
  parent: number,
  childId: number,
  terms?: ChildTerms,
): ChildRecord | undefined {
  const { table } = shard;
  const cell = shard.cellOf(parent);
  const known = cell.children?.get(childId);
  if (known !== undefined) return known;
  const child = shard.resolve(childId);
  if (child === 0 || table.get(child, PARENT) !== parent) return undefined;
  const { restart, shutdownMs } = terms ?? { restart: 'transient', shutdownMs: shard.stopDeadlineMs };
  const record = newChildRecord({
    restart,
    shutdownMs,
    address: shard.addressOf(child),
    parent: shard.addressOf(parent),
    ordinal: table.get(child, ORDINAL),
    name: table.names[pageOf(child)]![columnOf(child)],
    definition: shard.roles.all[table.get(child, ROLE)]!.definition,
    args: table.args[pageOf(child)]![columnOf(child)],
    startedMs: shard.clock.now(),
  });
  cell.children ??= new Map();
  cell.children.set(childId, record);
  return record;
}
