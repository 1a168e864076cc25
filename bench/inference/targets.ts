import { formatTable } from '@skein/cli';
import { LANES_AND_LOGS } from './causes.js';
import { CHOICE } from './form-choice.js';
import { SAMPLED } from './heap.js';
import { formatNumber, type Measure } from './measure.js';
import { BYTES_AN_AGENT, BYTES_SAVED } from './memory.js';

interface Target {
  readonly name: string;
  readonly limit: number;
  /** Whether the measure may be at most or must be at least the limit. */
  readonly bound: 'at most' | 'at least';
  readonly unit: string;
  readonly measured: number;
}

/** What the inference core is meant to achieve, beside what it did. */
export function formatTargets(measures: readonly Measure[]): string {
  const columns = [
    { title: 'target' },
    { title: 'limit', align: 'right' },
    { title: 'measured', align: 'right' },
    { title: 'met' },
  ] as const;
  return formatTable(
    columns,
    targets(measures).map(({ name, bound, limit, unit, measured }) => [
      name,
      `${bound} ${limit} ${unit}`,
      formatNumber(measured),
      (bound === 'at most' ? measured <= limit : measured >= limit) ? 'yes' : 'NO',
    ]),
  );
}

function targets(measures: readonly Measure[]): Target[] {
  const all = (bench: string, metric: string, model?: string): Measure[] =>
    measures.filter(
      (found) => found.bench === bench && found.metric === metric && (model ?? found.model) === found.model,
    );
  const worst = (found: readonly Measure[]): number => Math.max(...found.map(({ value }) => value));
  const step = (model: string, limit: number): Target => ({
    name: `step of ${model}, the slower regime`,
    limit,
    bound: 'at most',
    unit: 'us/agent',
    measured: worst(['broad', 'tracking'].flatMap((regime) => all('steps', 'simd', `${model}, ${regime}`))),
  });
  return [
    step('i', 2),
    step('ii', 1),
    step('iii len 2', 5),
    step('iii len 3', 28),
    step('iv', 4),
    step('v', 25),
    step('vi', 25),
    {
      name: 'ii: lanes and vector logarithms alone, times the scalar step',
      limit: 6,
      bound: 'at least',
      unit: 'times',
      measured: all('causes', LANES_AND_LOGS, 'ii')[0]!.ratio!,
    },
    {
      name: 'ii: a batch of one, times the scalar step',
      limit: 1,
      bound: 'at least',
      unit: 'times',
      measured: all('batch sizes', 'batch of 1')[0]!.ratio!,
    },
    {
      name: 'automatic form, times the best, at its worst',
      limit: 1.25,
      bound: 'at most',
      unit: 'times',
      measured: worst(all('forms', CHOICE)),
    },
    {
      name: 'ii: memory that an agent adds',
      limit: 300,
      bound: 'at most',
      unit: 'bytes',
      measured: worst(all('memory', BYTES_AN_AGENT)),
    },
    {
      name: 'vi: tables take less than dense by',
      limit: 99,
      bound: 'at least',
      unit: '%',
      measured: worst(all('memory', BYTES_SAVED)),
    },
    {
      name: 'JavaScript heap of a steady step',
      limit: 0,
      bound: 'at most',
      unit: 'bytes',
      measured: worst(all('heap', SAMPLED)),
    },
  ];
}
