import type { PreparedModel } from '../model/prepare-model.js';
import type { SparseColumns } from '../model/sparse-columns.js';
import { eachEntry } from './column-entries.js';

/**
 * The transition of the only factor of a model, in logarithms: `ln B[s', s, u]`, the zeros of B left out.
 *
 * In logarithms because a chain multiplies many probabilities. A state that early evidence makes 1e-400 times less
 * probable than another can still be the one that late evidence proves; products, even scaled at each step, would
 * have lost it.
 */
export interface LogTransition {
  /** `ln` of the columns of B, nats. */
  readonly columns: SparseColumns;
  readonly stateCount: number;
  /** Columns from one state to the next: the number of actions, or 0 where the state does not matter. */
  readonly stateStride: number;
}

/** Takes the logarithm of a transition once, for many steps. */
export function logTransition({ model, transitions }: PreparedModel): LogTransition {
  const { stateCounts, actionCounts, transitionFactors } = model.shape;
  const columns = transitions[0]!;
  return {
    columns: {
      ...columns,
      values: columns.values.map(Math.log),
      background: columns.background?.map(Math.log) ?? null,
    },
    stateCount: stateCounts[0]!,
    stateStride: transitionFactors[0]!.length === 0 ? 0 : actionCounts[0]!,
  };
}

const IMPOSSIBLE = Number.NEGATIVE_INFINITY;

/**
 * One step forwards: `ln sum_s B[s', s, u] exp(belief[s])`.
 *
 * @param logBelief `[S]`, nats; -Infinity for an impossible state
 * @returns `[S]`, nats, a new array
 */
export function pushLog(
  { columns, stateCount, stateStride }: LogTransition,
  logBelief: Float64Array,
  action: number,
): Float64Array {
  // The largest term of each sum first: relative to it the others cannot overflow, nor all of them underflow.
  const largest = new Float64Array(stateCount).fill(IMPOSSIBLE);
  for (let s = 0; s < stateCount; s++) {
    const belief = logBelief[s]!;
    if (belief === IMPOSSIBLE) continue;
    eachEntry(columns, s * stateStride + action, (next, logB) => {
      if (logB + belief > largest[next]!) largest[next] = logB + belief;
    });
  }
  const sums = new Float64Array(stateCount);
  for (let s = 0; s < stateCount; s++) {
    const belief = logBelief[s]!;
    if (belief === IMPOSSIBLE) continue;
    eachEntry(columns, s * stateStride + action, (next, logB) => {
      if (largest[next] !== IMPOSSIBLE) sums[next]! += Math.exp(logB + belief - largest[next]!);
    });
  }
  return sums.map((sum, next) => largest[next]! + Math.log(sum));
}

/**
 * One step backwards: `ln sum_{s'} B[s', s, u] exp(message[s'])`.
 *
 * @param logMessage `[S]`, nats; -Infinity for a state that what comes later rules out
 * @returns `[S]`, nats, a new array
 */
export function pullLog(
  { columns, stateCount, stateStride }: LogTransition,
  logMessage: Float64Array,
  action: number,
): Float64Array {
  const pulled = new Float64Array(stateCount).fill(IMPOSSIBLE);
  for (let s = 0; s < stateCount; s++) {
    const column = s * stateStride + action;
    let largest = IMPOSSIBLE;
    eachEntry(columns, column, (next, logB) => {
      if (logB + logMessage[next]! > largest) largest = logB + logMessage[next]!;
    });
    if (largest === IMPOSSIBLE) continue;
    let sum = 0;
    eachEntry(columns, column, (next, logB) => {
      sum += Math.exp(logB + logMessage[next]! - largest);
    });
    pulled[s] = largest + Math.log(sum);
  }
  return pulled;
}
