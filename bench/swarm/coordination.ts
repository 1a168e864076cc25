import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { spreadOf } from '../inference/interleave.js';
import type { CoordinationReport } from './coordination-process.js';
import { fitPower } from './fit.js';
import { measure, type SwarmMeasure } from './measure.js';

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
  const { agents, shape, hopsDown, hopsUp, messagesPerActorMax, virtualMs } = report;
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
    measure({
      ...common,
      metric: 'virtualMs',
      value: virtualMs,
      unit: 'virtual ms',
      ratio: virtualMs / other.virtualMs,
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

/** How each grows with the number of agents: the exponent of the power law nearest to it. */
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
    return [
      measure({
        ...common,
        metric: 'exponent of wallMs',
        value: exponent(({ wallMs }) => spreadOf(wallMs).median),
      }),
      measure({ ...common, metric: 'exponent of virtualMs', value: exponent(({ virtualMs }) => virtualMs) }),
      measure({
        ...common,
        metric: 'exponent of longestTurnMs',
        value: exponent(({ longestTurnMs }) => spreadOf(longestTurnMs).median),
      }),
    ];
  });
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
