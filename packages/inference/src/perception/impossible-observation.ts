import { ImpossibleObservationError } from '../errors.js';
import type { PreparedModel } from '../model/prepare-model.js';
import type { Beliefs } from './beliefs.js';
import type { Observation } from './evidence.js';

/**
 * The error that says what was seen, what was believed before and, in a sequence, when; as plain numbers, so that
 * it survives a message.
 *
 * @param time the time point in a sequence; null for an observation by itself
 */
export function impossibleObservation(
  { model }: PreparedModel,
  observations: readonly Observation[],
  prior: Beliefs,
  time: number | null = null,
): ImpossibleObservationError {
  return new ImpossibleObservationError(
    observations.map((o) => (o === null || typeof o === 'number' ? o : Array.from(o))),
    model.modalityNames,
    prior.map((belief) => Array.from(belief)),
    time,
  );
}
