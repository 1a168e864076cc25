import type { Tensor } from '../model/tensor.js';

/**
 * Expected log preference of one modality's predicted outcomes: `qo . ln softmax(C)`, nats, at most 0.
 *
 * @param outcomes      qo, `[O]`, probability
 * @param logPreference ln softmax(C), `[O]` or `[O, steps]`, nats
 * @param step          step of the policy, from 0; matters only for preferences that change over time
 */
export function utility(outcomes: Float64Array, { shape, data }: Tensor, step: number): number {
  const steps = shape[1] ?? 1;
  const column = shape.length === 1 ? 0 : step;
  return outcomes.reduce((sum, p, outcome) => sum + p * data[outcome * steps + column]!, 0);
}

/** Steps that preferences reach, count; null when none of them changes over time. */
export function preferenceSteps(logPreferences: readonly Tensor[]): number | null {
  const timed = logPreferences.filter(({ shape }) => shape.length === 2);
  return timed.length === 0 ? null : Math.min(...timed.map(({ shape }) => shape[1]!));
}
