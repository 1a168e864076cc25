import type { ScalePoint, ScaleReport } from './scale-report.js';

/** One line of a plot. */
export interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Its colour, by number; default: its place among the curves. */
  readonly color?: number;
  readonly dashed?: boolean;
}

/** What is plotted over the number of agents, which has a logarithmic axis. */
export interface Plot {
  readonly title: string;
  readonly unit: string;
  /** Numbers that the x axis spans, the same for all plots of a report; default: those of the curves. */
  readonly span?: readonly number[];
  readonly curves: readonly Curve[];
  readonly yScale: 'linear' | 'log';
  /** A value to be marked by a line across. */
  readonly level?: number;
}

/** The plots of a report, for each number of threads a curve; those of which nothing is known are left out. */
export function plotsOf({ points }: ScaleReport): Plot[] {
  const threadCounts = [...new Set(points.map(({ threads }) => threads))];
  const curvesOf = (of: (point: ScalePoint) => number | null): Curve[] =>
    threadCounts.flatMap((threads) => {
      const own = points
        .filter((point) => point.threads === threads)
        .map((point) => [point.agents, of(point)] as const)
        .filter((point): point is readonly [number, number] => point[1] !== null);
      return own.length === 0 ? [] : [{ name: threadsInWords(threads), points: own }];
    });
  const plots: Plot[] = [
    { title: 'Agent steps', unit: 'a second', curves: curvesOf((one) => one.stepsPerSecond), yScale: 'log' },
    {
      title: 'Efficiency',
      unit: 'of so many single agents as there are threads',
      curves: curvesOf((one) => one.efficiency),
      yScale: 'linear',
      level: 1,
    },
    { title: 'Round, median', unit: 'ms', curves: curvesOf((one) => one.roundP50Ms), yScale: 'log' },
    { title: 'Round, 99th percentile', unit: 'ms', curves: curvesOf((one) => one.roundP99Ms), yScale: 'log' },
    {
      title: 'Outside of kernels',
      unit: 'share of a round',
      curves: curvesOf((one) => one.overheadShare),
      yScale: 'linear',
    },
    {
      title: 'Memory',
      unit: 'bytes an agent',
      curves: curvesOf((one) => one.bytesPerAgent),
      yScale: 'linear',
    },
    { title: 'Hops of a round', unit: 'down and up', curves: curvesOf((one) => one.hops), yScale: 'linear' },
    {
      title: 'Messages of the busiest actor',
      unit: 'a round',
      curves: curvesOf((one) => one.messagesPerActorMax),
      yScale: 'linear',
    },
  ];
  const span = points.map(({ agents }) => agents);
  return plots.filter(({ curves }) => curves.length > 0).map((plot) => ({ ...plot, span }));
}

/** `main thread`, `2 threads`. */
export function threadsInWords(threads: number): string {
  return threads === 1 ? 'main thread' : `${threads} threads`;
}
