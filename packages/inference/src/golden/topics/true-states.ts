import type { Answer } from '../compare.js';
import type { Fields } from '../fields.js';

/** The true world of a case, moved by our own actions; without one, no states are reported. */
export function trueStates(inputs: Fields): { now(): Answer; act(action: readonly number[]): void } {
  if (!inputs.has('environment')) return { now: () => null, act: () => undefined };
  const environment = inputs.object('environment');
  const tables = environment.tensors('next_state');
  let state = environment.integers('start');
  return {
    now: () => state,
    act: (action) => {
      state = tables.map(({ shape, data }, f) => data[state[f]! * shape[1]! + action[f]!]!);
    },
  };
}
