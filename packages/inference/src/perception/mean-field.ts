import type { Beliefs } from './beliefs.js';
import type { Evidence } from './evidence.js';
import { exactFilter, type PriorZeros } from './exact-filter.js';
import { logLikelihoodMessage } from './log-likelihood-message.js';
import { complexity, variationalFreeEnergy } from './variational-free-energy.js';

/** How long the fixed point is iterated, and how zeros of the prior are read. */
export interface MeanFieldOptions {
  /** Sweeps at most, count, at least 1. */
  readonly iterationsMax: number;
  /** Stop when free energy moves by less than this between sweeps, nats; 0 runs every sweep. */
  readonly freeEnergyTolerance: number;
  readonly priorZeros: PriorZeros;
}

/** A posterior over all factors and the road to it. */
export interface StatePosterior {
  /** Q(s), for each factor `[S]`, probability. */
  readonly posterior: Float64Array[];
  /** F of that posterior, nats. */
  readonly variationalFreeEnergy: number;
  /** Sweeps run, count. */
  readonly iterations: number;
  /** F after each sweep, nats; the updates are simultaneous, so it need not fall monotonically. */
  readonly freeEnergyPerIteration: number[];
  /**
   * What the observations said about each factor in the last sweep: `E_{q of the others}[ sum_m ln L_m ]`, `[S]`,
   * nats. Constant, so without effect, for a factor that the prior had settled.
   */
  readonly logLikelihoods: Float64Array[];
}

/**
 * Posterior over several factors by mean-field fixed-point iteration: `Q(s) = prod_f q_f(s_f)`.
 *
 * Every sweep updates all factors at once from the previous sweep,
 *
 *     q_f = softmax( ln prior_f + sum_m E_{q of the other factors}[ ln L_m ] ),
 *
 * beginning with a uniform q: over all states when zeros of the prior count as epsilon, over the states the prior
 * allows when they exclude. One factor needs one sweep, which is exact.
 *
 * The free energy before the first sweep, which the first stopping test compares with, leaves out the likelihood
 * term, as the reference implementation's does.
 *
 * @param evidence what each observed modality said
 * @param prior    for each factor `[S]`, probability
 * @throws never; the caller has checked the arguments
 * @see Da Costa et al. (2020), Active inference on discrete state-spaces: a synthesis, section 4
 */
export function meanField(
  evidence: readonly Evidence[],
  prior: Beliefs,
  options: MeanFieldOptions,
): StatePosterior {
  const { iterationsMax, freeEnergyTolerance, priorZeros } = options;
  let posterior = prior.map((belief) => startOf(belief, priorZeros));
  let logLikelihoods: Float64Array[] = [];
  const freeEnergyPerIteration: number[] = [];
  const sweepsMax = prior.length === 1 ? 1 : iterationsMax;
  let previous = complexity(posterior, prior);
  for (let sweep = 0; sweep < sweepsMax; sweep++) {
    const q = posterior;
    logLikelihoods = prior.map((belief, f) => messageTo(q, evidence, f, belief, priorZeros));
    posterior = prior.map((belief, f) => exactFilter(belief, logLikelihoods[f]!, priorZeros));
    const freeEnergy = variationalFreeEnergy(posterior, prior, evidence);
    freeEnergyPerIteration.push(freeEnergy);
    if (Math.abs(freeEnergy - previous) < freeEnergyTolerance) break;
    previous = freeEnergy;
  }
  return {
    posterior,
    variationalFreeEnergy: freeEnergyPerIteration.at(-1)!,
    iterations: freeEnergyPerIteration.length,
    freeEnergyPerIteration,
    logLikelihoods,
  };
}

/**
 * A settled factor cannot be moved, and with hundreds of states beside another such factor its message would be
 * the most expensive of all: only the entry of its state is worked out, and stands for all.
 */
function messageTo(
  q: Beliefs,
  evidence: readonly Evidence[],
  factor: number,
  prior: Float64Array,
  priorZeros: PriorZeros,
): Float64Array {
  const settled = priorZeros === 'exclude' ? settledState(prior) : null;
  if (settled === null) return logLikelihoodMessage(q, evidence, factor, prior.length);
  const message = logLikelihoodMessage(q, evidence, factor, prior.length, [settled]);
  return message.fill(message[settled]!);
}

/** The only state that a prior allows, or null when it allows several. */
function settledState(prior: Float64Array): number | null {
  const state = prior.findIndex((probability) => probability > 0);
  return prior.every((probability, other) => probability === 0 || other === state) ? state : null;
}

function startOf(prior: Float64Array, priorZeros: PriorZeros): Float64Array {
  const start = prior.map((probability) => (priorZeros === 'exclude' && probability === 0 ? 0 : 1));
  const stateCount = start.reduce((count, allowed) => count + allowed, 0);
  return start.map((allowed) => allowed / stateCount);
}
