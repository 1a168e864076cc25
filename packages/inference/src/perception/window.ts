import { InputError } from '../errors.js';
import type { PreparedModel } from '../model/prepare-model.js';
import { type Evidence, type Observation, readEvidence } from './evidence.js';
import { type Action, checkAction } from './predict-states.js';

/** What was seen at each time point: `[time][modality]`, each an outcome index, a distribution, or null. */
export type ObservationSequence = readonly (readonly Observation[])[];

/**
 * Reads a sequence of observations through the likelihood, time point by time point.
 *
 * @param observations `[time][modality]`, at least one time point
 * @returns what each time point said, `[time]`
 * @throws InputError `INFERENCE_OBSERVATION_INVALID`, naming the time point
 */
export function readEvidenceSequence(
  prepared: PreparedModel,
  observations: ObservationSequence,
): Evidence[][] {
  if (observations.length === 0) {
    throw new InputError('INFERENCE_OBSERVATION_INVALID', 'observations', 'at least 1 time point', 'none');
  }
  return observations.map((slice, time) => {
    try {
      return readEvidence(prepared, slice);
    } catch (error) {
      throw error instanceof InputError ? atTime(error, time) : error;
    }
  });
}

/**
 * Checks the actions that lead through a sequence, `actions[t]` from time point t to t + 1.
 *
 * May be left out where there is no choice: for a single time point, and for a model without controlled factors.
 *
 * @param count how many there must be
 * @throws InputError `INFERENCE_POLICY_INVALID`
 */
export function readActions(
  { model }: PreparedModel,
  actions: readonly Action[] | undefined,
  count: number,
  argument: string,
): readonly Action[] {
  const { actionCounts } = model.shape;
  if (actions === undefined && actionCounts.every((choices) => choices === 1)) {
    return Array.from({ length: count }, () => actionCounts.map(() => 0));
  }
  const given = actions ?? [];
  if (given.length !== count) {
    const expected = `${count} actions, one between each two time points`;
    throw new InputError('INFERENCE_POLICY_INVALID', argument, expected, `${given.length}`);
  }
  given.forEach((action, t) => void checkAction(model, action, `${argument}[${t}]`));
  return given;
}

/** `observations[1]` of the time point 4 is `observations[4][1]` of the sequence. */
function atTime({ code, argument, expected, got }: InputError, time: number): InputError {
  return new InputError(code, argument.replace(/^observations/, `observations[${time}]`), expected, got);
}
