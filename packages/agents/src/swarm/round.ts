import { type AnyCombiner, combineAll, joinAll } from '../coordination/combiner.js';
import { type NumberRows, numberRows } from '../coordination/concat.js';
import type { Descent } from './operation.js';

/** Contributions in columns: whole numbers, `value.length / index.length` each. */
export interface ContributionColumns {
  readonly index: Int32Array;
  readonly value: Int32Array;
  /** Which round each is of, where they are not all of one. */
  readonly round?: Float64Array;
}

const OPEN = 0;
const HEARD = 1;
const HEARD_ROW = 2;
const MISSING = -1;
/** Not all the same. */
const MIXED = -2;

/**
 * One operation after the other at one node: what its children say, until all have, or are known not to, or the time is up. It is
 * combined in index order, whatever the order of arrival: so it rounds alike on any number of threads.
 */
export class Round {
  descent!: Descent;
  /** When the node reports what it has, ms on the system's clock. */
  dueMs = 0;
  /** Made when the first says something that is no row. */
  #said: unknown[] | undefined = undefined;
  /** How all children stand, as long as they stand alike: so a round of rows, begun and heard as a whole, writes to none of them. */
  #alike = OPEN;
  /** How each child stands, where they do not. */
  readonly #standing: Int8Array;
  /** Its length, known without a look at it. */
  readonly #childCount: number;
  /** Of rows: numbers a child, count, and the numbers by child. */
  #width = 0;
  /** Children whose row has been heard, count. */
  #rowCount = 0;
  #numbers: Int32Array | undefined = undefined;
  #open = 0;
  #missingCount = 0;

  /** @param childCount children that will say something or be missing, each round */
  constructor(childCount: number) {
    this.#standing = new Int8Array(childCount);
    this.#childCount = childCount;
  }

  /** Begins anew: a node has one operation at a time. */
  begin(descent: Descent, nowMs: number): this {
    this.descent = descent;
    this.dueMs = nowMs + descent.waitMs;
    this.#said = undefined;
    this.#alike = OPEN;
    this.#rowCount = 0;
    this.#numbers = undefined;
    this.#open = this.#childCount;
    this.#missingCount = 0;
    return this;
  }

  get isComplete(): boolean {
    return this.#open === 0;
  }

  /** The first word about a child counts; what comes later is ignored. */
  settle(child: number, said: unknown): void {
    const standing = this.#byChild();
    if (standing[child] !== OPEN) return;
    standing[child] = HEARD;
    this.#said ??= new Array(this.#childCount).fill(undefined);
    this.#said[child] = said;
    this.#open--;
  }

  /**
   * The same for rows `from` to `to`, exclusive, of contributions that are whole numbers, from agents of `first` on.
   *
   * @param common which round they are of, if of one
   */
  settleRows(
    { round, index, value }: ContributionColumns,
    common: number | undefined,
    from: number,
    to: number,
    first: number,
  ): void {
    const width = value.length / index.length;
    const { round: number } = this.descent;
    if (round === undefined && common !== number) return;
    if (this.#takesAll(round, index, from, to, first)) {
      this.#width = width;
      this.#numbers = value.subarray(from * width, to * width);
      this.#alike = HEARD_ROW;
      this.#rowCount = this.#open;
      this.#open = 0;
      return;
    }
    const standing = this.#byChild();
    if (this.#numbers === undefined) {
      this.#width = width;
      this.#numbers = new Int32Array(standing.length * width);
    }
    const numbers = this.#numbers;
    for (let row = from; row < to; row++) {
      const child = index[row]! - first;
      if ((round !== undefined && round[row] !== number) || standing[child] !== OPEN) continue;
      if (width !== this.#width) {
        this.settle(child, width === 1 ? value[row] : value.subarray(row * width, (row + 1) * width));
        continue;
      }
      standing[child] = HEARD_ROW;
      this.#rowCount++;
      for (let i = 0; i < width; i++) numbers[child * width + i] = value[row * width + i]!;
      this.#open--;
    }
  }

  /** Whether the rows are those of all children in their order, and nobody has been heard of before: they need not be copied. */
  #takesAll(
    round: Float64Array | undefined,
    index: Int32Array,
    from: number,
    to: number,
    first: number,
  ): boolean {
    if (this.#open !== this.#childCount || to - from !== this.#open) return false;
    const { round: number } = this.descent;
    for (let row = from; row < to; row++)
      if ((round !== undefined && round[row] !== number) || index[row]! - first !== row - from) return false;
    return true;
  }

  /** Nothing will come, or nothing that counts. */
  settleMissing(child: number): void {
    const standing = this.#byChild();
    if (standing[child] !== OPEN) return;
    standing[child] = MISSING;
    this.#missingCount++;
    this.#open--;
  }

  /** Whether all children have said something. */
  get isWhole(): boolean {
    return this.#open === 0 && this.#missingCount === 0;
  }

  /** Whether it has said something. */
  hasHeard(child: number): boolean {
    return this.#standingOf(child) >= HEARD;
  }

  /** What a child has said, if anything. */
  said(child: number): unknown {
    if (this.#standingOf(child) !== HEARD_ROW) return this.#said?.[child];
    const width = this.#width;
    if (width === 1) return this.#numbers![child];
    return this.#numbers!.subarray(child * width, (child + 1) * width);
  }

  /** What the children say are contributions: all of them as one. @param from index of the first child */
  combineContributions(combiner: AnyCombiner, from: number): unknown {
    const whole = this.#wholeColumn(from);
    if (whole !== undefined) return whole;
    const indices: number[] = [];
    const contributions: unknown[] = [];
    for (let child = 0; child < this.#childCount; child++)
      if (this.hasHeard(child)) {
        indices.push(from + child);
        contributions.push(this.said(child));
      }
    return combineAll(combiner, contributions, indices);
  }

  /** What the children say are partial results: all of them as one. */
  combinePartials(combiner: AnyCombiner, partialOf: (said: unknown, child: number) => unknown): unknown {
    const partials: unknown[] = [];
    for (let child = 0; child < this.#childCount; child++)
      if (this.hasHeard(child)) partials.push(partialOf(this.said(child), child));
    return joinAll(combiner, partials);
  }

  #standingOf(child: number): number {
    return this.#alike === MIXED ? this.#standing[child]! : this.#alike;
  }

  /** How each child stands, now that they may differ. */
  #byChild(): Int8Array {
    if (this.#alike !== MIXED) {
      this.#standing.fill(this.#alike);
      this.#alike = MIXED;
    }
    return this.#standing;
  }

  /** Where all children have told rows of whole numbers, and such rows are wanted: them as they are. */
  #wholeColumn(first: number): NumberRows<Int32Array> | undefined {
    if (this.#numbers === undefined || this.descent.operation.combiner.name !== 'int32') return undefined;
    if (this.#rowCount !== this.#childCount) return undefined;
    return numberRows(this.#width, this.#numbers, first);
  }
}
