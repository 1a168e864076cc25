import { InputError } from '../errors.js';
import type { PreparedModel } from '../model/prepare-model.js';
import { type Beliefs, checkBeliefs } from './beliefs.js';
import { type Observation, readEvidence } from './evidence.js';
import type { PriorZeros } from './exact-filter.js';
import { impossibleObservation } from './impossible-observation.js';
import { isPossible } from './is-possible.js';
import { meanField, type StatePosterior } from './mean-field.js';

/** Sweeps at most, count. */
export const ITERATIONS_MAX = 10;
/** A change of free energy below which the sweeps stop, nats. */
export const FREE_ENERGY_TOLERANCE = 0.001;

/** What was observed, what was believed before, and how long to iterate. */
export interface InferStatesInput {
  /** What each modality showed: an outcome index, a distribution over outcomes, or null for nothing. */
  readonly observations: readonly Observation[];
  /** Belief before the observation, for each factor `[S]`. Default: the model's D. */
  readonly prior?: Beliefs;
  /** Mean-field sweeps at most, count, at least 1. Default 10; one factor always takes one. */
  readonly iterationsMax?: number;
  /** Stop when free energy moves by less than this between sweeps, nats; 0 never stops early. Default 0.001. */
  readonly freeEnergyTolerance?: number;
  /** How a prior of exactly 0 is read. Default `exclude`. */
  readonly priorZeros?: PriorZeros;
}

/**
 * Infers the hidden states behind an observation: the posterior Q(s) and its variational free energy.
 *
 * Exact for one factor; a mean-field fixed point for several (see `meanField`). Neither argument is changed.
 *
 * @param prepared a model from `prepareModel`
 * @returns posterior of each factor, free energy, and what the observation said about each factor
 * @throws InputError `INFERENCE_OBSERVATION_INVALID`, `INFERENCE_BELIEF_INVALID`, `INFERENCE_OPTION_INVALID`
 * @throws ImpossibleObservationError when no state that the prior allows could have produced the observation;
 *   decided before any epsilon is added
 *
 * @example
 * const { posterior } = inferStates(prepared, { observations: [2, null], prior });
 */
export function inferStates(prepared: PreparedModel, input: InferStatesInput): StatePosterior {
  const prior = input.prior ?? prepared.model.D;
  const options = {
    iterationsMax: input.iterationsMax ?? ITERATIONS_MAX,
    freeEnergyTolerance: input.freeEnergyTolerance ?? FREE_ENERGY_TOLERANCE,
    priorZeros: input.priorZeros ?? 'exclude',
  };
  checkOptions(options);
  checkBeliefs(prepared.model.shape, prior, 'prior');
  const evidence = readEvidence(prepared, input.observations);
  if (!isPossible(evidence, prior)) throw impossibleObservation(prepared, input.observations, prior);
  return meanField(evidence, prior, options);
}

function checkOptions(options: {
  iterationsMax: number;
  freeEnergyTolerance: number;
  priorZeros: string;
}): void {
  const { iterationsMax, freeEnergyTolerance, priorZeros } = options;
  const fail = (argument: string, expected: string, got: unknown): never => {
    throw new InputError('INFERENCE_OPTION_INVALID', argument, expected, String(got));
  };
  if (!Number.isInteger(iterationsMax) || iterationsMax < 1) {
    fail('iterationsMax', 'a count of at least 1', iterationsMax);
  }
  if (!(freeEnergyTolerance >= 0)) fail('freeEnergyTolerance', 'at least 0 nats', freeEnergyTolerance);
  if (priorZeros !== 'exclude' && priorZeros !== 'epsilon') {
    fail('priorZeros', '"exclude" or "epsilon"', priorZeros);
  }
}
