import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bar, barsFile, type Curve, type Plot, type PlotAxes, plotFile } from '@skein/cli';
import { numberIn, type TableRow, tablesOf } from './page-tables.js';

const MODEL = 'ii';
const AGENTS = 'agents';
const THREADS = [
  { threads: '1', name: 'one thread', color: 0 },
  { threads: '2', name: 'two threads', color: 1 },
];

/** Pictures of the figures of a page, by the names of their files; those of which it has no figures are left out. */
export function plotsOfPage(page: string): ReadonlyMap<string, string> {
  const tables = tablesOf(page);
  const rowsOf = (name: string): readonly TableRow[] =>
    (tables.get(name) ?? []).filter((row) => row.get('model') === MODEL);
  const files = new Map<string, string>();
  const draw = (name: string, plot: Plot, axes: Omit<PlotAxes, 'x'>): void => {
    const curves = plot.curves.filter(({ points }) => points.length > 0);
    if (curves.length > 0) files.set(`${name}.svg`, plotFile({ ...plot, curves }, { x: AGENTS, ...axes }));
  };
  const steps = rowsOf('steps');
  draw(
    'steps',
    {
      title: 'Steps of agents a second',
      unit: 'a second',
      yScale: 'log',
      curves: byThreads(steps, 'stepsPerSecond, steps/s'),
    },
    { y: 'steps a second' },
  );
  draw(
    'efficiency',
    { title: 'Efficiency', unit: '', yScale: 'linear', level: 1, curves: byThreads(steps, 'efficiency, 1') },
    { y: 'of the fastest single agents', level: 'as many single agents as there are threads' },
  );
  draw(
    'rounds',
    {
      title: 'How long a round takes',
      unit: 'ms',
      yScale: 'log',
      level: 10,
      curves: [
        ...byThreads(steps, 'roundP50Ms, ms', { also: ', median' }),
        ...byThreads(steps, 'roundP99Ms, ms', { also: ', p99', dashed: true }),
      ],
    },
    { y: 'ms', level: '10 ms' },
  );
  const [share] = byThreads(steps, 'overheadShare, 1');
  if (share !== undefined)
    draw(
      'outside-kernels',
      { title: 'Share of a round outside of the kernels', unit: '', yScale: 'linear', curves: [share] },
      { y: 'share of the time' },
    );
  const coordination = tables.get('coordination: reduce') ?? [];
  draw(
    'coordination',
    {
      title: 'A reduction in virtual time',
      unit: 'ms',
      yScale: 'log',
      curves: ['tree', 'flat'].map((model) => ({
        name: model === 'tree' ? 'tree' : 'flat coordinator',
        points: pointsOf(
          coordination.filter((row) => row.get('model') === model),
          'virtualMs, computed, ms',
        ),
      })),
    },
    { y: 'virtual ms' },
  );
  const bars = rowsOf('memory').map(barOf);
  if (bars.length > 0) files.set('memory.svg', barsFile('Memory of an added agent', 'bytes', bars));
  return files;
}

/** Writes them. @param directory is made if there is none */
export async function writePlots(page: string, directory: string): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true });
  const files = plotsOfPage(page);
  for (const [name, svg] of files) await writeFile(join(directory, name), svg);
  return [...files.keys()];
}

function byThreads(
  rows: readonly TableRow[],
  column: string,
  { also = '', dashed = false }: { readonly also?: string; readonly dashed?: boolean } = {},
): Curve[] {
  return THREADS.map(({ threads, name, color }) => {
    const own = rows.filter((row) => row.get('threads') === threads);
    return { name: `${name}${also}`, color, dashed, points: pointsOf(own, column) };
  });
}

function pointsOf(rows: readonly TableRow[], column: string): (readonly [number, number])[] {
  return rows.flatMap((row) => {
    const [agents, value] = [numberIn(row.get(AGENTS)), numberIn(row.get(column))];
    return agents === undefined || value === undefined ? [] : [[agents, value] as const];
  });
}

const MEMORY_PARTS = [
  ['bytesPerAgent, heap, bytes/agent', 'heap'],
  ['bytesPerAgent, buffers, bytes/agent', 'buffers'],
  ['bytesPerAgent, kernels, bytes/agent', 'kernels'],
] as const;

function barOf(row: TableRow): Bar {
  const parts = MEMORY_PARTS.map(([column, name]) => ({ name, value: numberIn(row.get(column)) ?? 0 }));
  return { name: `model ${row.get('model')}`, parts };
}
