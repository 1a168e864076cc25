/** Most slots a ring can tell apart, count. */
export const SLOT_COUNT_MAX = 1024;

/** Most points a slot can have on a ring, count. */
export const VIRTUAL_NODES_MAX = 1024;

/**
 * Consistent hashing: a circle of 2^32 places on which each slot has some points, and a key belongs to the
 * first point at its own place or after. Taking a slot away moves the keys of that slot, and no others.
 *
 * ```
 *      0 ── point of 2 ──── key ──▶ point of 0 ──── point of 2 ── point of 1 ── 2^32
 *      ▲                                                                         │
 *      └─────────────────────────────────────────────────────────────────────────┘
 * ```
 *
 * @see Karger et al. (1997), Consistent hashing and random trees
 */
export class HashRing {
  /** Ascending; each is `place * SLOT_COUNT_MAX + slot`, an integer below 2^42, hence exact. */
  readonly #points: Float64Array;

  /**
   * @param slots different ones, each below {@link SLOT_COUNT_MAX}, at least one
   * @param virtualNodes points a slot, from 1 to {@link VIRTUAL_NODES_MAX}
   */
  constructor(slots: readonly number[], virtualNodes: number) {
    this.#points = new Float64Array(slots.length * virtualNodes);
    let end = 0;
    for (const slot of slots)
      for (let node = 0; node < virtualNodes; node++)
        this.#points[end++] = mix(slot * VIRTUAL_NODES_MAX + node) * SLOT_COUNT_MAX + slot;
    this.#points.sort();
  }

  /** The slot to which a place belongs. @param place an integer in [0, 2^32): the hash of a key */
  slotAt(place: number): number {
    const sought = place * SLOT_COUNT_MAX;
    let low = 0;
    let high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#points[middle]! < sought) low = middle + 1;
      else high = middle;
    }
    return this.#points[low === this.#points.length ? 0 : low]! % SLOT_COUNT_MAX;
  }
}

/**
 * Spreads 32 bits over 32 bits, one to one, so that different points never meet: the finalizer of MurmurHash3,
 * by Austin Appleby, which is in the public domain.
 */
function mix(word: number): number {
  let bits = word;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
