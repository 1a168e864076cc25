import { formatTable } from '@skein/cli';
import type { Figure } from './measure.js';

/** One table of what belongs to one bench: a figure once, with a ratio for each of its baselines. */
export function formatFigures(figures: readonly Figure[]): string {
  const rows = figures.map(({ work, by, metric, value, least, most, unit, baseline, ratio }, i) => {
    const previous = figures[i - 1];
    const isSameFigure = previous?.work === work && previous.by === by && previous.metric === metric;
    const figure = [
      work,
      by,
      metric,
      ...[value, least, most].map((number) => Number(number.toPrecision(3)).toLocaleString('en')),
      unit,
    ];
    return [
      ...(isSameFigure ? figure.map(() => '') : figure),
      ratio === null ? '' : ratio.toPrecision(3),
      baseline ?? '',
    ];
  });
  return formatTable(COLUMNS, rows);
}

const COLUMNS = [
  { title: 'work' },
  { title: 'by' },
  { title: 'measure' },
  { title: 'median', align: 'right' },
  { title: 'least', align: 'right' },
  { title: 'most', align: 'right' },
  { title: 'unit' },
  { title: 'times as good', align: 'right' },
  { title: 'as' },
] as const;
