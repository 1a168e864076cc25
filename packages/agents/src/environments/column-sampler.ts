import { isSparse, type ModelTensor, type SparseTensor, sparseFromDense } from '@skein/inference';

/**
 * Draws from the columns (axis 0) of a tensor of probabilities, by inverting their cumulative sums in the order of the rows. A draw
 * costs as much as a column has entries of its own, however many rows there are.
 */
export class ColumnSampler {
  readonly #tensor: SparseTensor;
  /** What the background holds before each row, `[R + 1]`; null without one. */
  readonly #before: Float64Array | null;

  constructor(tensor: ModelTensor) {
    this.#tensor = isSparse(tensor) ? tensor : sparseFromDense(tensor);
    const { background, shape } = this.#tensor;
    this.#before = background === null ? null : new Float64Array(shape[0]! + 1);
    background?.forEach((p, row) => {
      this.#before![row + 1] = this.#before![row]! + p;
    });
  }

  /** The row that a column has for certain; -1 if that is for chance to say. */
  certain(column: number): number {
    const { starts, rows, values } = this.#tensor;
    const at = starts[column]!;
    return this.#before === null && starts[column + 1] === at + 1 && values[at] === 1 ? rows[at]! : -1;
  }

  /** @param uniform in [0, 1) */
  draw(column: number, uniform: number): number {
    const { starts, rows, values } = this.#tensor;
    const before = this.#before;
    const end = starts[column + 1]!;
    let left = uniform;
    let from = 0;
    let last = -1;
    for (let k = starts[column]!; k < end; k++) {
      const row = rows[k]!;
      if (before !== null) {
        const mass = before[row]! - before[from]!;
        if (left < mass) return this.#inBackground(from, row, left);
        if (mass > 0) last = row - 1;
        left -= mass;
      }
      const p = values[k]!;
      if (left < p) return row;
      if (p > 0) last = row;
      left -= p;
      from = row + 1;
    }
    if (before === null) return last;
    const rowCount = before.length - 1;
    const mass = before[rowCount]! - before[from]!;
    if (left < mass) return this.#inBackground(from, rowCount, left);
    // The sum fell short of 1 by rounding, and the number landed in the gap: the last possible row owns it.
    return mass > 0 ? this.#lastOfBackground(from) : last;
  }

  /** The row of [from, to) in whose part of the background `left` lies. */
  #inBackground(from: number, to: number, left: number): number {
    const before = this.#before!;
    const target = before[from]! + left;
    let low = from;
    let high = to - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (target < before[middle + 1]!) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #lastOfBackground(from: number): number {
    const before = this.#before!;
    for (let row = before.length - 2; row > from; row--) if (before[row + 1]! > before[row]!) return row;
    return from;
  }
}
