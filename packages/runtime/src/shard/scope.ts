import { AsyncLocalStorage } from 'node:async_hooks';
import type { ActorCell } from './actor-cell.js';
import type { AsyncCall } from './async-call.js';
import type { Shard } from './shard.js';

/**
 * On whose behalf code runs: one life of one actor and, inside an async handler, one call. Node carries it
 * through every await, so that a send, and also a rejection that nobody handles, can be put down to its
 * actor.
 */
export interface Scope {
  readonly shard: Shard;
  readonly cell: ActorCell;
  readonly incarnation: number;
  readonly call: AsyncCall | undefined;
}

/** A channel of Node, not a state of ours: what is read from it was put there by the running turn. */
export const scopes: AsyncLocalStorage<Scope | undefined> = new AsyncLocalStorage<Scope | undefined>();

/** Runs what belongs to no actor although an actor's turn may have caused it. */
export function outsideActors<T>(run: () => T): T {
  return scopes.run(undefined, run);
}
