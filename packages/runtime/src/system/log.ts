import { inspect } from 'node:util';
import { errorToData } from '@skein/transport';
import { outsideActors } from '../shard/scope.js';

/** How much a log record matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line of an actor's, or the system's, log, as plain data. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly message: string;
  /** Milliseconds on the system's clock. */
  readonly timeMs: number;
  readonly shard: number;
  /** The actor's path; `/` for the system itself. */
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Takes the records of all shards, on the main thread. */
export type LogSink = (record: LogRecord) => void;

/** Writes structured records. `fields` should be plain data; what is not is described in words. Never throws. */
export interface Logger {
  /** For whoever looks for a fault. */
  debug(message: string, fields?: Record<string, unknown>): void;
  /** For whoever wants to know what goes on. */
  info(message: string, fields?: Record<string, unknown>): void;
  /** Something failed, and is being dealt with. */
  warn(message: string, fields?: Record<string, unknown>): void;
  /** Something failed, and a person should look. */
  error(message: string, fields?: Record<string, unknown>): void;
}

/** The default sink: warnings and errors, one JSON object a line, on stderr. */
export const stderrSink: LogSink = (record) => {
  if (record.level !== 'warn' && record.level !== 'error') return;
  process.stderr.write(`${asJson(record)}\n`);
};

/** A logger that stamps records with where and when they were written. */
export function createLogger(sink: LogSink, shard: number, path: string, now: () => number): Logger {
  const write =
    (level: LogLevel) =>
    (message: string, fields: Record<string, unknown> = {}): void =>
      sink({ level, message, timeMs: now(), shard, path, fields });
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** A sink that never throws, and never acts in the name of the actor that logs. */
export function guardSink(sink: LogSink): LogSink {
  return (record) => {
    try {
      outsideActors(() => sink(record));
    } catch (error) {
      process.emitWarning(`The log sink threw: ${errorToData(error).message}`, 'SkeinLogWarning');
    }
  };
}

/** The record as it may travel between threads: errors as data, what cannot be cloned in words. */
export function cloneableRecord(record: LogRecord): LogRecord {
  const fields = Object.entries(record.fields).map(([key, value]) => [key, cloneable(value)]);
  return { ...record, fields: Object.fromEntries(fields) };
}

function cloneable(value: unknown): unknown {
  if (value instanceof Error) return errorToData(value);
  if (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol') return value;
  try {
    return structuredClone(value);
  } catch {
    return inspect(value);
  }
}

function asJson(record: LogRecord): string {
  try {
    return JSON.stringify(record, replaceErrors);
  } catch {
    return JSON.stringify({ ...record, fields: inspect(record.fields) });
  }
}

function replaceErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value;
}
