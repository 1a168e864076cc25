import { pathOfId } from '../actor/address.js';
import { LEDGER } from '../system/ledger.js';
import { lookPeriodMs, wallClockMs } from '../system/ledger-watch.js';
import type { SlowHandler, SlowSuspect } from '../system/watchdog.js';
import { systemClock } from '../time/system-clock.js';
import type { Shard } from './shard.js';

/** Messages between two readings of the clock, turns that handle none counting as one. */
const MESSAGES_PER_READING = 64;
/** A slice that has taken longer, ms, or has handled as many messages, is over at the next reading. */
const SLICE_MS_MAX = 5;
const SLICE_MESSAGES_MAX = 8192;
/** Turns that are timed one by one, and message by message, after a stretch in which any of several may have been slow. */
const CLOSE_UP_TURNS = 4096;
/** Slices that are timed one by one before it is seen whether they come too fast for that: as fast as these in so many ms. */
const SLICES_TIMED = 64;
const RUSH_MS = 1;
/** How much longer than slow a stretch of a rush must be, for it may hold idle time up to the next tick. */
const RUSH_MARGIN = 1.25;

/** What is kept of each turn since the last reading: slot, generation, definition, message type, messages. */
const TRAIL_FIELDS = 5;

/**
 * Times what a shard does, with as few readings of the clock as will do: bounds slices, and finds handlers
 * that were slow after the fact. How that is found depends on who else looks:
 *
 * - another thread watches: it has noted in the ledger what was slow, which is read here when that turn ends;
 * - nobody does: a reading at the beginning and end of each slice, and every 64 messages. A stretch between two readings
 *   that took too long had the slow handler in it. In a rush of short slices, as of somebody who asks one question
 *   after another, two readings a slice would cost more than all the rest; there, only those every 64 messages are left.
 *
 * A clock that is not the system's may be moved between slices and costs nothing to read: it knows no rush.
 */
export class Pace {
  readonly #shard: Shard;
  readonly #slowHandlerMs: number;
  readonly #onSlow: (slow: SlowHandler) => void;
  readonly #keepsTrail: boolean;
  readonly #mayRush: boolean;
  readonly #trail: Int32Array;
  readonly #isWatched: boolean;
  readonly #ticker: NodeJS.Timeout | undefined;
  /** The slice has taken its time, or handled its messages. */
  isSliceOver = false;
  /** Handled in this slice, count; turns that handle none counting as one. */
  sliceMessages = 0;
  #turns = 0;
  #messages = 0;
  /** When the clock was read last, ms; NaN before. All times begin as NaN, so that their fields hold doubles from the start. */
  #readMs: number = Number.NaN;
  /** The clock has been read in this slice, which should end at {@link #sliceEndMs}. */
  #isSliceTimed = false;
  #sliceEndMs: number = Number.NaN;
  /** The next slice begins with a reading: what came before it is nobody's. */
  #idle = true;
  #closeUpTurns = 0;
  #rushes = false;
  /** Slices timed since it was last seen whether there is a rush, and when that was, ms. */
  #slices = 0;
  #slicesSinceMs: number = Number.NaN;

  /** @param slowHandlerMs infinite when nobody wants to know */
  constructor(shard: Shard, slowHandlerMs: number, onSlow: (slow: SlowHandler) => void) {
    const isWatched = shard.clock === systemClock && shard.shardCount > 1;
    this.#isWatched = isWatched;
    this.#shard = shard;
    this.#onSlow = onSlow;
    this.#keepsTrail = !isWatched && slowHandlerMs < Number.POSITIVE_INFINITY;
    this.#trail = new Int32Array(this.#keepsTrail ? MESSAGES_PER_READING * TRAIL_FIELDS : 0);
    this.#mayRush = this.#keepsTrail && shard.clock === systemClock;
    this.#slowHandlerMs = slowHandlerMs;
    if (!this.#mayRush) return;
    this.#ticker = setInterval(() => this.#tick(), lookPeriodMs(slowHandlerMs));
    this.#ticker.unref();
  }

  close(): void {
    clearInterval(this.#ticker);
  }

  // Short functions, which V8 inlines wherever they are called: most slices and turns have nothing to read.
  beginSlice(): void {
    this.isSliceOver = false;
    this.sliceMessages = 0;
    if (this.#idle || this.#isSliceTimed) this.#beginSlice();
  }

  endSlice(): void {
    if (this.#keepsTrail && !this.#rushes) this.#endSlice();
  }

  #beginSlice(): void {
    this.#isSliceTimed = false;
    if (!this.#keepsTrail || !this.#idle) return;
    const nowMs = this.#shard.clock.now();
    this.#sliceEndMs = nowMs + SLICE_MS_MAX;
    this.#isSliceTimed = true;
    this.#beginStretch(nowMs);
  }

  #endSlice(): void {
    this.#read();
    this.#idle = true;
    if (!this.#mayRush || ++this.#slices < SLICES_TIMED) return;
    this.#rushes = this.#readMs - this.#slicesSinceMs < RUSH_MS;
    this.#slices = 0;
    this.#slicesSinceMs = this.#readMs;
  }

  /** How many messages a turn may handle that could handle `asked`. */
  turnMessagesMax(asked: number): number {
    return this.#closeUpTurns > 0 ? 1 : asked;
  }

  /** A turn has ended in which that many mails were handled, the last of that type, 0 for none. */
  noteTurn(slot: number, generation: number, definition: number, type: number, handled: number): void {
    if (!this.#keepsTrail) return;
    const trail = this.#trail;
    const at = this.#turns * TRAIL_FIELDS; // a group's turn holds many; those beyond the end are only counted
    trail[at] = slot;
    trail[at + 1] = generation;
    trail[at + 2] = definition;
    trail[at + 3] = type;
    trail[at + 4] = handled;
    this.#turns++;
  }

  /** A turn has ended that handled so many mails. */
  turnEnded(handled: number): void {
    if (this.#isWatched) {
      const { cells } = this.#shard.row;
      if (cells[LEDGER.slowTurn] === cells[LEDGER.turns]) this.#reportWatched();
    }
    const messages = handled === 0 ? 1 : handled;
    this.#messages += messages;
    this.sliceMessages += messages;
    if (this.#closeUpTurns > 0) this.#closeUpTurns--;
    else if (this.#messages < MESSAGES_PER_READING) return;
    this.#read();
    this.isSliceOver = this.#readMs > this.#sliceEndMs || this.sliceMessages >= SLICE_MESSAGES_MAX;
  }

  #read(): void {
    const nowMs = this.#shard.clock.now();
    const stretchMs = nowMs - this.#readMs;
    const slowMs = this.#rushes ? this.#slowHandlerMs * RUSH_MARGIN : this.#slowHandlerMs;
    if (this.#keepsTrail && this.#turns > 0 && stretchMs >= slowMs) this.#reportStretch(stretchMs);
    this.#beginStretch(nowMs);
    if (this.#rushes && stretchMs > RUSH_MS) {
      this.#rushes = false;
      this.#idle = true;
    }
    if (!this.#isSliceTimed) {
      this.#isSliceTimed = true;
      this.#sliceEndMs = nowMs + SLICE_MS_MAX;
    }
  }

  #beginStretch(nowMs: number): void {
    this.#readMs = nowMs;
    this.#turns = 0;
    this.#messages = 0;
    this.#idle = false;
  }

  /** The event loop turns: if there was a rush, what comes now is timed anew. */
  #tick(): void {
    this.#read();
    this.#idle = true;
    this.#rushes = false;
    this.#slices = 0;
    this.#slicesSinceMs = this.#readMs;
  }

  #reportStretch(durationMs: number): void {
    const suspects = new Map<string, SlowSuspect>();
    const noted = Math.min(this.#turns, MESSAGES_PER_READING);
    for (let turn = 0; turn < noted; turn++) {
      const [slot, generation, definition, type, messages] = this.#trail.subarray(turn * TRAIL_FIELDS);
      const id = this.#shard.idOf(slot!, generation);
      const suspect = this.#suspect(id!, definition!, type!, messages!);
      suspects.set(`${id} ${type} ${messages}`, suspect);
    }
    const isCertain =
      noted === this.#turns &&
      suspects.size === 1 &&
      [...suspects.values()].every(({ messages }) => messages <= 1);
    if (!isCertain) this.#closeUpTurns = CLOSE_UP_TURNS;
    this.#onSlow({
      shard: this.#shard.index,
      returned: true,
      durationMs,
      suspects: [...suspects.values()],
    });
  }

  #reportWatched(): void {
    const { row, index } = this.#shard;
    const { runningId, runningDefinition, slowType, slowSinceMs } = LEDGER;
    const suspect = this.#suspect(
      row.cells[runningId]!,
      row.cells[runningDefinition]!,
      row.cells[slowType]!,
      1,
    );
    const durationMs = wallClockMs() - row.cells[slowSinceMs]!;
    this.#onSlow({ shard: index, returned: true, durationMs, suspects: [suspect] });
  }

  #suspect(id: number, definitionNumber: number, type: number, messages: number): SlowSuspect {
    const { registry, index } = this.#shard;
    const definition = registry.numbered(definitionNumber);
    const slot = this.#shard.resolve(id);
    return {
      actor: slot === 0 ? { path: pathOfId(id), id, shard: index } : this.#shard.addressOf(slot),
      definition: definition?.name,
      messageType: definition?.messageTypes[type - 1],
      messages,
    };
  }
}
