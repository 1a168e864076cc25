import { randomInt } from 'node:crypto';
import { SHARD_COUNT_MAX } from '../actor/address.js';
import { InvalidOptionError } from '../errors.js';
import { MESSAGE_LIMITS_DEFAULT, type MessageLimits } from '../remote/message-limits.js';
import { type DispatcherChoices, fairChoices } from '../scheduling/dispatcher-choices.js';
import { oneForOne, type Supervision } from '../supervision/supervision.js';
import type { Clock } from '../time/clock.js';
import { systemClock } from '../time/system-clock.js';
import { type LogSink, stderrSink } from './log.js';
import type { WatchdogOptions } from './watchdog.js';

/** What a system is made of. Only `modules` has no default. */
export interface SystemOptions {
  /** The modules that export the definitions: URLs, as every thread imports them by itself. */
  readonly modules: readonly (URL | string)[];
  /** Worker threads, count; default 0: everything on the calling thread, with the same semantics. */
  readonly threads?: number;
  /** Decides every random number; default: a random one, readable as `system.seed`. */
  readonly seed?: number;
  /**
   * Encode and decode every message, also within a shard. Default: true when NODE_ENV is `test`. Without it a
   * message within a shard is handed over as it is: not copied, not checked, not measured. Only a plain object that holds
   * nothing but its `type` may arrive as another of the same content.
   */
  readonly strict?: boolean;
  /** The largest message that is encoded, without its columns, bytes, at least 1 024; default 65 536. See `strict`. */
  readonly messageBytesMax?: number;
  /**
   * What the columns of a message that is encoded may take together, bytes, 0 to 2^30: the typed arrays, `DataView`s and
   * `ArrayBuffer`s anywhere in it. Default 16 MiB: eight columns of four bytes for each of half a million agents. Each shard may
   * hold one message of this size for each other shard while it comes in.
   */
  readonly columnBytesMax?: number;
  /** What the mailboxes of one shard may hold together, bytes; default 256 MiB. */
  readonly mailboxBytesMax?: number;
  /**
   * Size of the ring between two shards, bytes, a power of two from 4 096 to 2^30; default 1 MiB. A message of more than a quarter
   * of it goes through in pieces.
   */
  readonly ringBytes?: number;
  /** How long a draining stop may take, ms; default 5 000. */
  readonly stopDeadlineMs?: number;
  /**
   * How top-level actors are supervised; default {@link oneForOne} with `concurrentStop`, as they owe nothing to each
   * other. When this escalates, the system stops.
   */
  readonly supervision?: Supervision;
  /** Takes the log records of all shards; default: warnings and errors to stderr, one JSON object a line. */
  readonly log?: LogSink;
  /**
   * When to report a handler that does not return: see `system.watchdog`; `false` for never. On the thread of the system this
   * costs a reading of the clock each 64 messages.
   */
  readonly watchdog?: WatchdogOptions | false;
  /** Stop gracefully on SIGINT and SIGTERM; default true. */
  readonly handleProcessSignals?: boolean;
  /** Handed to every shard at its start and restart, and to actors as `context.extension(name)`. Cloneable. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Time; only with `threads: 0`. */
  readonly clock?: Clock;
  /** The dispatcher's choices; only with `threads: 0`. */
  readonly choices?: DispatcherChoices;
}

export type ResolvedOptions = Required<Omit<SystemOptions, 'modules' | 'watchdog'>> & {
  readonly modules: readonly string[];
  readonly watchdog: Required<WatchdogOptions>;
};

const SEED_MAX = 2 ** 48;

/** Room for the runtime's own news: a failure, cut short, with the path of its actor. */
const MESSAGE_BYTES_LEAST = 1024;

/** What the codec takes. */
const COLUMN_BYTES_MOST = 2 ** 30;

/** Room for the runtime's own news in one piece; and what a ring may be. */
const RING_BYTES_LEAST = 4096;
const RING_BYTES_MOST = 2 ** 30;
const RING_BYTES_DEFAULT = 1024 * 1024;

/** Fills in defaults. @throws InvalidOptionError */
export function resolveOptions(options: SystemOptions): ResolvedOptions {
  const threads = options.threads ?? 0;
  if (!(Number.isInteger(threads) && threads >= 0 && threads < SHARD_COUNT_MAX))
    throw new InvalidOptionError('threads', threads, `a count from 0 to ${SHARD_COUNT_MAX - 1}`);
  if (threads > 0 && options.clock !== undefined)
    throw new InvalidOptionError('clock', options.clock, 'left out when there are worker threads');
  if (threads > 0 && options.choices !== undefined)
    throw new InvalidOptionError('choices', options.choices, 'left out when there are worker threads');
  const seed = options.seed ?? randomInt(SEED_MAX - 1);
  if (!Number.isSafeInteger(seed)) throw new InvalidOptionError('seed', seed, 'a safe integer');
  const ringBytes = options.ringBytes ?? RING_BYTES_DEFAULT;
  const isRing = ringBytes >= RING_BYTES_LEAST && ringBytes <= RING_BYTES_MOST;
  if (!(isRing && Number.isInteger(Math.log2(ringBytes))))
    throw new InvalidOptionError(
      'ringBytes',
      ringBytes,
      `a power of two from ${RING_BYTES_LEAST} to ${RING_BYTES_MOST}`,
    );
  if (!Array.isArray(options.modules))
    throw new InvalidOptionError('modules', options.modules, 'an array of URLs');
  return {
    modules: options.modules.map(moduleUrl),
    threads,
    seed,
    strict: options.strict ?? process.env.NODE_ENV === 'test',
    ...messageLimits(options),
    mailboxBytesMax: atLeast('mailboxBytesMax', options.mailboxBytesMax ?? 256 * 1024 * 1024, 1),
    ringBytes,
    stopDeadlineMs: atLeast('stopDeadlineMs', options.stopDeadlineMs ?? 5000, 0),
    supervision: options.supervision ?? oneForOne({ concurrentStop: true }),
    log: options.log ?? stderrSink,
    watchdog: {
      slowHandlerMs:
        options.watchdog === false
          ? Number.POSITIVE_INFINITY
          : atLeast('watchdog.slowHandlerMs', options.watchdog?.slowHandlerMs ?? 1000, 1),
    },
    handleProcessSignals: options.handleProcessSignals ?? true,
    extensions: cloneable(options.extensions ?? {}, threads),
    clock: options.clock ?? systemClock,
    choices: options.choices ?? fairChoices,
  };
}

function messageLimits(options: Partial<MessageLimits>): MessageLimits {
  const messageBytesMax = options.messageBytesMax ?? MESSAGE_LIMITS_DEFAULT.messageBytesMax;
  const columnBytesMax = options.columnBytesMax ?? MESSAGE_LIMITS_DEFAULT.columnBytesMax;
  if (!(Number.isInteger(columnBytesMax) && columnBytesMax >= 0 && columnBytesMax <= COLUMN_BYTES_MOST))
    throw new InvalidOptionError(
      'columnBytesMax',
      columnBytesMax,
      `a count of bytes from 0 to ${COLUMN_BYTES_MOST}`,
    );
  return {
    messageBytesMax: atLeast('messageBytesMax', messageBytesMax, MESSAGE_BYTES_LEAST),
    columnBytesMax,
  };
}

function moduleUrl(module: URL | string): string {
  if (module instanceof URL) return module.href;
  if (URL.canParse(module)) return module;
  throw new InvalidOptionError('modules', module, 'URLs, as in `new URL("./counter.js", import.meta.url)`');
}

function atLeast(option: string, value: number, least: number): number {
  if (!(Number.isFinite(value) && value >= least))
    throw new InvalidOptionError(option, value, `a number of at least ${least}`);
  return value;
}

function cloneable(
  extensions: Readonly<Record<string, unknown>>,
  threads: number,
): Readonly<Record<string, unknown>> {
  if (threads === 0) return extensions;
  for (const [name, extension] of Object.entries(extensions)) {
    try {
      structuredClone(extension);
    } catch (error) {
      throw new InvalidOptionError(
        `extensions.${name}`,
        extension,
        `cloneable (${(error as Error).message})`,
      );
    }
  }
  return extensions;
}
