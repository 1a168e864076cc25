import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { spreadOf } from '../inference/interleave.js';
import type { CoordinationReport } from './coordination-process.js';
import { fitLine, fitPower, type LineFit } from './fit.js';
import { measure, type SwarmMeasure } from './measure.js';
import { FAN_OUT, type Shape } from './town.js';

const PROCESS = fileURLToPath(new URL('./coordination-process.js', import.meta.url));
const FLAGS = ['--max-old-space-size=8192'];

/** Barrier, vote and reduce of so many agents under a tree, each beside the same under one flat coordinator. */
export async function coordinationOf(counts: readonly number[], repeats: number): Promise<SwarmMeasure[]> {
  const reports: CoordinationReport[] = [];
  for (const agents of counts) reports.push(...(await reportsOf(agents, repeats)));
  const measures = reports.flatMap((report) => {
    const other = reports.find(
      ({ agents, operation, shape }) =>
        agents === report.agents && operation === report.operation && shape !== report.shape,
    )!;
    return measuresOf(report, other);
  });
  return [...measures, ...fitsOf(reports)];
}

const benchOf = ({ operation }: CoordinationReport): string => `coordination: ${operation}`;

function measuresOf(report: CoordinationReport, other: CoordinationReport): SwarmMeasure[] {
  const { agents, shape, hopsDown, hopsUp, messagesPerActorMax, virtualMs, computedMs } = report;
  const common = { bench: benchOf(report), model: shape, agents, threads: 1, baseline: other.shape };
  const spread = (of: readonly number[]): Pick<SwarmMeasure, 'value' | 'least' | 'most'> => {
    const { median: value, least, most } = spreadOf(of);
    return { value, least, most };
  };
  const [wall, longest] = [spread(report.wallMs), spread(report.longestTurnMs)];
  return [
    measure({
      ...common,
      metric: 'hops',
      value: hopsDown + hopsUp,
      unit: 'count',
      ratio: (hopsDown + hopsUp) / (other.hopsDown + other.hopsUp),
    }),
    measure({
      ...common,
      metric: 'messagesPerActorMax',
      value: messagesPerActorMax,
      unit: 'count',
      ratio: messagesPerActorMax / other.messagesPerActorMax,
    }),
    ...(virtualMs === null
      ? []
      : [
          measure({
            ...common,
            metric: 'virtualMs',
            value: virtualMs,
            unit: 'ms',
            ratio: virtualMs / other.virtualMs!,
          }),
        ]),
    measure({
      ...common,
      metric: 'virtualMs, computed',
      value: computedMs,
      unit: 'ms',
      ratio: computedMs / other.computedMs,
    }),
    measure({
      ...common,
      metric: 'longestTurnMs',
      ...longest,
      unit: 'ms',
      ratio: longest.value / spread(other.longestTurnMs).value,
    }),
    measure({
      ...common,
      metric: 'wallMs',
      ...wall,
      unit: 'ms',
      ratio: wall.value / spread(other.wallMs).value,
    }),
  ];
}

/**
 * What virtual time is as good as proportional to, but for what the hops take: messages of the tree from its root to a leaf, of which each actor there
 * handles as many as it has children; or all agents, one by one.
 */
export function virtualTerm(shape: Shape, agents: number): number {
  return shape === 'tree' ? (FAN_OUT * Math.log(agents)) / Math.log(FAN_OUT) : agents;
}

/** How wall time grows with the number of agents, as the exponent of the power law nearest to it, and virtual time as a line. */
function fitsOf(reports: readonly CoordinationReport[]): SwarmMeasure[] {
  const keys = [...new Set(reports.map((report) => `${benchOf(report)}|${report.shape}`))];
  return keys.flatMap((key) => {
    const own = reports.filter((report) => `${benchOf(report)}|${report.shape}` === key);
    if (own.length < 2) return [];
    const common = {
      bench: benchOf(own[0]!),
      model: own[0]!.shape,
      agents: own.at(-1)!.agents,
      threads: 1,
      unit: 'of agents',
    };
    const exponent = (of: (report: CoordinationReport) => number): number =>
      fitPower(own.map((report) => ({ n: report.agents, value: of(report) }))).exponent;
    const { slope, constant, worst } = lineOf(own);
    const term = own[0]!.shape === 'tree' ? 'k log_k n' : 'n';
    const fitted = {
      bench: 'coordination: virtual time as a line',
      model: `${own[0]!.operation}, ${own[0]!.shape}`,
    };
    return [
      measure({ ...common, ...fitted, metric: `for each of ${term}`, value: 1000 * slope, unit: 'us' }),
      measure({ ...common, ...fitted, metric: 'besides', value: 1000 * constant, unit: 'us' }),
      measure({ ...common, ...fitted, metric: 'off at most', value: worst, unit: '1' }),
      measure({
        ...common,
        metric: 'exponent of wallMs',
        value: exponent(({ wallMs }) => spreadOf(wallMs).median),
      }),
      measure({
        ...common,
        metric: 'exponent of longestTurnMs',
        value: exponent(({ longestTurnMs }) => spreadOf(longestTurnMs).median),
      }),
    ];
  });
}

/** Of what was simulated, and where that was too much, computed. */
function lineOf(reports: readonly CoordinationReport[]): LineFit {
  return fitLine(
    reports.map(({ shape, agents, virtualMs, computedMs }) => ({
      x: virtualTerm(shape, agents),
      value: virtualMs ?? computedMs,
    })),
  );
}

async function reportsOf(agents: number, repeats: number): Promise<CoordinationReport[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...FLAGS,
    PROCESS,
    String(agents),
    String(repeats),
  ]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
