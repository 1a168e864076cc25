/**
 * Where an actor is, as plain data: it may travel in messages, be compared and be logged.
 *
 * An address stays valid through restarts, also when the thread of its shard is replaced. It is never used
 * again for another actor.
 */
export interface ActorAddress {
  /**
   * Names from the root, as in `/fleet/scout~3`. Made when it is first read; `#<id>` where only the number is
   * known, as of an actor that had gone by then.
   */
  readonly path: string;
  /** Unique in the system: see `placedId`. */
  readonly id: number;
  /** The shard that the actor lives on. */
  readonly shard: number;
}

/*
 * An id is a safe integer of two kinds, made by the spawning shard alone, so that `spawn` needs no round trip:
 *
 *   placed here    | generation 19 | slot 23 | 0 | shard 10 |   where the actor is in its shard's table
 *   ordered        | count 42                | 1 | shard 10 |   the how-manieth order of that shard to another
 *
 * A slot is used again, with the next generation; when that would wrap the slot is retired. Ids that one shard
 * ordered grow, which tells an actor that is still on its way from one that is gone.
 */

/** Most shards a system can have, count. */
export const SHARD_COUNT_MAX = 1024;
/** Slots of one shard's table, count; slot 0 stands for nobody. */
export const SLOT_COUNT_MAX: number = 2 ** 23;
/** The last generation of a slot. */
export const GENERATION_MAX: number = 2 ** 19 - 1;

const ORDERED = SHARD_COUNT_MAX;
const SLOT_UNIT = SHARD_COUNT_MAX * 2;
const GENERATION_UNIT = SLOT_UNIT * SLOT_COUNT_MAX;

/** The id that stands for nobody: a sender outside of all actors. */
export const NOBODY = 0;

/** The id of an actor that its own shard spawned. */
export function placedId(shard: number, slot: number, generation: number): number {
  return generation * GENERATION_UNIT + slot * SLOT_UNIT + shard;
}

/** The id of an actor that one shard orders from another. */
export function orderedId(originShard: number, orderCount: number): number {
  return orderCount * SLOT_UNIT + ORDERED + originShard;
}

/** The shard that made an id. The actor may live on another only if it was ordered. */
export function originOf(id: number): number {
  return id % SHARD_COUNT_MAX;
}

export function isOrdered(id: number): boolean {
  return id % SLOT_UNIT >= ORDERED;
}

/** Of an ordered id. */
export function orderCountOf(id: number): number {
  return Math.floor(id / SLOT_UNIT);
}

/** Of a placed id. */
export function slotOf(id: number): number {
  return Math.floor(id / SLOT_UNIT) % SLOT_COUNT_MAX;
}

/** Of a placed id. */
export function generationOf(id: number): number {
  return Math.floor(id / GENERATION_UNIT);
}

/** The path for an actor of which only the id came along. */
export function pathOfId(id: number): string {
  return `#${id}`;
}
