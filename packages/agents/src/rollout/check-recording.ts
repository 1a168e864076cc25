import { IDLE } from '../environments/copy-row.js';
import { type LoopTick, NEWS } from './closed-loop.js';
import { RecordingError } from './recording-error.js';
import { RECORDING_VERSION, type RecordingHeader } from './recording-format.js';

type Fields = Readonly<Record<string, unknown>>;

/** Bytes that decode are not yet a recording. @throws RecordingError */
export function checkHeader(frame: unknown): RecordingHeader {
  if (!isFields(frame) || typeof frame.version !== 'number') throw malformed('a header without a version');
  if (frame.version !== RECORDING_VERSION)
    throw new RecordingError(
      'AGENTS_RECORDING_VERSION',
      `The recording is of version ${frame.version}, this reads ${RECORDING_VERSION}.`,
    );
  const { swarm, environment, rules } = frame;
  const fits =
    isFields(swarm) &&
    isCount(swarm.capacity, 1) &&
    (swarm.members === null || swarm.members instanceof Int32Array) &&
    typeof swarm.seed === 'number' &&
    isCount(swarm.tick, 0) &&
    isTextOrNull(swarm.model) &&
    isFields(environment) &&
    typeof environment.name === 'string' &&
    typeof environment.seed === 'number' &&
    isCount(environment.tick, 0) &&
    (environment.stepsMax === null || isCount(environment.stepsMax, 1)) &&
    isTextOrNull(environment.world) &&
    isFields(rules) &&
    isCount(rules.ticks, 1) &&
    ['begin', 'go-on'].includes(rules.agents as string) &&
    ['begin', 'wait'].includes(rules.afterFailure as string);
  if (!fits) throw malformed('a header that is none');
  return frame as unknown as RecordingHeader;
}

/** @param tick which it must be @throws RecordingError `AGENTS_RECORDING_MALFORMED` */
export function checkTick(frame: unknown, tick: number, { swarm }: RecordingHeader): LoopTick {
  const { capacity } = swarm;
  if (!isFields(frame) || frame.tick !== tick) throw malformed(`no tick ${tick} where it must be`);
  const { actions, outcomes, rewards, standings, news } = frame;
  const isBytes = (column: unknown, max: number): column is Uint8Array =>
    column instanceof Uint8Array && column.length === capacity && column.every((byte) => byte <= max);
  const fits =
    Array.isArray(actions) &&
    Array.isArray(outcomes) &&
    [...actions, ...outcomes].every((column) => isNarrow(column, capacity)) &&
    (rewards === null || (rewards instanceof Float64Array && rewards.length === capacity)) &&
    isBytes(standings, IDLE) &&
    isBytes(news, NEWS.lostAndBegan);
  if (!fits) throw malformed(`columns in tick ${tick} that do not fit ${capacity} places`);
  return {
    tick,
    actions: actions.map((column) => Int32Array.from(column)),
    outcomes: outcomes.map((column) => Int32Array.from(column)),
    rewards: rewards ?? new Float64Array(capacity),
    standings: standings as Uint8Array,
    news: news as Uint8Array,
  };
}

/** Whether it is the end, which must be where the header says. @throws RecordingError `AGENTS_RECORDING_MALFORMED` */
export function isEnd(frame: unknown, tick: number, { rules }: RecordingHeader): boolean {
  const isOne = isFields(frame) && 'end' in frame;
  if (isOne !== tick > rules.ticks)
    throw malformed(`${tick} ticks or more, where ${rules.ticks} were recorded`);
  return isOne;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isNarrow(column: unknown, capacity: number): boolean {
  const isIntegers =
    column instanceof Int8Array || column instanceof Int16Array || column instanceof Int32Array;
  return isIntegers && column.length === capacity;
}

function malformed(what: string): RecordingError {
  return new RecordingError('AGENTS_RECORDING_MALFORMED', `The recording has ${what}.`);
}
