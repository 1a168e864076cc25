import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { spreadOf } from '../inference/interleave.js';
import { measure, type SwarmMeasure } from './measure.js';
import type { MemoryReport } from './memory-process.js';

const PROCESS = fileURLToPath(new URL('./memory-process.js', import.meta.url));
const FLAGS = ['--expose-gc', '--max-old-space-size=6144'];
const FEW = 10_000;
const BENCH = 'memory';

/** Bytes that an added agent takes, actor and beliefs included, in fresh processes. */
export async function memoryOfAgents(
  model: string,
  agents: number,
  repeats: number,
): Promise<SwarmMeasure[]> {
  const reports: MemoryReport[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) reports.push(await reportOf(model, FEW, agents));
  const common = { bench: BENCH, model, agents, threads: 1, unit: 'bytes/agent' };
  const spread = (metric: string, of: (report: MemoryReport) => number): SwarmMeasure => {
    const { median: value, least, most } = spreadOf(reports.map(of));
    return measure({ ...common, metric, value, least, most });
  };
  return [
    spread('bytesPerAgent', ({ heap, buffers, kernels }) => heap + buffers + kernels),
    spread('bytesPerAgent, heap', ({ heap }) => heap),
    spread('bytesPerAgent, buffers', ({ buffers }) => buffers),
    spread('bytesPerAgent, kernels', ({ kernels }) => kernels),
    spread('bytesPerAgent, RSS', ({ resident }) => resident),
  ];
}

/** A million agents of a model in one process, all of whom act in each of some steps. */
export async function aMillion(model: string): Promise<SwarmMeasure[]> {
  const report = await reportOf(model, FEW, 1_000_000);
  const { agents, stepMs, residentTotal, spawnMs } = report;
  const common = { bench: 'a million', model, agents, threads: 1 };
  const steps = spreadOf(stepMs);
  return [
    measure({
      ...common,
      metric: 'roundMs',
      value: steps.median,
      least: steps.least,
      most: steps.most,
      unit: 'ms',
    }),
    measure({ ...common, metric: 'spawnMs', value: spawnMs, unit: 'ms' }),
    measure({ ...common, metric: 'RSS', value: residentTotal / 2 ** 20, unit: 'MiB' }),
    measure({
      ...common,
      metric: 'bytesPerAgent',
      value: report.heap + report.buffers + report.kernels,
      unit: 'bytes/agent',
    }),
  ];
}

async function reportOf(model: string, few: number, many: number): Promise<MemoryReport> {
  const args = [...FLAGS, PROCESS, model, String(few), String(many)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}
