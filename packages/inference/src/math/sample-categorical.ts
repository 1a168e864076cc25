/** What was drawn, and what is left of the randomness. */
export interface CategoricalDraw {
  readonly index: number;
  /** Uniform on [0, 1) again and independent of `index`: good for one more draw. */
  readonly remainder: number;
}

/**
 * Draws from a distribution by inverting its cumulative sum.
 *
 * Where the uniform number falls inside the chosen interval is itself uniform, so one number serves several
 * draws; each costs the entropy of its distribution out of 52 bits.
 *
 * @param distribution [n], probability; sums to 1
 * @param uniform      in [0, 1)
 */
export function sampleCategorical(distribution: Float64Array, uniform: number): CategoricalDraw {
  let lower = 0;
  let last = 0;
  for (let index = 0; index < distribution.length; index++) {
    const probability = distribution[index]!;
    if (probability === 0) continue;
    if (uniform < lower + probability) {
      // Rounding may push the quotient to 1 or a hair below 0; both ends must stay inside [0, 1).
      const remainder = (uniform - lower) / probability;
      return { index, remainder: Math.min(Math.max(remainder, 0), 1 - Number.EPSILON) };
    }
    lower += probability;
    last = index;
  }
  // The sum fell short of 1 by rounding and the number landed in the gap: the last possible outcome owns it.
  return { index: last, remainder: 0 };
}
