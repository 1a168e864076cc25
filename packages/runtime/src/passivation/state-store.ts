/**
 * Where the state of passivated actors is while they are away: the seam to a file, a database, or memory.
 *
 * Keys name actors, `<path>#<id>`, and are not used again in a system. Data is opaque, and the store's to keep. A method may
 * answer at once or with a promise; calls for one key are made one after another, except that a `delete` may follow a
 * `save` that has not answered within the definition's `storeDeadlineMs`. A store need not outlive its system: what an actor
 * leaves there is deleted when it comes back or stops, but not when its thread is lost.
 */
export interface StateStore {
  /** Keeps `data` under `key`, in place of what was there. What it throws, or rejects with, keeps the actor active. */
  save(key: string, data: Uint8Array): void | PromiseLike<void>;
  /** What was saved last; undefined if nothing was. What it throws, or rejects with, fails the actor. */
  load(key: string): Uint8Array | undefined | PromiseLike<Uint8Array | undefined>;
  /** Forgets `key`, if it is known. */
  delete(key: string): void | PromiseLike<void>;
}

/** What a store may know of the shard that it is made for. */
export interface StateStoreContext {
  /** The shard's index. */
  readonly shard: number;
  /** What the system was given as `extensions[name]`: a directory, an address. */
  extension(name: string): unknown;
}

/** Makes the store of one shard. Called once a shard; definitions that name the same function share its store. */
export type CreateStateStore = (context: StateStoreContext) => StateStore;
