import { type Combiner, type Numbers, numberAt } from './combiner.js';
import { addExactSums, type ExactSums, exactSumsOf, roundExactSums } from './exact-sum.js';

/** For each component Σ exp(x) as sum · 2^exponent. Plain data. */
export interface ScaledSums {
  /** Binary exponent of the largest summand, count; {@link NOTHING} while there is none. */
  readonly exponents: Int32Array;
  readonly sums: ExactSums;
}

/** Less than any exponent that a summand can have. */
const NOTHING: number = -(2 ** 31);
/** Exponents are clamped to this, count: ln of a number up to 2^(2^30). */
const EXPONENT_MAX: number = 2 ** 30;
/** What is this many binary places below the largest does not count: it is lost in any float64. */
const PLACES_MAX = 1000;

/**
 * ln Σ exp(x) of each component, for x that may be far apart and far from 0; -Infinity of nobody.
 *
 * Each exp(x) is a float64 times a power of 2, and their sum is exact but for what is 2^-1000 of the largest or less.
 * +Infinity makes the result +Infinity.
 */
export function logSumExpCombiner({
  width,
}: {
  readonly width: number;
}): Combiner<Numbers, ScaledSums, Float64Array> {
  return {
    empty: () => ({
      exponents: new Int32Array(width).fill(NOTHING),
      sums: exactSumsOf(width, () => 0),
    }),
    of: (numbers) => {
      const exponents = Int32Array.from({ length: width }, (_, c) => exponentOf(numberAt(numbers, c)));
      return { exponents, sums: exactSumsOf(width, (c) => mantissaOf(numberAt(numbers, c), exponents[c]!)) };
    },
    join: (left, right) => {
      const exponents = left.exponents.map((exponent, c) => Math.max(exponent, right.exponents[c]!));
      return { exponents, sums: addExactSums(scaledTo(left, exponents), scaledTo(right, exponents)) };
    },
    read: ({ exponents, sums }) =>
      roundExactSums(sums).map((sum, c) =>
        sum === 0 ? Number.NEGATIVE_INFINITY : Math.log(sum) + exponents[c]! * Math.LN2,
      ),
  };
}

function exponentOf(x: number): number {
  if (x === Number.NEGATIVE_INFINITY) return NOTHING;
  return Math.max(-EXPONENT_MAX, Math.min(EXPONENT_MAX, Math.round(x / Math.LN2)));
}

function mantissaOf(x: number, exponent: number): number {
  return exponent === NOTHING ? 0 : Math.exp(x - exponent * Math.LN2);
}

/** The same sums under exponents that are not less. Multiplying by a power of 2 is exact. */
function scaledTo({ exponents, sums }: ScaledSums, to: Int32Array): ExactSums {
  const { parts, counts, special } = sums;
  const kept: number[] = [];
  const keptCounts = new Uint8Array(counts.length);
  let at = 0;
  for (let c = 0; c < counts.length; c++) {
    const places = to[c]! - exponents[c]!;
    for (const end = at + counts[c]!; at < end; at++) {
      if (places > PLACES_MAX) continue;
      kept.push(parts[at]! * 2 ** -places);
      keptCounts[c]!++;
    }
  }
  return { parts: Float64Array.from(kept), counts: keptCounts, ...(special && { special }) };
}
