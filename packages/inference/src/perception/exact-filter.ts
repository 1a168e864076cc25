import { safeLog } from '../math/safe-log.js';
import { softmax } from '../math/softmax.js';

/**
 * How a prior of exactly 0 is read.
 *
 * - `exclude`: the state is impossible and stays so, as in Bayes' rule. A factor that is known stays known, and
 *   inference costs only as much as there are states still in play.
 * - `epsilon`: it counts as 1e-16, as in SPM and pymdp; overwhelming evidence can bring the state back.
 */
export type PriorZeros = 'exclude' | 'epsilon';

/**
 * Posterior over one factor given all evidence about it: `q = softmax( ln prior + ln L )`, Bayes' rule.
 *
 * @param prior         `[S]`, probability; sums to 1
 * @param logLikelihood sum over modalities of ln L, `[S]`, nats
 * @returns `[S]`, probability, a new array
 */
export function exactFilter(
  prior: Float64Array,
  logLikelihood: Float64Array,
  priorZeros: PriorZeros,
): Float64Array {
  const logPrior = priorZeros === 'exclude' ? Math.log : safeLog;
  return softmax(logLikelihood.map((value, state) => value + logPrior(prior[state]!)));
}
