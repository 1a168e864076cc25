import type { CompletedOperation } from './operation.js';
import { search } from './search.js';
import type { StateSpace } from './state-space.js';
import { NEVER, type Timeline } from './timeline.js';

/** Of all configurations that may be spent on a smallest history, the share that one attempt may take. */
const ATTEMPT_SHARE = 1 / 8;

/** The smallest history within one that is not linearizable, as a Counterexample tells it. */
export interface SmallestHistory<Input, Output> {
  readonly smallest: readonly CompletedOperation<Input, Output>[];
  readonly isSmallest: boolean;
}

/**
 * Finds few operations that contradict each other whatever the others did.
 *
 * To drop an operation is not to pretend that it never was called: a read of 1 is inexplicable as soon as the
 * write of 1 is gone, and would be all that is left of any history. What is dropped may still have taken effect while
 * it was open, or not; only what it answered is forgotten. The more is dropped the more can be explained, so
 * the next operation that must stay can be found by halving: the last of the fewest that still fail.
 *
 * @param failed the operation whose return no order reaches; what was called after it cannot matter
 * @param configurationsMax bound for all attempts together, count
 */
export function findSmallest<State, Input, Output>(
  timeline: Timeline<Input, Output>,
  space: StateSpace<State, Input, Output>,
  failed: number,
  configurationsMax: number,
): SmallestHistory<Input, Output> {
  const { operations } = timeline;
  const kept: number[] = [];
  let left = configurationsMax;
  let isSmallest = true;
  const fails = (others: readonly number[]): boolean => {
    const required = new Uint8Array(operations.length);
    for (const op of kept) required[op] = 1;
    for (const op of others) required[op] = 1;
    const end = search(timeline, required, space, Math.min(left, configurationsMax * ATTEMPT_SHARE));
    left -= end.configurations;
    if (end.outcome === 'exhausted') isSmallest = false;
    return end.outcome === 'stuck';
  };
  let candidates = suspects(timeline, failed);
  while (candidates.length > 0 && !fails([])) {
    let [enough, tooFew] = [candidates.length, 0];
    while (enough - tooFew > 1 && left > 0) {
      const middle = (enough + tooFew) >>> 1;
      if (fails(candidates.slice(0, middle))) enough = middle;
      else tooFew = middle;
    }
    const undecided = left > 0 ? enough - 1 : 0;
    for (const op of candidates.slice(undecided, enough)) kept.push(op);
    candidates = candidates.slice(0, undecided);
  }
  const smallest = kept.sort((one, other) => one - other);
  return { smallest: smallest.map((op) => operations[op] as CompletedOperation<Input, Output>), isSmallest };
}

/** What may be part of the contradiction, the likeliest first: the failed one, then what returned last. */
function suspects({ operations, callAt, returnAt }: Timeline<unknown, unknown>, failed: number): number[] {
  const others = Array.from(operations.keys())
    .filter((op) => op !== failed && callAt[op]! < returnAt[failed]! && returnAt[op] !== NEVER)
    .sort((one, other) => returnAt[other]! - returnAt[one]!);
  return [failed, ...others];
}
