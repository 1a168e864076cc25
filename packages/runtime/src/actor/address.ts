/**
 * Where an actor is, as plain data: it may travel in messages, be compared and be logged.
 *
 * An address stays valid through restarts, also when the thread of its shard is replaced. It is never used
 * again for another actor.
 */
export interface ActorAddress {
  /** Names from the root, as in `/fleet/scout-3`. `#<id>` where only the number is known. */
  readonly path: string;
  /** Unique in the system: see `actorId`. */
  readonly id: number;
  /** The shard that the actor lives on. */
  readonly shard: number;
}

/** Most shards a system can have, count. */
export const SHARD_COUNT_MAX = 4096;

/** The id that stands for nobody: a sender outside of all actors. */
export const NOBODY = 0;

/**
 * Ids are made by the spawning shard alone, so that `spawn` needs no round trip: a count of that shard's
 * spawns, and the shard. They are safe integers, and those of one origin grow.
 */
export function actorId(originShard: number, spawnCount: number): number {
  return spawnCount * SHARD_COUNT_MAX + originShard;
}

/** The shard that made an id. The actor may live on another. */
export function originOf(id: number): number {
  return id % SHARD_COUNT_MAX;
}

/** The path for an actor of which only the id came along. */
export function pathOfId(id: number): string {
  return `#${id}`;
}
