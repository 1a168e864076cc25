import { type ActorRef, placesOf, type RefHost } from './actor-ref.js';
import type { Protocol } from './protocol.js';

/**
 * Refs that rows are scattered to again and again: where their actors live is looked up once. It is of use on the shard that it was made
 * on, and does not travel in messages.
 */
export class RefColumn<P extends Protocol = Protocol> {
  /** Undefined where a row is for nobody. */
  readonly refs: readonly (ActorRef<P> | undefined)[];
  /** @internal On whose shard `slots` and `generations` name an actor, 0 for a ref of another; undefined if none does. */
  readonly host: RefHost | undefined;
  /** @internal */
  readonly slots: Int32Array;
  /** @internal */
  readonly generations: Int32Array;

  constructor(refs: readonly (ActorRef<P> | undefined)[]) {
    this.refs = [...refs];
    this.slots = new Int32Array(refs.length);
    this.generations = new Int32Array(refs.length);
    this.host = placesOf(refs as readonly (ActorRef | undefined)[], this.slots, this.generations);
  }

  get length(): number {
    return this.refs.length;
  }
}
