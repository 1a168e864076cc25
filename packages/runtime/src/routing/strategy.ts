/** What a strategy may know of a router's pool. Positions count the routees in service, from 0. */
export interface PoolView {
  /**
   * The slots of the routees in service, ascending; never empty. A slot outlives its routee: a replacement
   * takes it over. The array is a new one whenever the pool has changed.
   */
  readonly slots: readonly number[];
  /**
   * Messages that the routee at a position has before it, count, as `context.mailboxDepth` says it: 0 for one on another
   * shard than the router's, which cannot be looked into.
   */
  depthOf(position: number): number;
  /** The next number of the router's own random stream, in [0, 1). */
  random(): number;
}

/** Names the position of the routee that gets a message. Called once a message, in order. */
export type ChooseRoutee = (message: { readonly type: string }, pool: PoolView) => number;

/** Each message goes to one routee. */
export interface OneRouteeStrategy {
  readonly to: 'one';
  /** Begins one life of one router: what a choice must remember lives in what this returns. */
  readonly start: () => ChooseRoutee;
}

/** Which routees of a router get a message. */
export type RoutingStrategy = OneRouteeStrategy | { readonly to: 'all' } | { readonly to: 'first' };
