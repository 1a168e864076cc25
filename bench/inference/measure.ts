import { formatTable } from '@skein/cli';
import type { Spread } from './interleave.js';

/** One figure: a line of `--json`. */
export interface Measure {
  /** The table it stands in. */
  readonly bench: string;
  readonly model: string;
  readonly metric: string;
  readonly value: number;
  readonly least: number | null;
  readonly most: number | null;
  readonly unit: string;
  /** The metric it is compared with, and how many times less it is than that. */
  readonly baseline: string | null;
  readonly ratio: number | null;
}

/** What a figure may leave out. */
type Optional = 'least' | 'most' | 'baseline' | 'ratio';

export function measure(parts: Omit<Measure, Optional> & Partial<Pick<Measure, Optional>>): Measure {
  const {
    bench,
    model,
    metric,
    value,
    least = null,
    most = null,
    unit,
    baseline = null,
    ratio = null,
  } = parts;
  return { bench, model, metric, value, least, most, unit, baseline, ratio };
}

/** The value, least and most of a spread, for a measure. */
export const valuesOf = ({ median, least, most }: Spread): Pick<Measure, 'value' | 'least' | 'most'> => ({
  value: median,
  least,
  most,
});

/** A table for each bench, in the order of appearance. */
export function formatMeasures(measures: readonly Measure[]): string {
  const benches = [...new Set(measures.map(({ bench }) => bench))];
  return benches
    .map((bench) => {
      const rows = measures
        .filter((candidate) => candidate.bench === bench)
        .map(({ model, metric, value, least, most, unit, ratio, baseline }, i, all) => [
          ...(i > 0 && all[i - 1]!.model === model && all[i - 1]!.metric === metric
            ? ['', '', '', '', '', ''] // the same figure, beside another one
            : [
                model,
                metric,
                ...[value, least, most].map((number) => (number === null ? '' : formatNumber(number))),
                unit,
              ]),
          ratio === null ? '' : formatNumber(ratio),
          baseline ?? '',
        ]);
      return `${bench}\n\n${formatTable(COLUMNS, rows)}`;
    })
    .join('\n\n');
}

const COLUMNS = [
  { title: 'model' },
  { title: 'measure' },
  { title: 'median', align: 'right' },
  { title: 'least', align: 'right' },
  { title: 'most', align: 'right' },
  { title: 'unit' },
  { title: 'times less', align: 'right' },
  { title: 'than' },
] as const;

/** Three digits; more only of what is whole. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en');
  return Math.abs(value) >= 1000
    ? Math.round(Number(value.toPrecision(3))).toLocaleString('en')
    : value.toPrecision(3);
}
