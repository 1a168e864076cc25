import type { Protocol } from '../actor/protocol.js';
import { AskAbortedError, AskTimeoutError, BulkheadFullError, InvalidOptionError } from '../errors.js';
import { type Askable, askingThrough, type GuardedRef } from './askable.js';
import { countOf, durationOf } from './check-options.js';
import { linkedAbort } from './linked-abort.js';
import type { Pace } from './pace.js';

/** The bounds of a {@link Bulkhead}. */
export interface BulkheadOptions {
  /** Names it in errors. */
  readonly name: string;
  /** Most calls at a time, count, at least 1. */
  readonly callsMax: number;
  /** Most calls that wait for their turn, count; default 0: what finds no room is refused at once. */
  readonly queueMax?: number;
}

/** A place in the queue of a {@link Bulkhead}. */
export interface BulkheadTurn {
  /** Resolves when the call may begin; undefined if it may at once. */
  readonly come: Promise<void> | undefined;
}

interface Waiting extends BulkheadTurn {
  readonly begin: () => void;
}

/**
 * Lets a bounded number of calls through at a time, the others in the order in which they came. One may
 * stand before many callers of one shard.
 *
 * A call takes a turn with `enter`, and gives it back with `leave` exactly once: when it is over, or when it
 * no longer waits.
 */
export class Bulkhead {
  readonly name: string;
  readonly callsMax: number;
  readonly queueMax: number;
  readonly #queue = new Set<Waiting>();
  #running = 0;

  /** @throws InvalidOptionError */
  constructor({ name, callsMax, queueMax = 0 }: BulkheadOptions) {
    if (typeof name !== 'string' || name === '') throw new InvalidOptionError('name', name, 'a name');
    this.name = name;
    this.callsMax = countOf('callsMax', callsMax, 1);
    this.queueMax = countOf('queueMax', queueMax, 0);
  }

  /** Calls that have begun and not left, count. */
  get running(): number {
    return this.#running;
  }

  /** Calls that wait for their turn, count. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Takes a turn. @throws BulkheadFullError */
  enter(): BulkheadTurn {
    if (this.#running < this.callsMax) {
      this.#running++;
      return { come: undefined };
    }
    if (this.#queue.size === this.queueMax)
      throw new BulkheadFullError(this.name, this.callsMax, this.queueMax);
    let begin!: () => void;
    const come = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const turn = { come, begin };
    this.#queue.add(turn);
    return turn;
  }

  /** Gives a turn back, whether it has come or not. */
  leave(turn: BulkheadTurn): void {
    if (this.#queue.delete(turn as Waiting)) return;
    const [next] = this.#queue;
    if (next === undefined) {
      this.#running--;
      return;
    }
    this.#queue.delete(next);
    next.begin();
  }
}

/**
 * Asks when `bulkhead` has room. Waiting for that counts into the deadline: AskTimeoutError when it passes
 * first, AskAbortedError when the question is withdrawn first; in either case nothing was asked.
 * BulkheadFullError when even the queue has no room.
 *
 * @example
 * const gentle = withBulkhead(ref, pace, new Bulkhead({ name: 'disk', callsMax: 8, queueMax: 64 }));
 */
export function withBulkhead<P extends Protocol>(
  next: Askable<P>,
  pace: Pace,
  bulkhead: Bulkhead,
): GuardedRef<P> {
  return askingThrough(next, async (ask, options, messageType) => {
    const { deadlineMs, signal } = options;
    const untilMs = pace.now() + durationOf('deadlineMs', deadlineMs);
    const late = (): AskTimeoutError => new AskTimeoutError(next.address.path, messageType, deadlineMs);
    const turn = bulkhead.enter();
    try {
      if (turn.come === undefined) return await ask(options);
      if (!(await comesInTime(turn.come, next.address.path, pace, deadlineMs, signal))) throw late();
      const leftMs = untilMs - pace.now();
      if (leftMs <= 0) throw late();
      return await ask({ ...options, deadlineMs: leftMs });
    } finally {
      bulkhead.leave(turn);
    }
  });
}

/** False when the deadline passes first. @throws AskAbortedError when withdrawn first */
async function comesInTime(
  come: Promise<void>,
  path: string,
  pace: Pace,
  deadlineMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const timer = linkedAbort(signal);
  const overdue = pace.delay(deadlineMs, timer.signal).then(
    () => false,
    (cause) => {
      throw new AskAbortedError(path, { cause });
    },
  );
  try {
    return await Promise.race([come.then(() => true), overdue]);
  } finally {
    timer.unlink();
    timer.abort();
  }
}
