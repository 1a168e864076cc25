import type { Matrix } from './matrix.js';

/**
 * How a matrix is stored and applied; `wasm/assembly/linear-map.ts` gives the sum that each stands for.
 *
 * - `dense`: every entry.
 * - `sparse`: the entries that are not 0.
 * - `background`: the entries that differ from their row's commonest value, and that value.
 * - `one-hot`: entries that are 1, all others 0, in any number a row.
 * - `gather`: as `one-hot`, exactly one a row.
 * - `identity`: nothing.
 * - `noisy-gather`: as `background`, exactly one entry a row.
 */
export type Form = 'dense' | 'sparse' | 'background' | 'one-hot' | 'gather' | 'identity' | 'noisy-gather';

/** The number that kernels know each form by. */
export const FORM_CODES: Readonly<Record<Form, number>> = {
  dense: 0,
  sparse: 1,
  background: 2,
  'one-hot': 3,
  gather: 4,
  identity: 5,
  'noisy-gather': 6,
};

/** A form that a matrix can have, and what it costs. */
export interface FormCost {
  readonly form: Form;
  /** Bytes in memory. */
  readonly bytes: number;
  /** Expected time of one application to four lanes, in vector operations of the dense kernel's inner loop. */
  readonly cost: number;
}

/**
 * What applying a matrix costs, in multiply-and-adds of the dense kernel, which take a quarter of a nanosecond.
 *
 * Fitted by `pnpm bench inference`, table "costs": the least squares of relative errors over the times of every
 * form that 195 matrices can have, of 4 to 10 000 states and 0.05 to 100 % of entries. They agree with
 * most of the times within a fifth; where matrices leave the caches all forms slow down alike. The table
 * "forms" tells how far the automatic choice is from the best one.
 */
const COSTS = {
  dense: { call: 11, row: 0.2, entry: 1 },
  sparse: { call: 9, row: 3.3, entry: 1.9 },
  /** Without the sum of the input, which is a chain of additions over the columns. */
  background: { call: 7, row: 3.6, entry: 1.9 },
  backgroundColumn: 1.7,
  /** In longer rows each addition waits for the one before. */
  lateEntry: 0.75,
  lateAfter: 16,
  oneHot: { call: 5, row: 3.1, entry: 0.7 },
  gather: { call: 5, row: 1.85 },
  noisyGather: { call: 4, row: 3.9 },
  /** `memory.copy` has to be called; a gather of few rows is sooner done. */
  identity: { call: 17, row: 0.3 },
} as const;

/** Every form that the matrix can have, cheapest first. */
export function possibleForms(matrix: Matrix): FormCost[] {
  const { rowCount: rows, columnCount: columns, background } = matrix;
  const listed = matrix.values.length;
  const cost = ({ call, row, entry = 0 }: Cost, entries = listed): number =>
    call + row * rows + entry * entries;
  const late = COSTS.lateEntry * lateEntries(matrix);
  const forms: FormCost[] = [
    { form: 'dense', bytes: 4 * rows * columns, cost: cost(COSTS.dense, rows * columns) },
  ];
  if (background === null) {
    const ones = matrix.values.every((value) => value === 1);
    forms.push({ form: 'sparse', bytes: 8 * listed + 4 * (rows + 1), cost: cost(COSTS.sparse) + late });
    if (ones) {
      forms.push({ form: 'one-hot', bytes: 4 * listed + 4 * (rows + 1), cost: cost(COSTS.oneHot) });
      if (hasOneEntryEachRow(matrix)) {
        forms.push({ form: 'gather', bytes: 4 * rows, cost: cost(COSTS.gather) });
        if (isDiagonal(matrix)) forms.push({ form: 'identity', bytes: 0, cost: cost(COSTS.identity) });
      }
    }
  } else {
    const total = COSTS.backgroundColumn * columns;
    const bytes = 12 * listed + 4 * (rows + 1) + 4 * rows;
    forms.push({ form: 'background', bytes, cost: cost(COSTS.background) + late + total });
    if (hasOneEntryEachRow(matrix)) {
      forms.push({ form: 'noisy-gather', bytes: 16 * rows, cost: cost(COSTS.noisyGather) + total });
    }
  }
  return forms.sort((a, b) => a.cost - b.cost || a.bytes - b.bytes);
}

interface Cost {
  readonly call: number;
  readonly row: number;
  readonly entry?: number;
}

/** Entries that come after the first few of their row, count. */
function lateEntries({ starts, rowCount }: Matrix): number {
  let late = 0;
  for (let r = 0; r < rowCount; r++) late += Math.max(0, starts[r + 1]! - starts[r]! - COSTS.lateAfter);
  return late;
}

function hasOneEntryEachRow({ starts, rowCount }: Matrix): boolean {
  for (let r = 0; r <= rowCount; r++) if (starts[r] !== r) return false;
  return true;
}

function isDiagonal({ columns, rowCount, columnCount }: Matrix): boolean {
  return rowCount === columnCount && columns.every((column, row) => column === row);
}
