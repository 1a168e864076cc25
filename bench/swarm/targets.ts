import { formatTable } from '@skein/cli';
import { formatNumber } from '../inference/measure.js';
import type { SwarmMeasure } from './measure.js';

/** What a swarm is to reach. */
interface Target {
  readonly name: string;
  readonly bound: 'at most' | 'at least';
  readonly limit: number;
  readonly unit: string;
  /** The measures that must all be so. */
  readonly of: (measure: SwarmMeasure) => boolean;
}

const MODEL = 'ii';

const TARGETS: readonly Target[] = [
  {
    name: 'agents within a tick of 10 ms, two threads',
    bound: 'at least',
    limit: 15_000,
    unit: 'agents',
    of: ({ model, metric, threads }) => metric === 'agentsPerTick10ms' && model === MODEL && threads === 2,
  },
  {
    name: 'efficiency from 50 agents on',
    bound: 'at least',
    limit: 1,
    unit: '',
    of: ({ model, metric, agents }) => metric === 'efficiency' && model === MODEL && agents >= 50,
  },
  {
    name: 'overhead from 1 000 agents on',
    bound: 'at most',
    limit: 120,
    unit: 'ns/agent step',
    of: ({ model, metric, agents }) => metric === 'overheadNs' && model === MODEL && agents >= 1000,
  },
  {
    name: 'the same by the fastest rounds',
    bound: 'at most',
    limit: 120,
    unit: 'ns/agent step',
    of: ({ model, metric, agents }) => metric === 'overheadP05Ns' && model === MODEL && agents >= 1000,
  },
  {
    name: 'two threads, from 7 500 agents on',
    bound: 'at least',
    limit: 1.8,
    unit: 'times one',
    of: ({ bench, model, metric, agents }) =>
      bench === 'steps' && metric === 'timesOneThread' && model === MODEL && agents >= 7500,
  },
  {
    name: 'the same by the fastest rounds',
    bound: 'at least',
    limit: 1.8,
    unit: 'times one',
    of: ({ bench, model, metric, agents }) =>
      bench === 'steps' && metric === 'timesOneThreadP05' && model === MODEL && agents >= 7500,
  },
  {
    name: 'memory of an added agent',
    bound: 'at most',
    limit: 600,
    unit: 'bytes',
    of: ({ bench, model, metric }) => bench === 'memory' && metric === 'bytesPerAgent' && model === MODEL,
  },
];

/** What a swarm is to reach beside the worst of what was measured; undefined if nothing of it was. */
export function formatTargets(measures: readonly SwarmMeasure[]): string | undefined {
  const rows = TARGETS.flatMap(({ name, bound, limit, unit, of }) => {
    const values = measures.filter(of).map(({ value }) => value);
    if (values.length === 0) return [];
    const worst = bound === 'at least' ? Math.min(...values) : Math.max(...values);
    const isMet = bound === 'at least' ? worst >= limit : worst <= limit;
    return [[name, `${bound} ${formatNumber(limit)} ${unit}`, formatNumber(worst), isMet ? 'yes' : 'NO']];
  });
  if (rows.length === 0) return undefined;
  return formatTable(
    [{ title: 'target' }, { title: 'limit' }, { title: 'measured', align: 'right' }, { title: 'met' }],
    rows,
  );
}
