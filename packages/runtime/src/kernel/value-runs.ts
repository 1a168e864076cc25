import { doubled } from './doubled.js';

/**
 * A value for each of a row of places, of which neighbours most often have the same: each run of equal ones is kept once, with the place at
 * which it begins. The last goes on to wherever the places end.
 *
 * ```
 *                        count
 *   values     |  a  b  |           places  0 1 2 3 4 5 …
 *   starts     |  0  3  |                   a a a b b b …
 * ```
 */
export class ValueRuns<Value> {
  #count = 0;
  readonly #values: (Value | undefined)[] = [];
  /** The place at which each run begins; may be longer than there are. */
  #starts: Int32Array = new Int32Array(4);

  /** From `place` on, behind all that there are, it is this value. */
  extend(value: Value, place: number): void {
    if (this.#count > 0 && this.#values[this.#count - 1] === value) return;
    if (this.#count === this.#starts.length) this.#starts = doubled(this.#starts);
    this.#values[this.#count] = value;
    this.#starts[this.#count++] = place;
  }

  at(place: number): Value {
    return this.#values[this.#runOf(place)]!;
  }

  /** Where the run that a place is in ends, exclusive; at most `end`. */
  endOfRun(place: number, end: number): number {
    const next = this.#runOf(place) + 1;
    return next < this.#count && this.#starts[next]! < end ? this.#starts[next]! : end;
  }

  /** Lets go of all places. */
  clear(): void {
    this.#values.fill(undefined, 0, this.#count);
    this.#count = 0;
  }

  #runOf(place: number): number {
    // A single run, as of a scatter to everybody, and the first need no search.
    if (this.#count <= 1 || this.#starts[1]! > place) return 0;
    let low = 0;
    let high = this.#count;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= place) low = middle;
      else high = middle;
    }
    return low;
  }
}
