import type { ActorAddress } from '../actor/address.js';

/** When a handler counts as slow. */
export interface WatchdogOptions {
  /** A handler that takes this long is reported, ms, at least 1; default 1 000. */
  readonly slowHandlerMs?: number;
}

/** A turn in which a handler may have been slow. */
export interface SlowSuspect {
  /** Its path is `#` and its id where only that is known. */
  readonly actor: ActorAddress;
  /** The name of its definition; undefined for one that no module exports, as the guardian's. */
  readonly definition: string | undefined;
  /** The type of the message it was given, of several the last; undefined for `initial` and for notices. */
  readonly messageType: string | undefined;
  /** Messages that were handled in that turn, count. */
  readonly messages: number;
}

/** A handler that has kept its thread for too long. */
export interface SlowHandler {
  readonly shard: number;
  /** False while it runs: it may never return. If it does it is reported once more, with all that is known then. */
  readonly returned: boolean;
  /** At least so long, ms, as far as it can be told: by a part of `slowHandlerMs` it may be off. */
  readonly durationMs: number;
  /** Which it was. One, but for what was found out after the fact: then one of these, at most 64. */
  readonly suspects: readonly SlowSuspect[];
}

/** Told of each slow handler. What it throws is logged. */
export type SlowHandlerListener = (slow: SlowHandler) => void;

/**
 * Where a system reports handlers that keep their thread. Each is logged as well, as a warning.
 *
 * With worker threads they are seen while they run: the main thread watches the others, and one of those the main
 * thread; what that one sees it writes to stderr, for a main thread that is stuck can be told nothing. Without
 * worker threads, and on a clock of one's own, they are found when they have returned.
 */
export interface Watchdog {
  /** Calls `listener` for each slow handler of any shard from now on. Returns how to stop. */
  subscribe(listener: SlowHandlerListener): () => void;
}
