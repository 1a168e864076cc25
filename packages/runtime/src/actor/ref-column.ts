import { type ActorRef, placesOf, type RefHost } from './actor-ref.js';
import { type ActorAddress, generationOf, isOrdered, slotOf } from './address.js';
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

  /** Where an actor stands, also one that has gone, index; -1 if it does not. */
  indexOf({ id }: ActorAddress): number {
    const { refs, slots, generations, host } = this;
    const isPlaced = !isOrdered(id);
    const [slot, generation] = [slotOf(id), generationOf(id)];
    for (let i = 0; i < refs.length; i++) {
      if (isPlaced && slots[i] !== 0) {
        // By place, as an address would have to be made of each.
        if (slots[i] === slot && generations[i] === generation && host!.addressOf(slot, generation).id === id)
          return i;
      } else if (refs[i]?.address.id === id) return i;
    }
    return -1;
  }

  get length(): number {
    return this.refs.length;
  }
}
