import { support } from '../math/tensor-contraction.js';
import type { PreparedModel } from '../model/prepare-model.js';
import type { Beliefs } from './beliefs.js';
import type { Evidence } from './evidence.js';
import { isPossible } from './is-possible.js';
import { type Action, pushBeliefs } from './predict-states.js';

/** A time point whose observations no reachable state could have produced. */
export interface ImpossibleTime {
  /** Index of the time point. */
  readonly time: number;
  /** For each factor the states that could be reached by then, as a uniform distribution over them, `[S]`. */
  readonly reachable: Beliefs;
}

/**
 * The first time point at which the observations contradict everything that led there, or null.
 *
 * Follows which states are possible, never how probable they are, so neither an epsilon nor an underflow can
 * decide. Of several factors it follows each one's states apart and forgets which go together: what it reports is
 * impossible, but a contradiction that lies only in the combination of factors over time passes. For one factor it
 * finds every contradiction.
 *
 * @param evidence what each time point said, `[time]`
 * @param actions  `actions[t]` leads from time point t to t + 1
 * @param prior    beliefs at the first time point, for each factor `[S]`, probability
 */
export function findImpossibleTime(
  prepared: PreparedModel,
  evidence: readonly (readonly Evidence[])[],
  actions: readonly Action[],
  prior: Beliefs,
): ImpossibleTime | null {
  let reachable: Beliefs = prior.map(indicator);
  for (const [time, slice] of evidence.entries()) {
    if (!isPossible(slice, reachable)) return { time, reachable: reachable.map(uniformOver) };
    if (time === evidence.length - 1) break;
    const left = reachable.map((_, f) => consistentStates(slice, reachable, f));
    reachable = pushBeliefs(prepared, left, actions[time]!).map(indicator);
  }
  return null;
}

/** The states of one factor that, with some states of the others, could have produced the observations. */
function consistentStates(evidence: readonly Evidence[], reachable: Beliefs, factor: number): Float64Array {
  const states = reachable[factor]!;
  if (!evidence.some(({ factors }) => factors.includes(factor))) return states;
  return states.map((possible, state) => {
    if (possible === 0) return 0;
    const settled = new Float64Array(states.length);
    settled[state] = 1;
    const trial = reachable.map((others, f) => (f === factor ? settled : others));
    return Number(isPossible(evidence, trial));
  });
}

/** 1 for a possible state, 0 for an impossible one: weights that no product makes too small to see. */
const indicator = (belief: Float64Array): Float64Array =>
  belief.map((probability) => Number(probability > 0));

const uniformOver = (states: Float64Array): Float64Array => {
  const stateCount = support(states).length;
  return states.map((possible) => possible / stateCount);
};
