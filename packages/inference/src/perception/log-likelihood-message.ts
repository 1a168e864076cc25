import { expectation, jointSupport } from '../math/tensor-contraction.js';
import { stridesOf } from '../model/tensor.js';
import type { Beliefs } from './beliefs.js';
import type { Evidence } from './evidence.js';

/**
 * What the observations say about one factor, given beliefs about the others:
 *
 *     message[s] = sum over modalities that depend on the factor of E_{q of the other factors}[ ln L_m ]
 *
 * @param posterior q; that of `factor` itself is not read
 * @param factor    the factor the message is for
 * @param stateCount S, the states of that factor
 * @param states    evaluate only these states; the rest stay 0. Default: all
 * @returns `[S]`, nats
 */
export function logLikelihoodMessage(
  posterior: Beliefs,
  evidence: readonly Evidence[],
  factor: number,
  stateCount: number,
  states?: readonly number[],
): Float64Array {
  const message = new Float64Array(stateCount);
  const targets = states ?? Array.from(message.keys());
  for (const { factors, shape, logLikelihood } of evidence) {
    const axis = factors.indexOf(factor);
    if (axis < 0) continue;
    const others = jointSupport(
      shape,
      factors.map((other) => (other === factor ? null : posterior[other]!)),
    );
    const stride = stridesOf(shape)[axis]!;
    for (const state of targets) message[state]! += expectation(logLikelihood, others, state * stride);
  }
  return message;
}
