import { RestartWindow } from '../supervision/restart-intensity.js';
import type { TimerWheel } from '../time/timer-wheel.js';
import type { Logger } from './log.js';

/** Records of one kind that are written within {@link WITHIN_MS}, count. */
export const RECORDS_MAX = 10;
const WITHIN_MS = 1000;

/**
 * What one shard has to say for itself. What goes wrong with one actor may go wrong with a million at once, so warnings and errors are
 * bounded: at most {@link RECORDS_MAX} of one kind are written within any second on the system's clock. From the first one on that is
 * left out, all of that kind are, until it says a second later how many those were.
 *
 * Records of one level and message are of one kind: what differs from actor to actor belongs into the fields.
 */
export class BoundedLog implements Logger {
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #timers: TimerWheel;
  /** By message. Messages are constants of the code, so these do not grow. */
  readonly #kinds = { warn: new Map<string, Kind>(), error: new Map<string, Kind>() };

  constructor(log: Logger, now: () => number, timers: TimerWheel) {
    this.#log = log;
    this.#now = now;
    this.#timers = timers;
  }

  debug(message: string, fields?: Record<string, unknown>): void {
    this.#log.debug(message, fields);
  }

  info(message: string, fields?: Record<string, unknown>): void {
    this.#log.info(message, fields);
  }

  warn(message: string, fields?: Record<string, unknown>): void {
    this.#write('warn', message, fields);
  }

  error(message: string, fields?: Record<string, unknown>): void {
    this.#write('error', message, fields);
  }

  /** Says how many were left out so far, if any. */
  flush(): void {
    for (const level of ['warn', 'error'] as const)
      for (const [message, kind] of this.#kinds[level]) this.#tellLeftOut(level, message, kind);
  }

  #write(level: 'warn' | 'error', message: string, fields: Record<string, unknown> | undefined): void {
    let kind = this.#kinds[level].get(message);
    if (kind === undefined) {
      kind = newKind();
      this.#kinds[level].set(message, kind);
    }
    if (kind.leftOut > 0) kind.leftOut++;
    else if (kind.window.admit(this.#now())) this.#log[level](message, fields);
    else {
      kind.leftOut = 1;
      this.#tellLater(level, message, kind);
    }
  }

  #tellLater(level: 'warn' | 'error', message: string, kind: Kind): void {
    kind.timer = this.#timers.set(WITHIN_MS, () => this.#tellLeftOut(level, message, kind));
  }

  #tellLeftOut(level: 'warn' | 'error', message: string, kind: Kind): void {
    if (kind.leftOut === 0) return;
    this.#timers.cancel(kind.timer);
    this.#log[level](`more of the same than is logged one by one: ${message}`, { leftOut: kind.leftOut });
    kind.leftOut = 0;
  }
}

interface Kind {
  readonly window: RestartWindow;
  leftOut: number;
  /** While some are left out: when that is told. */
  timer: number;
}

function newKind(): Kind {
  const window = new RestartWindow({ maxRestarts: RECORDS_MAX, withinMs: WITHIN_MS });
  return { window, leftOut: 0, timer: 0 };
}
