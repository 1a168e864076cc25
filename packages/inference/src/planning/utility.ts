import type { PreparedModel } from '../model/prepare-model.js';

/**
 * Expected log preference of one modality's predicted outcomes: `qo . ln softmax(C)`, nats, at most 0.
 *
 * @param outcomes qo, `[O]`, probability
 * @param step     step of the policy, from 0; matters only for preferences that change over time
 */
export function utility(
  prepared: PreparedModel,
  modality: number,
  outcomes: Float64Array,
  step: number,
): number {
  const { shape, data } = prepared.logPreference[modality]!;
  const steps = shape[1] ?? 1;
  const column = shape.length === 1 ? 0 : step;
  return outcomes.reduce((sum, p, outcome) => sum + p * data[outcome * steps + column]!, 0);
}

/** Steps that the model's preferences reach, count; null when none of them changes over time. */
export function preferenceSteps(prepared: PreparedModel): number | null {
  const timed = prepared.logPreference.filter(({ shape }) => shape.length === 2);
  return timed.length === 0 ? null : Math.min(...timed.map(({ shape }) => shape[1]!));
}
