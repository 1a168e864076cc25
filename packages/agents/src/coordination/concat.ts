import type { Combiner, Numbers } from './combiner.js';

/** What agents contribute, one behind the other. Those who are missing leave no gap. */
export function listCombiner(): Combiner<unknown, readonly unknown[], readonly unknown[]> {
  return {
    empty: () => [],
    of: (contribution) => [contribution],
    ofAll: (contributions) => contributions,
    join: (left, right) => [...left, ...right],
    joinAll: (lists) => lists.flat(1),
    read: (list) => list,
  };
}

/** Rows of numbers, one behind the other, in index order. Those who are missing leave no gap. Plain data. */
export interface NumberRows<Rows extends Int32Array | Float64Array> {
  /** Numbers a row, count; 0 while there is none. */
  readonly width: number;
  /** Row-major; of one that is unfit 0. */
  readonly numbers: Rows;
  /** The agent of the first row, index; -1 while there is none. */
  readonly first: number;
  /** The first agent whose contribution is no such numbers, or not as many as the one before it; -1 if there is none. */
  readonly unfit: number;
}

/**
 * Makes them: plain objects, but not by a literal, which V8 would allot in its old space: see
 * `docs/decisions/0018-rounds-that-leave-little-behind.md`.
 */
const PlainRows = function (
  this: { -readonly [Field in keyof AnyRows]: AnyRows[Field] },
  width: number,
  numbers: Int32Array | Float64Array,
  first: number,
  unfit: number,
): void {
  this.width = width;
  this.numbers = numbers;
  this.first = first;
  this.unfit = unfit;
} as unknown as new <Rows extends Int32Array | Float64Array>(
  width: number,
  numbers: Rows,
  first: number,
  unfit: number,
) => NumberRows<Rows>;
PlainRows.prototype = Object.prototype;

type AnyRows = NumberRows<Int32Array | Float64Array>;

/** Rows that are all fit. */
export function numberRows<Rows extends Int32Array | Float64Array>(
  width: number,
  numbers: Rows,
  first: number,
): NumberRows<Rows> {
  return new PlainRows(width, numbers, first, -1);
}

/** Rows of whole numbers of 32 bits: actions. */
export function int32Combiner(): Combiner<Numbers, NumberRows<Int32Array>, NumberRows<Int32Array>> {
  return rowsCombiner(Int32Array);
}

/** Rows of numbers. */
export function float64Combiner(): Combiner<Numbers, NumberRows<Float64Array>, NumberRows<Float64Array>> {
  return rowsCombiner(Float64Array);
}

function rowsCombiner<Rows extends Int32Array | Float64Array>(Rows: {
  new (length: number): Rows;
}): Combiner<Numbers, NumberRows<Rows>, NumberRows<Rows>> {
  const empty: NumberRows<Rows> = { width: 0, numbers: new Rows(0), first: -1, unfit: -1 };

  const ofAll = (contributions: readonly Numbers[], indices: ArrayLike<number>): NumberRows<Rows> => {
    const count = contributions.length;
    const width = widthOf(contributions[0]!);
    const numbers = new Rows(count * width);
    let unfit = -1;
    for (let i = 0; i < count; i++) {
      const row = contributions[i]!;
      const fits =
        typeof row === 'number' ? putNumber(numbers, i, row, width) : putRow(numbers, i, row, width);
      if (!fits && unfit === -1) unfit = indices[i]!;
    }
    return new PlainRows(width, numbers, indices[0]!, unfit);
  };

  const copied = (all: readonly NumberRows<Rows>[], length: number): Rows => {
    const numbers = new Rows(length);
    let at = 0;
    for (const one of all) {
      numbers.set(one.numbers, at);
      at += one.numbers.length;
    }
    return numbers;
  };

  const joinAll = (all: readonly NumberRows<Rows>[]): NumberRows<Rows> => {
    let length = 0;
    let width = 0;
    let first = -1;
    let unfit = -1;
    for (const one of all) {
      length += one.numbers.length;
      if (one.width !== 0 && width === 0) width = one.width;
      if (first === -1) first = one.first;
      if (unfit === -1) unfit = one.width !== 0 && one.width !== width ? one.first : one.unfit;
    }
    return new PlainRows(width, sideBySide(all, length) ?? copied(all, length), first, unfit);
  };

  return {
    empty: () => empty,
    of: (contribution, index) => ofAll([contribution], [index]),
    ofAll,
    join: (left, right) => joinAll([left, right]),
    joinAll,
    read: (rows) => rows,
  };
}

/** The view of all numbers, `length` in count, where they lie one behind the other as those of one batch do: nothing is copied then. */
function sideBySide<Rows extends Int32Array | Float64Array>(
  all: readonly NumberRows<Rows>[],
  length: number,
): Rows | undefined {
  const first = all[0]!.numbers;
  let end = first.byteOffset;
  for (const { numbers } of all) {
    if (numbers.buffer !== first.buffer || numbers.byteOffset !== end) return undefined;
    end += numbers.byteLength;
  }
  const View = first.constructor as new (buffer: ArrayBufferLike, byteOffset: number, length: number) => Rows;
  return new View(first.buffer, first.byteOffset, length);
}

function widthOf(numbers: Numbers): number {
  return typeof numbers === 'number' ? 1 : Math.max(numbers?.length || 0, 1);
}

/** Both say whether it is what it should be, to the last bit. */
function putNumber(rows: Int32Array | Float64Array, at: number, x: number, width: number): boolean {
  rows[at * width] = x;
  return width === 1 && rows[at] === x;
}

function putRow(rows: Int32Array | Float64Array, at: number, row: ArrayLike<number>, width: number): boolean {
  if (row?.length !== width) return false;
  const offset = at * width;
  let fits = true;
  for (let i = 0; i < width; i++) {
    rows[offset + i] = row[i]!;
    if (rows[offset + i] !== row[i]) fits = false;
  }
  return fits;
}
