import type { FormCase } from './forms.js';
import { type Measure, measure } from './measure.js';

/** The table of fitted costs. */
export const FITTED = 'costs';

/** Entries of a row after which each addition waits for the one before, count; `COSTS.lateAfter`. */
const LATE_AFTER = 16;

/** What a form's time is taken to be linear in. */
const FEATURES = {
  dense: ['call', 'row', 'entry'],
  sparse: ['call', 'row', 'entry', 'late entry'],
  background: ['call', 'row', 'entry', 'late entry', 'column'],
  'one-hot': ['call', 'row', 'entry'],
  gather: ['call', 'row'],
  identity: ['call', 'row'],
  'noisy-gather': ['call', 'row and column'],
} as const;

/**
 * The constants by which the compiler foresees what a form costs (`compile/form.ts`), from measured times: those, none
 * below 0, that make the sum of squared relative errors least, in units of a dense entry.
 */
export function fitCosts(cases: readonly FormCase[]): Measure[] {
  const fits = Object.entries(FEATURES).map(([form, names]) => {
    const points = cases.flatMap(({ spec, forms }) => {
      const found = forms.find((candidate) => candidate.form === form);
      if (found === undefined) return [];
      const { rows, columns, listed } = spec;
      const entries = form === 'dense' ? rows * columns : listed * columns;
      const values = {
        call: 1,
        row: rows,
        'row and column': rows,
        column: columns,
        entry: entries,
        'late entry': Math.max(0, entries - LATE_AFTER * rows),
      };
      return [names.map((name) => values[name] / found.time.median)];
    });
    return { form, names, costs: leastSquares(points, names.length) };
  });
  const dense = fits.find(({ form }) => form === 'dense')!;
  const unit = dense.costs[dense.names.indexOf('entry' as never)]!;
  return fits.flatMap(({ form, names, costs }) =>
    names.map((name, i) =>
      measure({ bench: FITTED, model: form, metric: name, value: costs[i]! / unit, unit: 'dense entries' }),
    ),
  );
}

/** x of at least 0 with `sum_p (points[p] . x - 1)^2` least, one coordinate after the other. */
function leastSquares(points: readonly (readonly number[])[], count: number): number[] {
  const x = new Array<number>(count).fill(0);
  const residuals = points.map(() => 1);
  for (let sweep = 0; sweep < 2000; sweep++) {
    for (let i = 0; i < count; i++) {
      let along = 0;
      let square = 0;
      points.forEach((point, p) => {
        along += point[i]! * residuals[p]!;
        square += point[i]! ** 2;
      });
      const next = Math.max(0, x[i]! + along / Math.max(square, Number.MIN_VALUE));
      points.forEach((point, p) => {
        residuals[p]! -= point[i]! * (next - x[i]!);
      });
      x[i] = next;
    }
  }
  return x;
}
