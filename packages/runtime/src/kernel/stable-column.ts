/** Columns that are kept, count. */
const KEPT_MAX = 64;
/** More than the longest, numbers. */
const LENGTHS = 2 ** 20;

/**
 * A column of whole numbers that is most often the same as the last that was as long and began alike: then the same array is handed out again, instead of a new one
 * that somebody has to collect. What was handed out is never changed.
 */
export class StableColumn {
  /** The last of each length and first number; the one that has not been used for longest goes first. */
  readonly #kept = new Map<number, Int32Array>();
  #column: Int32Array = new Int32Array(0);
  #key = 0;
  #isOut = true;

  /** Begins a column of `length` numbers, below 2^20, each of which is to be {@link set}. @param first the number that it is to begin with */
  begin(length: number, first: number): void {
    this.#key = first * LENGTHS + length;
    const kept = this.#kept.get(this.#key);
    this.#isOut = kept !== undefined;
    this.#column = kept ?? new Int32Array(length);
    this.#kept.delete(this.#key);
  }

  /** Sets the number at a place. */
  set(at: number, value: number): void {
    if (this.#column[at] === value) return;
    if (this.#isOut) this.#column = this.#column.slice();
    this.#isOut = false;
    this.#column[at] = value;
  }

  /** The column. */
  end(): Int32Array {
    const column = this.#column;
    this.#kept.set(this.#key, column);
    if (this.#kept.size > KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value!);
    return column;
  }
}
