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
 * What applying a matrix costs, in multiply-and-adds of the dense kernel. Fitted to measurements over sizes of 4 to
 * 4 096 states and densities of 1 to 100 % (`bench inference`, table "sparse").
 */
const COSTS = {
  denseEntry: 1,
  denseRow: 1,
  entry: 1.9,
  oneHotEntry: 1.3,
  row: 3,
  gatherRow: 1.2,
  noisyRow: 2.5,
  copyRow: 0.6,
  /** Summing the input, a column; only with a background. */
  column: 0.7,
} as const;

/** Every form that the matrix can have, cheapest first. */
export function possibleForms(matrix: Matrix): FormCost[] {
  const { rowCount: rows, columnCount: columns, background } = matrix;
  const listed = matrix.values.length;
  const forms: FormCost[] = [
    {
      form: 'dense',
      bytes: 4 * rows * columns,
      cost: COSTS.denseEntry * rows * columns + COSTS.denseRow * rows,
    },
  ];
  if (background === null) {
    const ones = matrix.values.every((value) => value === 1);
    const sparseBytes = 8 * listed + 4 * (rows + 1);
    forms.push({ form: 'sparse', bytes: sparseBytes, cost: COSTS.entry * listed + COSTS.row * rows });
    if (ones) {
      const bytes = 4 * listed + 4 * (rows + 1);
      forms.push({ form: 'one-hot', bytes, cost: COSTS.oneHotEntry * listed + COSTS.row * rows });
      if (hasOneEntryEachRow(matrix)) {
        forms.push({ form: 'gather', bytes: 4 * rows, cost: COSTS.gatherRow * rows });
        if (isDiagonal(matrix)) forms.push({ form: 'identity', bytes: 0, cost: COSTS.copyRow * rows });
      }
    }
  } else {
    const total = COSTS.column * columns;
    const rowCost = COSTS.row + 1;
    const bytes = 12 * listed + 4 * (rows + 1) + 4 * rows;
    forms.push({ form: 'background', bytes, cost: COSTS.entry * listed + rowCost * rows + total });
    if (hasOneEntryEachRow(matrix)) {
      forms.push({ form: 'noisy-gather', bytes: 16 * rows, cost: COSTS.noisyRow * rows + total });
    }
  }
  return forms.sort((a, b) => a.cost - b.cost || a.bytes - b.bytes);
}

function hasOneEntryEachRow({ starts, rowCount }: Matrix): boolean {
  for (let r = 0; r <= rowCount; r++) if (starts[r] !== r) return false;
  return true;
}

function isDiagonal({ columns, rowCount, columnCount }: Matrix): boolean {
  return rowCount === columnCount && columns.every((column, row) => column === row);
}
