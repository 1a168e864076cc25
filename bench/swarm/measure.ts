import { formatTable } from '@skein/cli';
import { formatNumber } from '../inference/measure.js';

/** One figure: a line of `--json`. */
export interface SwarmMeasure {
  /** The table it stands in. */
  readonly bench: string;
  readonly model: string;
  readonly agents: number;
  /** Threads at work, count: see `Site`. */
  readonly threads: number;
  readonly metric: string;
  /** Median, least and most over the laps. */
  readonly value: number;
  readonly least: number | null;
  readonly most: number | null;
  readonly unit: string;
  /** What it stands beside, and how many times as much it is. */
  readonly baseline: string | null;
  readonly ratio: number | null;
}

type Optional = 'least' | 'most' | 'baseline' | 'ratio';

export function measure(
  parts: Omit<SwarmMeasure, Optional> & Partial<Pick<SwarmMeasure, Optional>>,
): SwarmMeasure {
  const { bench, model, agents, threads, metric, value, least = null, most = null, unit } = parts;
  const { baseline = null, ratio = null } = parts;
  return { bench, model, agents, threads, metric, value, least, most, unit, baseline, ratio };
}

/** A table of measures, one a row. */
export function formatMeasures(measures: readonly SwarmMeasure[]): string {
  return formatTable(
    COLUMNS,
    measures.map(({ model, agents, threads, metric, value, least, most, unit, ratio, baseline }) => [
      model,
      formatNumber(agents),
      String(threads),
      metric,
      ...[value, least, most, ratio].map((number) => (number === null ? '' : formatNumber(number))),
      unit,
      baseline ?? '',
    ]),
  );
}

const COLUMNS = [
  { title: 'model' },
  { title: 'agents', align: 'right' },
  { title: 'threads', align: 'right' },
  { title: 'measure' },
  { title: 'median', align: 'right' },
  { title: 'least', align: 'right' },
  { title: 'most', align: 'right' },
  { title: 'times', align: 'right' },
  { title: 'unit' },
  { title: 'times what' },
] as const;

/**
 * The same for a page: what was measured with one model, number of agents and threads on one row, with a column a metric. A cell is a
 * median, with least and most where there are any.
 */
export function markdownOf(measures: readonly SwarmMeasure[]): string {
  const metrics = [...new Set(measures.map(({ metric, unit }) => `${metric}, ${unit}`))];
  const keyOf = ({ model, agents, threads }: SwarmMeasure): string => `${model}|${agents}|${threads}`;
  const keys = [...new Set(measures.map(keyOf))];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const titles = ['model', 'agents', 'threads', ...metrics];
  const body = keys.map((key) => {
    const row = measures.filter((found) => keyOf(found) === key);
    const { model, agents, threads } = row[0]!;
    const cells = metrics.map((title) => {
      const found = row.find(({ metric, unit }) => `${metric}, ${unit}` === title);
      return found === undefined ? '' : cellOf(found);
    });
    return line([model, formatNumber(agents), String(threads), ...cells]);
  });
  return [line(titles), line(titles.map(() => '---')), ...body].join('\n');
}

function cellOf({ value, least, most }: SwarmMeasure): string {
  if (least === null || most === null) return formatNumber(value);
  return `${formatNumber(value)} (${formatNumber(least)} to ${formatNumber(most)})`;
}
