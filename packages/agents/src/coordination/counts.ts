import type { Combiner } from './combiner.js';

/** Counts of many things, of which most are zero. Plain data. */
export interface CountSums {
  /** Things that are counted, count. */
  readonly length: number;
  /** Which of them are not zero, index, ascending. */
  readonly at: Int32Array;
  /** How often each, count. */
  readonly times: Float64Array;
}

/**
 * Sums of counts, sparsely: what they cost depends on how much was seen, not on how much could be. Whole numbers add up without rounding, so
 * neither order nor tree shows, up to 2^53. Undefined of nobody.
 *
 * An agent contributes a row: the count of things, then `at, times, at, times, …`; as many pairs as it likes, in any order, and
 * zeros behind them. A row of the first alone, as of one that has counted nothing, comes as a number.
 */
export function countsCombiner(): Combiner<
  Int32Array | number,
  CountSums | undefined,
  CountSums | undefined
> {
  const joinAll = (all: readonly (CountSums | undefined)[]): CountSums | undefined => {
    const some = all.filter((one) => one !== undefined);
    if (some.length <= 1) return some[0];
    const sums = new PairSums(some.reduce((pairs, { at }) => pairs + at.length, 0));
    for (const { at, times } of some) for (let i = 0; i < at.length; i++) sums.put(at[i]!, times[i]!);
    return sums.read(some[0]!.length);
  };
  const ofAll = (all: readonly (Int32Array | number)[]): CountSums => {
    const rows = all.filter((row) => typeof row !== 'number');
    const sums = new PairSums(rows.reduce((pairs, { length }) => pairs + (length - 1) / 2, 0));
    for (const row of rows)
      for (let i = 1; i < row.length; i += 2) if (row[i + 1] !== 0) sums.put(row[i]!, row[i + 1]!);
    const first = all[0]!;
    return sums.read(typeof first === 'number' ? first : first[0]!);
  };
  return {
    empty: () => undefined,
    of: (row) => ofAll([row]),
    ofAll,
    join: (left, right) => joinAll([left, right]),
    joinAll,
    read: (sums) => sums,
  };
}

/** Adds counts to a column of them, f64[length], in place. */
export function addCounts(column: Float64Array, { at, times }: CountSums): void {
  for (let i = 0; i < at.length; i++) column[at[i]!]! += times[i]!;
}

/**
 * Pairs of a thing and a count, to be sorted by thing and added up. The keys that are sorted name the pair too: they are exact while things
 * times pairs stay below 2^53.
 */
class PairSums {
  readonly #keys: Float64Array;
  readonly #times: Float64Array;
  readonly #pairs: number;
  #size = 0;

  /** @param pairs at most so many will be put in */
  constructor(pairs: number) {
    this.#keys = new Float64Array(pairs);
    this.#times = new Float64Array(pairs);
    this.#pairs = pairs;
  }

  put(at: number, times: number): void {
    this.#keys[this.#size] = at * this.#pairs + this.#size;
    this.#times[this.#size++] = times;
  }

  read(length: number): CountSums {
    const keys = this.#keys.subarray(0, this.#size).sort(); // of numbers, as numbers
    const at = new Int32Array(this.#size);
    const times = new Float64Array(this.#size);
    let last = -1;
    for (const key of keys) {
      const thing = Math.floor(key / this.#pairs);
      if (last === -1 || at[last] !== thing) at[++last] = thing;
      times[last]! += this.#times[key % this.#pairs]!;
    }
    return { length, at: at.slice(0, last + 1), times: times.slice(0, last + 1) };
  }
}
