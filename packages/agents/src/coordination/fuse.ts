import { type Combiner, type Numbers, numberAt } from './combiner.js';
import {
  addAllExactSums,
  addExactSums,
  type ExactSums,
  exactZeros,
  roundExactSums,
  SumBuilder,
} from './exact-sum.js';

/**
 * How beliefs Q_i(s) with precisions w_i become one.
 *
 * - `product`, a product of experts, each of whom has evidence of its own: Q(s) ∝ Π Q_i(s)^w_i
 * - `pool`, a logarithmic opinion pool of those whose evidence is the same: Q(s) ∝ Π Q_i(s)^(w_i / Σ w)
 *
 * @see Hinton (2002), Training products of experts by minimizing contrastive divergence
 * @see Genest and Zidek (1986), Combining probability distributions: a critique and an annotated bibliography
 */
export type FuseRule = 'product' | 'pool';

/** Beliefs of several as one. */
export interface FusedBelief {
  /** Q, f64[S], probability, sums to 1. NaN where the beliefs exclude every state. Uniform of nobody. */
  readonly posterior: Float64Array;
  /** Σ w, dimensionless. */
  readonly precision: number;
}

/** Components 0 to S - 1: Σ w ln Q(s), nats; component S: Σ w. Travels exactly, hence in any order. */
export type FusePartial = ExactSums;

/** Fuses contributions of S probabilities and, behind them, a precision of at least 0; without it 1. `states` is S. */
export function fuseCombiner({
  states,
  rule,
}: {
  readonly states: number;
  readonly rule: FuseRule;
}): Combiner<Numbers, FusePartial, FusedBelief> {
  const ofAll = (all: readonly Numbers[]): FusePartial => {
    const sums = new SumBuilder(states + 1);
    for (const numbers of all) addBelief(sums, numbers, states);
    return sums.done();
  };
  return {
    empty: () => exactZeros(states + 1),
    of: (numbers) => ofAll([numbers]),
    ofAll,
    join: addExactSums,
    joinAll: addAllExactSums,
    read: (partial) => {
      const sums = roundExactSums(partial);
      const precision = sums[states]!;
      const log = sums.subarray(0, states);
      const shared = rule === 'pool' && precision > 0 ? precision : 1;
      return { posterior: normalized(log.map((nats) => nats / shared)), precision };
    },
  };
}

/**
 * Adds w ln Q(s) for each state, nats, and w.
 *
 * @param sums    S components, and one more for w
 * @param numbers S probabilities and, perhaps, a precision w behind them; without it 1
 * @param states  S, count
 * @param from    numbers before those, count
 */
export function addBelief(sums: SumBuilder, numbers: Numbers, states: number, from = 0): void {
  const given = typeof numbers === 'number' ? 1 : numbers.length - from;
  const precision = given > states ? numberAt(numbers, from + states) : 1;
  sums.add(states, precision);
  if (precision === 0) return;
  for (let s = 0; s < states; s++) sums.add(s, precision * Math.log(numberAt(numbers, from + s)));
}

function normalized(log: Float64Array): Float64Array {
  const most = log.reduce((max, nats) => Math.max(max, nats), Number.NEGATIVE_INFINITY);
  const weights = log.map((nats) => Math.exp(nats - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
