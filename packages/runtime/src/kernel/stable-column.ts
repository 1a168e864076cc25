/**
 * A column of whole numbers that is most often the same as the time before: then the same array is handed out again, instead of a new one that
 * somebody has to collect. What was handed out is never changed.
 */
export class StableColumn {
  #column: Int32Array = new Int32Array(0);
  #isOut = true;

  /** Begins a column of `length` numbers, each of which is to be {@link set}, in order. */
  begin(length: number): void {
    if (this.#column.length === length) return;
    this.#column = new Int32Array(length);
    this.#isOut = false;
  }

  set(at: number, value: number): void {
    if (this.#column[at] === value) return;
    if (this.#isOut) this.#column = this.#column.slice();
    this.#isOut = false;
    this.#column[at] = value;
  }

  /** The column. */
  end(): Int32Array {
    this.#isOut = true;
    return this.#column;
  }
}
