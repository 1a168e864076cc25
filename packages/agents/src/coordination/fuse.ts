import { softmax } from '@skein/inference';

/**
 * Exact belief fusion, for hidden states that do not change: everybody's evidence counts once.
 *
 * A belief is kept apart as `ln prior + pool + own`: the prior, which all share; the *pool*, all
 * log-likelihood that has been fused so far; and an agent's *own*, what it has gathered since and what nobody
 * else knows yet. Observations are independent given the states, so their log-likelihoods add up, and the
 * posterior of one observer who saw everything is
 *
 *     Q(s) = softmax( ln prior(s) + sum over all observations of ln P(o | s) ).
 *
 * To fuse is to add every agent's own to the pool, once. What an agent sent is its own no more only when it
 * is told that it was taken; what was not taken is sent again, whole. So a lost contribution is late, not
 * gone, unless its agent is gone too, and none counts twice.
 */
export function fusedBelief(
  logPrior: Float64Array,
  pool: Float64Array | undefined,
  own: Float64Array | undefined,
  offset = 0,
): Float64Array {
  return softmax(
    logPrior.map((value, state) => value + (pool?.[offset + state] ?? 0) + (own?.[offset + state] ?? 0)),
  );
}

/** Adds one contribution to a sum, in place. Sums are taken in index order, so that they round alike anywhere. */
export function addInto(sum: Float64Array, contribution: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += contribution[i]!;
}
