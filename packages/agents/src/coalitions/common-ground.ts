import { roundExactSums, SumBuilder } from '../coordination/exact-sum.js';
import { addBelief, type FusedBelief, type FuseRule } from '../coordination/fuse.js';

/** No state that all allow gets less, probability: more evidence must be able to bring it back. */
const LEAST = 1e-9;

/**
 * Beliefs of several as one, when they had something in common before: the ground P, which all of them began with.
 *
 * - `product`: what each has learned since counts once, and so does the ground: Q(s) ∝ P(s) Π (Q_i(s) / P(s))^w_i
 * - `pool`: Q(s) ∝ Π Q_i(s)^(w_i / Σ w), whatever the ground
 *
 * Does not depend on the order of the beliefs.
 *
 * @param numbers S probabilities for each and, perhaps, a precision w behind them; without it 1
 * @param ground  P, f64[S], probability
 * @returns the ground of nobody; NaN where the beliefs exclude every state
 */
export function fuseFromGround(
  numbers: readonly ArrayLike<number>[],
  ground: ArrayLike<number>,
  rule: FuseRule,
): FusedBelief {
  const states = ground.length;
  const sums = new SumBuilder(states + 1);
  for (const one of numbers) addBelief(sums, one, states);
  return fuseSumsFromGround(roundExactSums(sums.done()), ground, rule);
}

/** The same of what they say added up. @param sums Σ w ln Q_i(s) for each state, nats, and behind them Σ w */
export function fuseSumsFromGround(
  sums: Float64Array,
  ground: ArrayLike<number>,
  rule: FuseRule,
): FusedBelief {
  const states = ground.length;
  const precision = sums[states]!;
  const log = sums.slice(0, states);
  for (let s = 0; s < states; s++) {
    if (precision === 0) log[s] = Math.log(ground[s]!);
    else if (rule === 'pool') log[s] = log[s]! / precision;
    else if (ground[s] === 0) log[s] = Number.NEGATIVE_INFINITY;
    else if (precision !== 1) log[s] = log[s]! - (precision - 1) * Math.log(ground[s]!);
  }
  return { posterior: normalized(log), precision };
}

function normalized(log: Float64Array): Float64Array {
  const most = log.reduce((max, nats) => Math.max(max, nats), Number.NEGATIVE_INFINITY);
  const weights = log.map((nats) =>
    nats === Number.NEGATIVE_INFINITY && most > nats ? 0 : Math.max(Math.exp(nats - most), LEAST),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
