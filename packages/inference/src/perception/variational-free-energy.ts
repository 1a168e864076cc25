import { klDivergence } from '../math/kl-divergence.js';
import { expectation, jointSupport } from '../math/tensor-contraction.js';
import type { Beliefs } from './beliefs.js';
import type { Evidence } from './evidence.js';

/**
 * Variational free energy, nats: how badly a posterior explains the observations, and what it costs to hold it.
 *
 *     F = sum_f KL(q_f || prior_f) - sum_m E_q[ ln L_m ]  =  complexity - accuracy
 *
 * It is never below `-ln P(observations)` and reaches it when q is the exact posterior.
 *
 * @param posterior q, for each factor `[S]`, probability
 * @param prior     for each factor `[S]`, probability
 * @see Friston et al. (2017), Active inference: a process theory
 */
export function variationalFreeEnergy(
  posterior: Beliefs,
  prior: Beliefs,
  evidence: readonly Evidence[],
): number {
  return complexity(posterior, prior) - accuracy(posterior, evidence);
}

/** `sum_f KL(q_f || prior_f)`, nats: how far the posterior moved away from the prior. */
export function complexity(posterior: Beliefs, prior: Beliefs): number {
  return posterior.reduce((sum, belief, f) => sum + klDivergence(belief, prior[f]!), 0);
}

/** `sum_m E_q[ ln L_m ]`, nats: how well the posterior predicts what was observed. */
export function accuracy(posterior: Beliefs, evidence: readonly Evidence[]): number {
  return evidence.reduce((sum, { factors, shape, logLikelihood }) => {
    const joint = jointSupport(
      shape,
      factors.map((factor) => posterior[factor]!),
    );
    return sum + expectation(logLikelihood, joint);
  }, 0);
}
