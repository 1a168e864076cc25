import type { ActorAddress } from '../actor/address.js';
import type { TerminatedNotice } from '../actor/definition.js';

/**
 * Lifecycle news between actors and the kernel. Signals overtake mail, are never refused, and are not
 * envelopes: they are not counted. `to` is the id of the actor concerned, on the shard that receives the
 * signal.
 */
export type Signal =
  | { readonly kind: 'spawn'; readonly to: number; readonly spawn: SpawnOrder }
  /** To a shard that is back: no order before that of the id `to` is still on its way to it from the sending shard. */
  | { readonly kind: 'orders-sent'; readonly to: number }
  | {
      readonly kind: 'stop';
      readonly to: number;
      readonly now: boolean;
      readonly deadlineMs: number;
      /** The actor itself asks for it. */
      readonly own?: boolean;
    }
  | { readonly kind: 'restart'; readonly to: number }
  /** From its supervisor: end this life in good order, and wait before the next one. */
  | { readonly kind: 'halt'; readonly to: number }
  /** From its supervisor: begin the next life now. */
  | { readonly kind: 'revive'; readonly to: number }
  /** From `failed`: a supervisor's verdict. From `suspended`: the end of a suspension. */
  | { readonly kind: 'resume'; readonly to: number; readonly from: 'failed' | 'suspended' }
  | { readonly kind: 'suspend'; readonly to: number }
  | {
      readonly kind: 'child-failed';
      readonly to: number;
      readonly child: number;
      readonly error: unknown;
      /** The life that failed had not come to anything: see `FRUITLESS_RESTARTS_MAX`. */
      readonly fruitless: boolean;
    }
  /** A child's life has ended in good order, and it waits; `own`: because it asked for its own stop. */
  | {
      readonly kind: 'child-halted';
      readonly to: number;
      readonly child: number;
      readonly own: boolean;
      /** It had asked for its own stop in `initial`. */
      readonly fruitless: boolean;
    }
  /** A child that had waited lives again. */
  | { readonly kind: 'child-revived'; readonly to: number; readonly child: number }
  | { readonly kind: 'child-terminated'; readonly to: number; readonly child: number }
  | { readonly kind: 'link'; readonly to: number; readonly peer: ActorAddress }
  | { readonly kind: 'unlink'; readonly to: number; readonly peer: number }
  | {
      readonly kind: 'link-broken';
      readonly to: number;
      readonly peer: ActorAddress;
      readonly error: unknown;
    }
  | { readonly kind: 'watch'; readonly to: number; readonly watcher: number; readonly watcherShard: number }
  | { readonly kind: 'unwatch'; readonly to: number; readonly watcher: number }
  | { readonly kind: 'terminated'; readonly to: number; readonly notice: TerminatedNotice };

/** Everything another shard needs to start an actor. */
export interface SpawnOrder {
  readonly path: string;
  readonly definition: string;
  readonly args: unknown;
  readonly parent: ActorAddress;
  /** Its restart type is `permanent`: see `ActorCell`. */
  readonly permanent: boolean;
}
