import { doubled } from './doubled.js';

/**
 * A value for each of a row of places, of which neighbours most often have the same: each run of equal ones is kept once, with the place at
 * which it begins. The last goes on to wherever the places end.
 *
 * ```
 *            first      count
 *   values     |  a  b  |           places  7 8 9 10 11 12 …
 *   starts     |  7 10  |                   a a a  b  b  b …
 * ```
 */
export class ValueRuns<Value> {
  /** The first run that has not been left, and one past the last. */
  #first = 0;
  #count = 0;
  readonly #values: (Value | undefined)[] = [];
  /** The place at which each run begins; may be longer than there are. */
  starts: Int32Array = new Int32Array(4);
  /** The value of the last run. */
  last: Value | undefined = undefined;

  /** From `place` on, behind all that there are, it is another value. */
  begin(value: Value, place: number): void {
    if (this.#count === this.starts.length) this.#makeRoom();
    const run = this.#count++;
    this.#values[run] = value;
    this.starts[run] = place;
    this.last = value;
  }

  /** The value of a place that has not been left. */
  at(place: number): Value {
    return this.#values[this.#runOf(place)]!;
  }

  /** Where the run that a place is in ends, exclusive; at most `end`. */
  endOfRun(place: number, end: number): number {
    const next = this.#runOf(place) + 1;
    return next < this.#count && this.starts[next]! < end ? this.starts[next]! : end;
  }

  /** Lets go of the places before `place`. */
  leave(place: number): void {
    while (this.#first + 1 < this.#count && this.starts[this.#first + 1]! <= place)
      this.#values[this.#first++] = undefined;
  }

  /** Lets go of all places. */
  clear(): void {
    this.#values.fill(undefined, this.#first, this.#count);
    this.#first = 0;
    this.#count = 0;
    this.last = undefined;
  }

  /** All places are `by` less. */
  shift(by: number): void {
    for (let run = this.#first; run < this.#count; run++) this.starts[run]! -= by;
  }

  /** Runs that are kept, count. */
  get count(): number {
    return this.#count - this.#first;
  }

  #runOf(place: number): number {
    // A single run, as of a scatter to everybody, and the first need no search.
    let low = this.#first;
    if (low + 1 === this.#count || this.starts[low + 1]! > place) return low;
    let high = this.#count;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle]! <= place) low = middle;
      else high = middle;
    }
    return low;
  }

  /** At the front, where at least half has been left. Else behind. */
  #makeRoom(): void {
    const first = this.#first;
    if (first < this.#count / 2) {
      this.starts = doubled(this.starts);
      return;
    }
    this.starts.copyWithin(0, first, this.#count);
    this.#values.copyWithin(0, first, this.#count);
    this.#values.fill(undefined, this.#count - first, this.#count);
    this.#first = 0;
    this.#count -= first;
  }
}
