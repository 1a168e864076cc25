import type { CompletedOperation } from './operation.js';
import { search } from './search.js';
import type { StateSpace } from './state-space.js';
import { createTimeline, NEVER, type Timeline } from './timeline.js';

/** Operations before a failure of which any may be dropped as if it had been uncertain, count. */
const NEAR_MAX = 32;

/** States from which what is near the failure is tried, count. */
const STATES_MAX = 4096;

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
 * it was open, or not; only what it answered is forgotten.
 *
 * So much freedom makes a search long, so of a long history it is given to what is near the failure. What came
 * earlier is left out for any of the states that the history was found to lead to; or, if what is near contradicts itself
 * only after some of them, it stays, and afterwards those are taken away without which the rest still fails.
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
  const attempts = new Attempts(configurationsMax);
  const suspected = suspects(timeline, failed);
  const near = suspected.slice(0, NEAR_MAX);
  const early = suspected.slice(NEAR_MAX);

  const failAfterAny = (some: readonly number[]): boolean => {
    const left = new Set(early);
    const rest = Array.from(operations.keys()).filter((op) => !left.has(op));
    const part = createTimeline(rest.map((op) => operations[op]!));
    const required = flags(operations, some);
    const requiredInPart = required.filter((_, op) => !left.has(op));
    return attempts.isStuck(part, requiredInPart, space.over(part.operations), statesMet);
  };
  const failAfterAll = (some: readonly number[]): boolean =>
    attempts.isStuck(timeline, flags(operations, [...some, ...early]), space, [space.initial]);
  const failAlone = (some: readonly number[]): boolean => {
    const alone = createTimeline(some.map((op) => operations[op]!));
    const all = new Uint8Array(some.length).fill(1);
    return attempts.isStuck(alone, all, space.over(alone.operations), [space.initial]);
  };

  const statesMet = Array.from({ length: space.size }, (_, state) => state);
  const anyState = early.length > 0 && statesMet.length <= STATES_MAX && failAfterAny(near);
  const kept = fewest([], near, attempts, anyState ? failAfterAny : failAfterAll);
  const all = anyState ? kept : fewest(kept, early, attempts, failAlone);
  const smallest = [...all].sort((one, other) => one - other);
  return {
    smallest: smallest.map((op) => operations[op] as CompletedOperation<Input, Output>),
    isSmallest: !attempts.exceeded,
  };
}

/** Searches that share a bound. */
class Attempts {
  readonly #configurationsMax: number;
  #left: number;
  #exceeded = false;

  constructor(configurationsMax: number) {
    this.#configurationsMax = configurationsMax;
    this.#left = configurationsMax;
  }

  /** Whether there was no room for one of them. */
  get exceeded(): boolean {
    return this.#exceeded;
  }

  get isOver(): boolean {
    return this.#left <= 0;
  }

  /** Whether no order is found, for sure. */
  isStuck<State, Input, Output>(
    timeline: Timeline<Input, Output>,
    required: Uint8Array,
    space: StateSpace<State, Input, Output>,
    from: readonly number[],
  ): boolean {
    const most = Math.min(this.#left, this.#configurationsMax * ATTEMPT_SHARE);
    const end = search(timeline, required, space, from, most);
    this.#left -= end.configurations;
    if (end.outcome === 'exhausted') this.#exceeded = true;
    return end.outcome === 'stuck';
  }
}

function flags(all: readonly unknown[], some: readonly number[]): Uint8Array {
  const flagged = new Uint8Array(all.length);
  for (const op of some) flagged[op] = 1;
  return flagged;
}

/** What may be part of the contradiction, the likeliest first: the failed one, then what returned last. */
function suspects({ operations, callAt, returnAt }: Timeline<unknown, unknown>, failed: number): number[] {
  const others = Array.from(operations.keys())
    .filter((op) => op !== failed && callAt[op]! < returnAt[failed]! && returnAt[op] !== NEVER)
    .sort((one, other) => returnAt[other]! - returnAt[one]!);
  return [failed, ...others];
}

/**
 * Few of the candidates that fail together with `first`, of which all do. The more is dropped the more can be
 * explained, so the next one that must stay is found by halving: the last of the fewest, in their order, that still fail.
 */
function fewest(
  first: readonly number[],
  all: readonly number[],
  attempts: Attempts,
  fail: (some: readonly number[]) => boolean,
): readonly number[] {
  let kept = first;
  let candidates = all;
  while (candidates.length > 0 && !fail(kept)) {
    let [enough, tooFew] = [candidates.length, 0];
    while (enough - tooFew > 1 && !attempts.isOver) {
      const middle = (enough + tooFew) >>> 1;
      if (fail([...kept, ...candidates.slice(0, middle)])) enough = middle;
      else tooFew = middle;
    }
    const undecided = attempts.isOver ? 0 : enough - 1;
    kept = [...kept, ...candidates.slice(undecided, enough)];
    candidates = candidates.slice(0, undecided);
  }
  return kept;
}
