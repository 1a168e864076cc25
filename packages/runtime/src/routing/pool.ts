import type { ActorRef } from '../actor/actor-ref.js';
import type { Protocol } from '../actor/protocol.js';

/** One place in a pool, and who has it. */
export interface Routee<P extends Protocol> {
  /** Its number in the pool: the least that was free. */
  readonly slot: number;
  readonly ref: ActorRef<P>;
  /** Its shard is lost, and it has not come back yet. */
  away: boolean;
}

/** The routees of one router, in order of their slots, and what is on its way to each. */
export class Pool<P extends Protocol> {
  readonly #members = new Map<number, Routee<P>>();
  #candidates: readonly Routee<P>[] = [];
  #slots: readonly number[] = [];
  #inFlight = 0;

  /** Routees, also those that are away; count. */
  get size(): number {
    return this.#members.size;
  }

  /**
   * Those that a message may go to: the ones in service. When all are away, all of them: what is sent then
   * becomes a dead letter that tells why.
   */
  get candidates(): readonly Routee<P>[] {
    return this.#candidates;
  }

  /** The slots of the {@link candidates}; a new array whenever they change. */
  get slots(): readonly number[] {
    return this.#slots;
  }

  /** Questions to any of them, also to those that have left, that have not been settled; count. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** All routees, in order of their slots. */
  all(): readonly Routee<P>[] {
    return [...this.#members.values()].sort((a, b) => a.slot - b.slot);
  }

  /** The routee of that id; undefined when it is none, or not any more. */
  get(id: number): Routee<P> | undefined {
    return this.#members.get(id);
  }

  /** The least slot that nobody has. */
  freeSlot(): number {
    const taken = new Set([...this.#members.values()].map(({ slot }) => slot));
    let slot = 0;
    while (taken.has(slot)) slot++;
    return slot;
  }

  add(slot: number, ref: ActorRef<P>): void {
    this.#members.set(ref.address.id, { slot, ref, away: false });
    this.#update();
  }

  remove(routee: Routee<P>): void {
    if (this.#members.delete(routee.ref.address.id)) this.#update();
  }

  /** A routee goes away, or comes back. */
  setAway(routee: Routee<P>, away: boolean): void {
    routee.away = away;
    this.#update();
  }

  /** A question is on its way. */
  handedOn(): void {
    this.#inFlight++;
  }

  /** A question has been answered, or never will be. */
  acknowledged(): void {
    this.#inFlight--;
  }

  #update(): void {
    const all = this.all();
    const inService = all.filter(({ away }) => !away);
    this.#candidates = inService.length > 0 ? inService : all;
    this.#slots = this.#candidates.map(({ slot }) => slot);
  }
}
