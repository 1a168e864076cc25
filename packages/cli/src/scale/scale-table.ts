import type { Column } from '../text/table.js';
import type { ScalePoint } from './scale-report.js';

/** The columns of a report's table. */
export const SCALE_COLUMNS: readonly Column[] = [
  { title: 'threads', align: 'right' },
  { title: 'agents', align: 'right' },
  { title: 'steps/s', align: 'right' },
  { title: 'efficiency', align: 'right' },
  { title: 'p50 ms', align: 'right' },
  { title: 'p99 ms', align: 'right' },
  { title: 'outside kernels', align: 'right' },
  { title: 'bytes/agent', align: 'right' },
  { title: 'hops', align: 'right' },
  { title: 'messages/actor', align: 'right' },
];

/** A point as a row of it; empty where something is not known. */
export function scaleRow(point: ScalePoint): string[] {
  const { agents, threads, stepsPerSecond, efficiency, roundP50Ms, roundP99Ms } = point;
  const { overheadShare, bytesPerAgent, hops, messagesPerActorMax } = point;
  return [
    String(threads),
    agents.toLocaleString('en'),
    Math.round(Number(stepsPerSecond.toPrecision(3))).toLocaleString('en'),
    efficiency.toFixed(2),
    milliseconds(roundP50Ms),
    milliseconds(roundP99Ms),
    overheadShare === null ? '' : `${Math.round(100 * overheadShare)} %`,
    bytesPerAgent === null ? '' : Math.round(bytesPerAgent).toLocaleString('en'),
    String(hops),
    messagesPerActorMax.toLocaleString('en'),
  ];
}

function milliseconds(ms: number): string {
  return ms < 0.1 ? ms.toFixed(4) : ms < 10 ? ms.toFixed(2) : ms.toFixed(1);
}
