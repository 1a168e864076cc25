/** A belief of which only the most probable states are told apart. */
export interface CompressedBelief {
  /** The belief that is kept, `[S]`, probability. */
  readonly belief: Float64Array;
  /** Mass that was spread evenly over the states that are not listed, probability. */
  readonly spread: number;
}

/** The least that a state has that is not impossible; the kernels' own bound. */
const PROBABILITY_MIN = 1e-30;

/**
 * Keeps the most probable states of a belief, of equals the first, and spreads the mass of the others over them
 * evenly. The result is at most `spread` away from the belief, in total variation.
 *
 * @param slotCount states that are listed at most, count, at least 1
 * @param threshold states less probable than this are not listed, probability; where all fit it has no effect
 */
export function compressBelief(belief: Float64Array, slotCount: number, threshold: number): CompressedBelief {
  if (slotCount >= belief.length) return { belief: belief.slice(), spread: 0 };
  const listed = Array.from(belief.keys())
    .filter((state) => belief[state]! >= threshold)
    .sort((a, b) => belief[b]! - belief[a]! || a - b)
    .slice(0, slotCount);
  const isListed = new Set(listed);
  let spread = 0;
  for (let state = 0; state < belief.length; state++) if (!isListed.has(state)) spread += belief[state]!;
  const background = spread > 0 ? Math.max(spread / (belief.length - listed.length), PROBABILITY_MIN) : 0;
  return {
    belief: belief.map((probability, state) => (isListed.has(state) ? probability : background)),
    spread,
  };
}
