/** Where actors find what all of a shard have in common. */
export interface ShardLocals {
  /**
   * What `build` made the first time that `key` was asked for on this shard: for what its actors share and
   * none of them changes. Not shared between systems, and made anew when the shard's thread is replaced.
   */
  shardLocal<T>(key: object, build: () => T): T;
}

/** The locals of one shard. */
export class Locals implements ShardLocals {
  readonly #values = new WeakMap<object, unknown>();

  shardLocal<T>(key: object, build: () => T): T {
    if (!this.#values.has(key)) this.#values.set(key, build());
    return this.#values.get(key) as T;
  }
}
