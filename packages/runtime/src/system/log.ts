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

/** Writes structured records; `fields` must be plain data. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** The default sink: warnings and errors, one JSON object a line, on stderr. */
export const stderrSink: LogSink = (record) => {
  if (record.level !== 'warn' && record.level !== 'error') return;
  process.stderr.write(`${JSON.stringify(record, replaceErrors)}\n`);
};

/** A logger that stamps records with where and when they were written. */
export function createLogger(sink: LogSink, shard: number, path: string, now: () => number): Logger {
  const write =
    (level: LogLevel) =>
    (message: string, fields: Record<string, unknown> = {}): void =>
      sink({ level, message, timeMs: now(), shard, path, fields });
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

function replaceErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value;
}
