import { isOrdered, orderCountOf, originOf } from '../actor/address.js';
import type { Envelope } from '../mailbox/envelope.js';
import type { Signal } from './signals.js';

/** Something for an actor that has not arrived yet. */
export type Held =
  | { readonly id: number; readonly envelope: Envelope }
  | { readonly id: number; readonly signal: Signal; readonly fromShard: number };

/**
 * Holds what comes for an actor before the actor's own spawn order has come.
 *
 * Shard A spawns an actor on shard B and sends its ref to C; C's message may reach B before A's order does,
 * for order holds within a pair of shards only. An ordered id tells its origin, and those of one origin grow, so B
 * knows: an id beyond the last one that came from its origin is still on its way, for its order was sent
 * before anybody could learn the id; any other unknown id is gone. What is held is bounded by what can pass
 * during the delay of one ring.
 */
export class Limbo {
  readonly #arrivedCounts: number[];
  readonly #held = new Map<number, Held[]>();

  /** @param orderCounts per origin: ids up to these were given out before this shard began to listen */
  constructor(orderCounts: readonly number[]) {
    this.#arrivedCounts = [...orderCounts];
  }

  /** Whether an unknown id may still arrive on shard `self`. */
  holds(id: number, self: number): boolean {
    const origin = originOf(id);
    return isOrdered(id) && origin !== self && orderCountOf(id) > (this.#arrivedCounts[origin] ?? 0);
  }

  keepEnvelope(id: number, envelope: Envelope): void {
    this.#keep({ id, envelope });
  }

  keepSignal(id: number, signal: Signal, fromShard: number): void {
    this.#keep({ id, signal, fromShard });
  }

  /** The actor is here: what was held for it, in the order it came. */
  arrived(id: number): readonly Held[] {
    const origin = originOf(id);
    this.#arrivedCounts[origin] = Math.max(this.#arrivedCounts[origin] ?? 0, orderCountOf(id));
    const held = this.#held.get(id) ?? [];
    this.#held.delete(id);
    return held;
  }

  /** Orders up to that of `id` are not on their way any more: what was held for those that have not come. */
  passed(id: number): readonly Held[] {
    const origin = originOf(id);
    this.#arrivedCounts[origin] = Math.max(this.#arrivedCounts[origin] ?? 0, orderCountOf(id));
    return this.#take((held) => originOf(held) === origin && held <= id);
  }

  /** A shard is lost: what was held for actors that it had ordered. */
  lost(origin: number): readonly Held[] {
    return this.#take((id) => originOf(id) === origin);
  }

  /** Everything that is held: the shard closes. */
  clear(): readonly Held[] {
    const all = [...this.#held.values()].flat();
    this.#held.clear();
    return all;
  }

  #take(matches: (id: number) => boolean): readonly Held[] {
    const taken: Held[] = [];
    for (const [id, held] of this.#held) {
      if (!matches(id)) continue;
      taken.push(...held);
      this.#held.delete(id);
    }
    return taken;
  }

  #keep(held: Held): void {
    const others = this.#held.get(held.id);
    if (others === undefined) this.#held.set(held.id, [held]);
    else others.push(held);
  }
}
