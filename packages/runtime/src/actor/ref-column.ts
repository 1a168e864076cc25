import { ActorRef, placesOf, type RefHost } from './actor-ref.js';
import { type ActorAddress, generationOf, isOrdered, slotOf } from './address.js';
import type { ColumnPart } from './column-part.js';
import type { Protocol } from './protocol.js';

const NONE: ReadonlyMap<number, never> = new Map<number, never>();
const NOBODY: readonly never[] = [];

/**
 * Refs that rows are scattered to again and again: where their actors live is looked up once. A ref of which that is all there is to know
 * is kept as two numbers. The column is of use on the shard that it was made on, and does not travel in messages.
 */
export class RefColumn<P extends Protocol = Protocol> {
  /** @internal On whose shard `slots` and `generations` name an actor; undefined if no actor lives there. */
  readonly host: RefHost | undefined;
  /** @internal 0 for nobody, and for a ref of another shard. */
  readonly slots: Int32Array;
  /** @internal */
  readonly generations: Int32Array;
  /** @internal Once its shard has been asked. */
  parts: readonly ColumnPart[] | undefined = undefined;
  /** @internal Those of other shards, by index. */
  readonly elsewhere: readonly (readonly [index: number, ref: ActorRef<P>])[];
  /** Whether there is a ref at every index. */
  readonly isFull: boolean;
  readonly length: number;
  /** By index: those of other shards, and those who know their address, which cannot be found again when the actor has gone. */
  readonly #kept: ReadonlyMap<number, ActorRef<P>>;

  /** @param refs undefined where a row is for nobody */
  constructor(refs: readonly (ActorRef<P> | undefined)[]) {
    const places = new Int32Array(2 * refs.length);
    this.slots = places.subarray(0, refs.length);
    this.generations = places.subarray(refs.length);
    const kept = new Map<number, ActorRef>();
    this.host = placesOf(refs as readonly (ActorRef | undefined)[], this.slots, this.generations, kept);
    this.#kept = kept.size === 0 ? NONE : (kept as Map<number, never>);
    const elsewhere = [...(this.#kept as ReadonlyMap<number, ActorRef<P>>)].filter(
      ([index]) => this.slots[index] === 0,
    );
    this.elsewhere = elsewhere.length === 0 ? NOBODY : elsewhere;
    this.isFull = !refs.includes(undefined);
    this.length = refs.length;
  }

  /** Whether there is a ref at an index. */
  has(index: number): boolean {
    return this.slots[index]! > 0 || this.#kept.has(index);
  }

  /** The ref at an index; undefined where there is none. */
  at(index: number): ActorRef<P> | undefined {
    const slot = this.slots[index]!;
    const kept = this.#kept.get(index);
    if (kept !== undefined || !(slot > 0)) return kept;
    return new ActorRef<P>(this.host!, slot, this.generations[index]!, undefined);
  }

  /** All of them, in a new array. */
  toArray(): (ActorRef<P> | undefined)[] {
    return Array.from({ length: this.length }, (_, index) => this.at(index));
  }

  /** Where an actor stands, also one that has gone unless another shard had ordered it, index; -1 if it does not. */
  indexOf({ id }: ActorAddress): number {
    if (!isOrdered(id)) {
      const [slot, generation] = [slotOf(id), generationOf(id)];
      const { slots, generations, host } = this;
      for (let i = 0; i < slots.length; i++)
        if (slots[i] === slot && generations[i] === generation && host!.addressOf(slot, generation).id === id)
          return i;
    }
    for (const [index, ref] of this.#kept) if (ref.address.id === id) return index;
    return isOrdered(id) ? this.toArray().findIndex((ref) => ref?.address.id === id) : -1;
  }
}
