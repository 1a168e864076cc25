import type { ActorAddress } from '../actor/address.js';
import type { DefinitionRegistry } from './definition-registry.js';
import type { LedgerRow } from './ledger.js';
import type { SlowHandler } from './watchdog.js';

/** Looks, count, before a handler counts as slow. What a look can miss is one part of that. */
const LOOKS_PER_LIMIT = 4;
/** Node fires a timer of a longer period all the time. */
const PERIOD_MS_MAX: number = 2 ** 31 - 1;

/** Milliseconds since the epoch, comparable between threads and never set back by more than a correction of the system's time. */
export function wallClockMs(): number {
  return performance.timeOrigin + performance.now();
}

/** How often to look, ms, to find what takes `slowHandlerMs`. */
export function lookPeriodMs(slowHandlerMs: number): number {
  return Math.min(slowHandlerMs / LOOKS_PER_LIMIT, PERIOD_MS_MAX);
}

interface Sight {
  progress: number;
  sinceMs: number;
  reported: boolean;
}

/**
 * Sees from another thread that a turn does not end: the shard publishes in its row what it runs, and how far
 * it has come. What has been seen is noted in the row, so that the shard itself can report it when it has ended.
 */
export class LedgerWatch {
  readonly #rows: ReadonlyMap<number, LedgerRow>;
  readonly #slowHandlerMs: number;
  readonly #registry: DefinitionRegistry;
  readonly #addressOf: (id: number, shard: number) => ActorAddress;
  readonly #onSlow: (slow: SlowHandler) => void;
  readonly #sights = new Map<number, Sight>();

  /** @param rows of the shards to watch, by index; nobody else may watch them */
  constructor(
    rows: ReadonlyMap<number, LedgerRow>,
    slowHandlerMs: number,
    registry: DefinitionRegistry,
    addressOf: (id: number, shard: number) => ActorAddress,
    onSlow: (slow: SlowHandler) => void,
  ) {
    this.#rows = rows;
    this.#slowHandlerMs = slowHandlerMs;
    this.#registry = registry;
    this.#addressOf = addressOf;
    this.#onSlow = onSlow;
  }

  /** Looks once, at `nowMs` of {@link wallClockMs}; each turn that does not end is reported once. */
  look(nowMs: number): void {
    for (const [shard, row] of this.#rows) {
      const id = row.get('runningId');
      const progress = row.get('turns') + row.get('handled') + row.get('dead'); // none of them ever falls
      const sight = this.#sights.get(shard);
      if (id === 0 || sight?.progress !== progress)
        this.#sights.set(shard, { progress, sinceMs: nowMs, reported: false });
      else if (!sight.reported && nowMs - sight.sinceMs >= this.#slowHandlerMs) {
        sight.reported = true;
        this.#report(shard, row, id, sight.sinceMs, nowMs);
      }
    }
  }

  /** Looks again and again, without keeping the process alive. Returns how to stop. */
  start(): () => void {
    const timer = setInterval(() => this.look(wallClockMs()), lookPeriodMs(this.#slowHandlerMs));
    timer.unref();
    return () => clearInterval(timer);
  }

  #report(shard: number, row: LedgerRow, id: number, sinceMs: number, nowMs: number): void {
    const type = row.get('runningType');
    const definition = this.#registry.numbered(row.get('runningDefinition'));
    row.set('slowType', type);
    row.set('slowSinceMs', sinceMs);
    row.set('slowTurn', row.get('turns'));
    const suspect = {
      actor: this.#addressOf(id, shard),
      definition: definition?.name,
      messageType: definition?.messageTypes[type - 1],
      messages: 1,
    };
    this.#onSlow({ shard, returned: false, durationMs: nowMs - sinceMs, suspects: [suspect] });
  }
}
