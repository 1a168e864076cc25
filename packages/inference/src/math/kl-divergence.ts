import { safeLog } from './safe-log.js';

/**
 * Kullback-Leibler divergence `KL(p || q) = sum p (ln p - ln q)`, nats, with `safeLog`.
 *
 * Where q is 0 and p is not, the true value is infinite and this one is about 37 nats times p.
 *
 * @param p [n], probability
 * @param q [n], probability
 */
export function klDivergence(p: Float64Array, q: Float64Array): number {
  let divergence = 0;
  for (let i = 0; i < p.length; i++) {
    if (p[i]! > 0) divergence += p[i]! * (safeLog(p[i]!) - safeLog(q[i]!));
  }
  return divergence;
}
