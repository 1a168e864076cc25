import { NEVER, type Timeline } from './timeline.js';

/**
 * The calls and returns of operations that a search has not placed yet, as three lists of places in time's
 * order: calls with a return and their returns; calls without one. Whoever is taken out can be put back,
 * in the opposite order, each in constant time.
 */
export class Unplaced {
  readonly #callAt: Int32Array;
  readonly #returnAt: Int32Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** Stands before and after all calls and returns of operations that return. */
  static readonly BOUNDED = 0;
  /** Stands before and after all calls of operations that do not. */
  readonly unbounded: number;

  constructor({ callAt, returnAt, operationAt }: Timeline<unknown, unknown>) {
    this.#callAt = callAt;
    this.#returnAt = returnAt;
    this.unbounded = operationAt.length;
    this.#next = new Int32Array(operationAt.length + 1);
    this.#previous = new Int32Array(operationAt.length + 1);
    this.#next[this.unbounded] = this.#previous[this.unbounded] = this.unbounded;
    for (let place = 1; place < operationAt.length; place++) {
      const head = returnAt[operationAt[place]!] === NEVER ? this.unbounded : Unplaced.BOUNDED;
      this.#insert(place, this.#previous[head]!, head);
    }
  }

  /** The place that follows `place` in its list. */
  next(place: number): number {
    return this.#next[place]!;
  }

  remove(op: number): void {
    this.#unlink(this.#callAt[op]!);
    if (this.#returnAt[op] !== NEVER) this.#unlink(this.#returnAt[op]!);
  }

  /** Puts back the one that was removed last and is not back yet. */
  restore(op: number): void {
    if (this.#returnAt[op] !== NEVER) this.#relink(this.#returnAt[op]!);
    this.#relink(this.#callAt[op]!);
  }

  #insert(place: number, previous: number, next: number): void {
    this.#previous[place] = previous;
    this.#next[place] = next;
    this.#relink(place);
  }

  #unlink(place: number): void {
    this.#next[this.#previous[place]!] = this.#next[place]!;
    this.#previous[this.#next[place]!] = this.#previous[place]!;
  }

  /** A place that was taken out still knows its neighbours. */
  #relink(place: number): void {
    this.#next[this.#previous[place]!] = place;
    this.#previous[this.#next[place]!] = place;
  }
}
