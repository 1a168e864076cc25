import { Configurations } from './configurations.js';
import { REFUSED, type StateSpace } from './state-space.js';
import { NEVER, type Timeline } from './timeline.js';
import { Unplaced } from './unplaced.js';

/** How a search ended; `order` holds operations of the timeline, each placed after those before it. */
export type SearchEnd =
  /** All that had to be placed is. */
  | { readonly outcome: 'placed'; readonly order: Int32Array; readonly configurations: number }
  /**
   * No order has `failed` and all required that returned before it. `order` is one of the longest that have all of
   * these but `failed`; the model refuses whatever might come next.
   */
  | {
      readonly outcome: 'stuck';
      readonly order: Int32Array;
      readonly failed: number;
      readonly configurations: number;
    }
  /** It came to as many configurations as it might. */
  | { readonly outcome: 'exhausted'; readonly configurations: number };

/**
 * Looks for an order of operations that a sequential object could have had: depth first, as Wing and Gong do, with
 * Lowe's memory of configurations.
 *
 * A configuration is a set of placed operations and the state they led to. Next may come any operation that was
 * called before the first return that is still to come. When none is left to try before the return of an operation
 * that is not placed, the search goes back. Operations that are not `required` may be placed until their return, with
 * whatever output, or not at all; they are tried where they change the state, those without a return after all
 * others, for hardly any of them is ever needed.
 *
 * @param required which operations took effect and gave the output that is known, 0 or 1; those without a
 *   return never are
 * @param from the states of which any may have been before all of them
 * @param configurationsMax bound of the configurations it may come to, count; each takes some 100 bytes
 * @see Wing and Gong (1993), Testing and verifying concurrent objects
 * @see Lowe (2017), Testing for linearizability
 */
export function search<State, Input, Output>(
  timeline: Timeline<Input, Output>,
  required: Uint8Array,
  space: StateSpace<State, Input, Output>,
  from: readonly number[],
  configurationsMax: number,
): SearchEnd {
  return new Search(timeline, required, space).run(from, configurationsMax);
}

/** Among the steps to try at a configuration: those that come after all others, which are found only then. */
const LAST_RESORTS = -(2 ** 31);

class Search<State, Input, Output> {
  readonly #timeline: Timeline<Input, Output>;
  readonly #required: Uint8Array;
  readonly #space: StateSpace<State, Input, Output>;
  readonly #unplaced: Unplaced;
  readonly #visited: Configurations;
  readonly #bitOf: Int32Array;
  readonly #after: Int32Array;
  readonly #twin: Int32Array;
  /** The steps taken: an operation that was placed, or `~operation` of one that was given up at its return. */
  readonly #steps: Int32Array;
  /** The state before each step, and after the last. */
  readonly #states: Int32Array;
  /** The steps still to try before each step, and after the last; the best stand last. */
  readonly #untried: number[][] = [];
  #depth = 0;
  #left: number;
  #failedAt = 0;
  #furthest = new Int32Array(0);

  constructor(
    timeline: Timeline<Input, Output>,
    required: Uint8Array,
    space: StateSpace<State, Input, Output>,
  ) {
    const count = timeline.operations.length;
    const unbounded = timeline.returnAt.reduce((sum, place) => sum + (place === NEVER ? 1 : 0), 0);
    this.#timeline = timeline;
    this.#required = required;
    this.#space = space;
    this.#unplaced = new Unplaced(timeline);
    this.#visited = new Configurations(unbounded, count - unbounded);
    this.#bitOf = bitsOf(timeline, this.#visited.firstBounded);
    this.#after = requiredPredecessors(timeline, required);
    this.#twin = unboundedTwins(timeline, space);
    this.#steps = new Int32Array(count);
    this.#states = new Int32Array(count + 1);
    this.#left = required.reduce((sum, each) => sum + each, 0);
  }

  run(from: readonly number[], configurationsMax: number): SearchEnd {
    for (const state of from) {
      this.#states[0] = state;
      this.#untried[0] = this.#left === 0 ? [] : this.#stepsHere();
      if (!this.#explore(configurationsMax)) continue;
      const configurations = this.#visited.size;
      if (this.#left > 0) return { outcome: 'exhausted', configurations };
      return { outcome: 'placed', order: placedIn(this.#steps, this.#depth), configurations };
    }
    return { outcome: 'stuck', ...this.#stuck(), configurations: this.#visited.size };
  }

  /** Returns true if all is placed or the bound is reached, false if nothing is left to try. */
  #explore(configurationsMax: number): boolean {
    while (this.#left > 0 && this.#visited.size < configurationsMax) {
      if (this.#advance()) continue;
      if (this.#depth === 0) return false;
      this.#retreat();
    }
    return true;
  }

  /** Takes the best step that leads to a new configuration. */
  #advance(): boolean {
    const untried = this.#untried[this.#depth]!;
    for (let step = untried.pop(); step !== undefined; step = untried.pop()) {
      if (step === LAST_RESORTS) this.#addLastResorts(untried);
      else if (this.#take(step)) return true;
    }
    return false;
  }

  /** What was called before the first return: what changes nothing first, all else in order of calls. */
  #stepsHere(): number[] {
    const { callAt, operationAt } = this.#timeline;
    const state = this.#states[this.#depth]!;
    const changing: number[] = [];
    const unchanging: number[] = [];
    let place = this.#unplaced.next(Unplaced.BOUNDED);
    for (; callAt[operationAt[place]!] === place; place = this.#unplaced.next(place)) {
      const op = operationAt[place]!;
      const next = this.#nextState(op);
      if (next === REFUSED) continue;
      (next === state ? unchanging : changing).push(op);
    }
    return [LAST_RESORTS, ...changing.reverse(), ...unchanging];
  }

  /** What was called before the first return and has none; and to pass that return. */
  #addLastResorts(untried: number[]): void {
    const { operationAt } = this.#timeline;
    const limit = this.#firstReturn();
    const op = operationAt[limit]!;
    if (this.#required[op] === 0) untried.push(~op);
    else this.#noteStuck(limit);
    let place = this.#unplaced.next(this.#unplaced.unbounded);
    for (; place < limit; place = this.#unplaced.next(place)) {
      const op = operationAt[place]!;
      if (!this.#isTwinUnplaced(op) && this.#nextState(op) !== REFUSED) untried.push(op);
    }
  }

  /** The first return to come of an operation that is not placed. There is one: something required is left. */
  #firstReturn(): number {
    const { callAt, operationAt } = this.#timeline;
    let place = this.#unplaced.next(Unplaced.BOUNDED);
    while (callAt[operationAt[place]!] === place) place = this.#unplaced.next(place);
    return place;
  }

  /** The state if an operation came now, or REFUSED. */
  #nextState(op: number): number {
    if (this.#isBlocked(op)) return REFUSED;
    const state = this.#states[this.#depth]!;
    const seen = this.#required[op] === 1;
    const next = this.#space.next(state, op, seen);
    // What changes nothing and need not have happened did not.
    return next === state && !seen ? REFUSED : next;
  }

  #isBlocked(op: number): boolean {
    const predecessor = this.#after[op]!;
    return predecessor >= 0 && !this.#visited.isPlaced(this.#bitOf[predecessor]!);
  }

  #isTwinUnplaced(op: number): boolean {
    const twin = this.#twin[op]!;
    return twin >= 0 && !this.#visited.isPlaced(this.#bitOf[twin]!) && !this.#isBlocked(twin);
  }

  #noteStuck(place: number): void {
    if (place < this.#failedAt || (place === this.#failedAt && this.#depth <= this.#furthest.length)) return;
    this.#failedAt = place;
    this.#furthest = this.#steps.slice(0, this.#depth);
  }

  #take(step: number): boolean {
    const op = operationOf(step);
    const next = step < 0 ? this.#states[this.#depth]! : this.#nextState(op);
    const bit = this.#bitOf[op]!;
    this.#visited.place(bit);
    if (!this.#visited.enter(next)) {
      this.#visited.unplace(bit);
      return false;
    }
    this.#unplaced.remove(op);
    this.#left -= this.#required[op]!;
    this.#steps[this.#depth++] = step;
    this.#states[this.#depth] = next;
    this.#untried[this.#depth] = this.#stepsHere();
    return true;
  }

  #retreat(): void {
    const op = operationOf(this.#steps[--this.#depth]!);
    this.#left += this.#required[op]!;
    this.#unplaced.restore(op);
    this.#visited.unplace(this.#bitOf[op]!);
  }

  #stuck(): { failed: number; order: Int32Array } {
    const failed = this.#timeline.operationAt[this.#failedAt]!;
    return { failed, order: placedIn(this.#furthest, this.#furthest.length) };
  }
}

function operationOf(step: number): number {
  return step < 0 ? ~step : step;
}

function placedIn(steps: Int32Array, depth: number): Int32Array {
  return steps.subarray(0, depth).filter((step) => step >= 0);
}

/** Both kinds of operations get their bits in order of their calls. */
function bitsOf({ returnAt }: Timeline<unknown, unknown>, firstBounded: number): Int32Array {
  let unbounded = 0;
  let bounded = firstBounded;
  return returnAt.map((place) => (place === NEVER ? unbounded++ : bounded++));
}

/** Of each operation, the last required one of its process that ended at the stamp of its call, or -1. */
function requiredPredecessors({ after }: Timeline<unknown, unknown>, required: Uint8Array): Int32Array {
  return after.map((previous) => {
    let op = previous;
    while (op >= 0 && required[op] === 0) op = after[op]!;
    return op;
  });
}

/**
 * Of each operation without a return, the one of the same input that was called last before it, or -1. Either
 * could stand for the other, except that the earlier may come earlier: so the later is tried only after it.
 */
function unboundedTwins<State, Input, Output>(
  { returnAt }: Timeline<Input, Output>,
  space: StateSpace<State, Input, Output>,
): Int32Array {
  const last = new Map<number, number>();
  return returnAt.map((place, op) => {
    if (place !== NEVER) return -1;
    const kind = space.inputKind(op);
    const twin = last.get(kind) ?? -1;
    last.set(kind, op);
    return twin;
  });
}
