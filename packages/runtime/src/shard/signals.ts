import type { ActorAddress } from '../actor/address.js';
import type { TerminatedNotice } from '../actor/definition.js';

/**
 * Lifecycle news between actors and the kernel. Signals overtake mail, are never refused, and are not
 * envelopes: they are not counted. `to` is the id of the actor concerned, on the shard that receives the
 * signal.
 */
export type Signal =
  | { readonly kind: 'spawn'; readonly to: number; readonly spawn: SpawnOrder }
  | { readonly kind: 'stop'; readonly to: number; readonly now: boolean; readonly deadlineMs: number }
  | { readonly kind: 'restart'; readonly to: number }
  /** From `failed`: a supervisor's verdict. From `suspended`: the end of a suspension. */
  | { readonly kind: 'resume'; readonly to: number; readonly from: 'failed' | 'suspended' }
  | { readonly kind: 'suspend'; readonly to: number }
  | {
      readonly kind: 'child-failed';
      readonly to: number;
      readonly child: number;
      readonly error: unknown;
    }
  | { readonly kind: 'child-terminated'; readonly to: number; readonly child: number }
  | { readonly kind: 'watch'; readonly to: number; readonly watcher: number; readonly watcherShard: number }
  | { readonly kind: 'unwatch'; readonly to: number; readonly watcher: number }
  | { readonly kind: 'terminated'; readonly to: number; readonly notice: TerminatedNotice };

/** Everything another shard needs to start an actor. */
export interface SpawnOrder {
  readonly path: string;
  readonly definition: string;
  readonly args: unknown;
  readonly parent: ActorAddress;
}
