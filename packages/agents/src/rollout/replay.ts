import type { GenerativeModel } from '@skein/inference';
import type { EnvironmentSwarm } from '../environments/environment-swarm.js';
import type { OperationOptions } from '../swarm/results.js';
import type { ByteSource } from './byte-reader.js';
import { type AnySwarm, closedLoop, type LoopTick } from './closed-loop.js';
import { readRecording } from './recording.js';
import { RecordingError } from './recording-error.js';
import type { RecordingHeader } from './recording-format.js';
import { headerOf } from './rollout.js';

/** What is to do the same again. */
export interface ReplayOptions extends Pick<OperationOptions, 'deadlineMs'> {
  /** The agents' model, where the recording names one. */
  readonly model?: GenerativeModel;
}

/** Where a replay first differs from its recording: of the first tick the first column, of that the first agent. */
export interface ReplayDifference {
  readonly tick: number;
  readonly what: 'action' | 'outcome' | 'reward' | 'standing' | 'news';
  /** Of an action the factor, of an outcome the modality; else 0. */
  readonly column: number;
  /** Index. */
  readonly agent: number;
  readonly recorded: number | undefined;
  readonly replayed: number | undefined;
}

/** What came of a replay. */
export interface ReplayResult {
  /** Ticks that were the same, count, the first outcomes not counted. */
  readonly ticks: number;
  /** Undefined if all was the same. */
  readonly difference: ReplayDifference | undefined;
}

/**
 * Does again what was recorded, and compares, until the first difference. Without crashes there is none, on any number of threads.
 *
 * @param swarm and `environment`: of the same definitions, count and seeds, and as fresh as those recorded were
 * @throws RecordingError, `AGENTS_RECORDING_MISMATCH` if they are not those recorded; what `rollout` throws
 */
export async function replay(
  recording: ByteSource,
  swarm: AnySwarm,
  environment: EnvironmentSwarm,
  { model, deadlineMs }: ReplayOptions = {},
): Promise<ReplayResult> {
  const { header, ticks, close } = await readRecording(recording);
  const { rules } = header;
  let same = 0;
  const again = closedLoop(swarm, environment, rules, deadlineMs === undefined ? {} : { deadlineMs });
  try {
    checkSame(header, headerOf(swarm, environment, rules, model));
    for await (const recorded of ticks) {
      const { done, value: replayed } = await again.next();
      if (done) break;
      const difference = firstDifference(recorded, replayed);
      if (difference !== undefined) return { ticks: same, difference };
      same = recorded.tick;
    }
  } finally {
    await again.return();
    await close();
  }
  return { ticks: same, difference: undefined };
}

function firstDifference(recorded: LoopTick, replayed: LoopTick): ReplayDifference | undefined {
  const columns = (tick: LoopTick) => [
    ...tick.actions.map((column, at) => ({ what: 'action', column, at }) as const),
    ...tick.outcomes.map((column, at) => ({ what: 'outcome', column, at }) as const),
    { what: 'reward', column: tick.rewards, at: 0 } as const,
    { what: 'standing', column: tick.standings, at: 0 } as const,
    { what: 'news', column: tick.news, at: 0 } as const,
  ];
  const [before, now] = [columns(recorded), columns(replayed)];
  for (let c = 0; c < Math.max(before.length, now.length); c++) {
    const [left, right] = [before[c], now[c]];
    const places = (left ?? right)!.column.length;
    for (let agent = 0; agent < places; agent++) {
      const isSame = left?.what === right?.what && Object.is(left?.column[agent], right?.column[agent]);
      if (isSame) continue;
      const { what, at } = (left ?? right)!;
      const numbers = { recorded: left?.column[agent], replayed: right?.column[agent] };
      return { tick: recorded.tick, what, column: at, agent, ...numbers };
    }
  }
  return undefined;
}

/** @throws RecordingError `AGENTS_RECORDING_MISMATCH` */
function checkSame(recorded: RecordingHeader, present: RecordingHeader): void {
  for (const part of ['swarm', 'environment'] as const) {
    const now: Readonly<Record<string, unknown>> = present[part];
    for (const [field, before] of Object.entries<unknown>({ ...recorded[part] })) {
      const isFingerprint = field === 'model' || field === 'world';
      if (isFingerprint && (before === null || now[field] === null)) continue;
      if (String(before) === String(now[field])) continue;
      throw new RecordingError(
        'AGENTS_RECORDING_MISMATCH',
        `${part}.${field} was ${String(before)}, and is ${String(now[field])}.`,
      );
    }
  }
}
