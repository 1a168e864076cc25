import type { Clock, ClockTimer } from './clock.js';
import { NO_TIMER, type TimerCallback, TimerPool } from './timer-pool.js';

/** A level has 2⁵ buckets, so that one int32 tells which of them hold timers. */
const DIGIT_BITS = 5;
const DIGIT_MASK = 2 ** DIGIT_BITS - 1;
const LEVEL_COUNT = 11;

/** A tick, 55 bits, is kept as two int32: six digits below, five above. */
const LOW_LEVEL_COUNT = 6;
const LOW_SPAN = 2 ** (DIGIT_BITS * LOW_LEVEL_COUNT);
const HIGH_MAX = 2 ** (DIGIT_BITS * (LEVEL_COUNT - LOW_LEVEL_COUNT)) - 1;

const BUCKET_COUNT = LEVEL_COUNT << DIGIT_BITS;
/** The list, beside the buckets, of timers that are due and about to fire. */
const DUE = BUCKET_COUNT;
const NO_BUCKET = -1;

/**
 * Many timers behind one clock timer, at a cost that does not depend on how many there are: setting and
 * cancelling are O(1) and allocate nothing once the pool has its size, but for the number that is the handle: V8
 * boxes it, 16 bytes, where it does not inline the call.
 *
 * The due time of a timer, in whole ms since the wheel was made, is its *tick*: eleven digits to the base 32.
 * The wheel has a *position*, a tick at or before that of every pending timer. A timer stands on the level of
 * the highest digit in which its tick differs from the position, in the bucket of that digit:
 *
 * ```text
 *   position  0 … 0  2  7         level 0, bucket  9: tick 0 … 0 2 9           one tick
 *                    ▲  ▲         level 1, bucket  4: ticks 0 … 0 4 0 to 31    32 ticks
 *               level 1 level 0   level 2, bucket 11: ticks 0 … 11 0 0 on      1024 ticks; and so on
 * ```
 *
 * So the earliest timers stand in the lowest bucket of the lowest level that is not empty, which two bitmaps
 * tell, however far away it is. Only when the clock has come to the earliest timer of that bucket does the
 * position move there, and the bucket's timers to lower levels: at most ten times in a timer's life, and seldom
 * for one that is cancelled in time. A bucket of level 0 is put in order when it falls due.
 *
 * Timers fire in order of due time, then of age, and never early. Age needs no memory of its own: a bucket takes
 * new timers at its end, or before all if they are earlier than all, and it is empty when timers of a higher one
 * come down into it; so of two that are due at once the older stands first.
 */
export class TimerWheel {
  readonly #clock: Clock;
  readonly #originMs: number;
  readonly #pool: TimerPool = new TimerPool(BUCKET_COUNT + 1);
  #positionLow = 0;
  #positionHigh = 0;
  /** One bit a level that has timers. */
  #levels = 0;
  /** One word a level: one bit a bucket that has timers. The last word, that of {@link DUE}, stays 0. */
  readonly #buckets: Int32Array = new Int32Array(LEVEL_COUNT + 1);
  /** The same of buckets with timers that are not in order of due time. */
  readonly #unsorted: Int32Array = new Int32Array(LEVEL_COUNT + 1);
  #closed = false;
  #wake: ClockTimer | undefined;
  #wakeMs: number = Number.POSITIVE_INFINITY;
  readonly #onWake = (): void => {
    this.#disarm();
    this.fireDue();
  };

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#originMs = clock.now();
  }

  /** Timers that will still fire, count. */
  get size(): number {
    return this.#pool.size;
  }

  /**
   * Calls `fire(argument)` once, `delayMs` from now, never inside this call. A delay may be fractional, and may
   * be infinite; one that is not above 0 counts as 0. Returns a handle, a safe integer above 0 that never names
   * another timer; 0 from a closed wheel.
   *
   * @throws TimerLimitError at some 16 million pending timers
   */
  set(delayMs: number, fire: TimerCallback, argument?: unknown): number {
    if (this.#closed) return 0;
    // biome-ignore lint/complexity/useMathMinMax: Math.max lets NaN pass, which would lead the position astray.
    const waitMs = delayMs > 0 ? delayMs : 0;
    const dueMs = this.#clock.now() + waitMs;
    const slot = this.#pool.take(dueMs, fire, argument);
    this.#place(slot, dueMs);
    if (dueMs < this.#wakeMs) this.#arm(dueMs, waitMs);
    return this.#pool.handleOf(slot);
  }

  /** False when the timer has fired, was cancelled or is unknown. */
  cancel(timer: number): boolean {
    const slot = this.#pool.find(timer);
    if (slot === NO_TIMER) return false;
    // The clock timer stays as it is: it may fire early and find nothing due, which costs less than setting
    // it anew for every question that is answered in time.
    this.#remove(slot);
    return true;
  }

  /** When a timer fires, ms on the clock; undefined if it is not pending. */
  dueMs(timer: number): number | undefined {
    const slot = this.#pool.find(timer);
    return slot === NO_TIMER ? undefined : this.#pool.dueMsOf(slot);
  }

  /**
   * Fires what is due now, also what callbacks set for now, after all that was due before. The clock calls
   * this; a test may too. A callback that throws ends it: the error goes to the caller, and the timers that
   * have not fired yet do so at the clock's next turn.
   */
  fireDue(): void {
    if (this.#pool.size === 0) return;
    const nowMs = this.#clock.now();
    try {
      do {
        for (let slot = this.#pool.after(DUE); slot !== DUE; slot = this.#pool.after(DUE)) this.#fire(slot);
      } while (this.#collect(nowMs));
    } finally {
      this.#armForEarliest();
    }
  }

  /** Forgets all timers, and those that may still be set: nothing fires any more. */
  close(): void {
    this.#closed = true;
    this.#disarm();
    this.#pool.makeEmpty(DUE);
    this.#levels = 0;
    this.#pool.close();
  }

  #fire(slot: number): void {
    const fire = this.#pool.callbackOf(slot);
    const argument = this.#pool.argumentOf(slot);
    this.#remove(slot);
    fire(argument);
  }

  #remove(slot: number): void {
    const before = this.#pool.unlink(slot);
    if (this.#pool.isEmpty(before)) this.#markEmpty(before);
    this.#pool.release(slot);
  }

  #place(slot: number, dueMs: number): void {
    const tick = dueMs - this.#originMs;
    const low = lowOf(tick);
    const high = highOf(tick);
    const inHigh = high !== this.#positionHigh;
    const differing = inHigh ? high ^ this.#positionHigh : low ^ this.#positionLow;
    const digit = ((31 - Math.clz32(differing | 1)) / DIGIT_BITS) | 0;
    const value = ((inHigh ? high : low) >>> (digit * DIGIT_BITS)) & DIGIT_MASK;
    const level = inHigh ? LOW_LEVEL_COUNT + digit : digit;
    this.#insert((level << DIGIT_BITS) | value, slot, dueMs);
  }

  #insert(bucket: number, slot: number, dueMs: number): void {
    const last = this.#pool.lastOf(bucket);
    let before = last;
    if (last === bucket) {
      this.#markFilled(bucket);
      this.#pool.setDueMsOf(bucket, dueMs);
      this.#markSorted(bucket);
    } else if (dueMs < this.#earliestMs(bucket)) {
      // To the front, in order: else a timer for now would cost a sort when others share its ms.
      this.#pool.setDueMsOf(bucket, dueMs);
      before = bucket;
    } else if (dueMs < this.#pool.dueMsOf(last)) {
      this.#unsorted[bucket >> DIGIT_BITS]! |= 1 << (bucket & DIGIT_MASK);
    }
    this.#pool.insertAfter(before, slot);
  }

  /** Of a bucket with timers: no later than its earliest, and exact unless that was cancelled. */
  #earliestMs(bucket: number): number {
    return this.#pool.dueMsOf(bucket);
  }

  /** Moves timers that are due, of one tick, to the list {@link DUE}. False when there are none. */
  #collect(nowMs: number): boolean {
    for (;;) {
      const bucket = this.#firstBucket();
      if (bucket === NO_BUCKET || this.#earliestMs(bucket) > nowMs) return false;
      const tick = this.#earliestMs(bucket) - this.#originMs;
      this.#positionLow = lowOf(tick);
      this.#positionHigh = highOf(tick);
      if (bucket > DIGIT_MASK) this.#bringDown(bucket);
      else if (this.#takeDue(bucket, nowMs)) return true;
    }
  }

  /** Places the timers of a bucket anew, in their order: the position, now within it, sends them lower. */
  #bringDown(bucket: number): void {
    let slot = this.#pool.after(bucket);
    this.#pool.makeEmpty(bucket);
    this.#markEmpty(bucket);
    while (slot !== bucket) {
      const following = this.#pool.after(slot);
      this.#place(slot, this.#pool.dueMsOf(slot));
      slot = following;
    }
  }

  /** Of a bucket of level 0, moves what is due by `nowMs`. False when there is none, its earliest being cancelled. */
  #takeDue(bucket: number, nowMs: number): boolean {
    if ((this.#unsorted[bucket >> DIGIT_BITS]! & (1 << (bucket & DIGIT_MASK))) !== 0) {
      this.#pool.sort(bucket);
      this.#markSorted(bucket);
    }
    let slot = this.#pool.after(bucket);
    while (slot !== bucket && this.#pool.dueMsOf(slot) <= nowMs) {
      this.#pool.unlink(slot);
      this.#pool.insertAfter(this.#pool.lastOf(DUE), slot);
      slot = this.#pool.after(bucket);
    }
    if (slot === bucket) this.#markEmpty(bucket);
    else this.#pool.setDueMsOf(bucket, this.#pool.dueMsOf(slot));
    return !this.#pool.isEmpty(DUE);
  }

  /** The bucket of the earliest timers that are not in the list {@link DUE}. */
  #firstBucket(): number {
    if (this.#levels === 0) return NO_BUCKET;
    const level = lowestBit(this.#levels);
    return (level << DIGIT_BITS) | lowestBit(this.#buckets[level]!);
  }

  #markFilled(bucket: number): void {
    const level = bucket >> DIGIT_BITS;
    this.#buckets[level]! |= 1 << (bucket & DIGIT_MASK);
    this.#levels |= 1 << level;
  }

  #markSorted(bucket: number): void {
    this.#unsorted[bucket >> DIGIT_BITS]! &= ~(1 << (bucket & DIGIT_MASK));
  }

  #markEmpty(bucket: number): void {
    const level = bucket >> DIGIT_BITS;
    this.#buckets[level]! &= ~(1 << (bucket & DIGIT_MASK));
    if (this.#buckets[level] === 0) this.#levels &= ~(1 << level);
  }

  #armForEarliest(): void {
    let dueMs = Number.POSITIVE_INFINITY;
    if (!this.#pool.isEmpty(DUE)) dueMs = this.#pool.dueMsOf(this.#pool.after(DUE));
    else if (this.#levels !== 0) dueMs = this.#earliestMs(this.#firstBucket());
    if (dueMs < this.#wakeMs) this.#arm(dueMs, waitUntil(dueMs, this.#clock.now()));
  }

  #arm(dueMs: number, waitMs: number): void {
    this.#wake?.cancel();
    this.#wakeMs = dueMs;
    this.#wake = this.#clock.setTimer(waitMs, this.#onWake);
  }

  #disarm(): void {
    this.#wake?.cancel();
    this.#wake = undefined;
    this.#wakeMs = Number.POSITIVE_INFINITY;
  }
}

/** The six lower digits of a tick. */
function lowOf(tick: number): number {
  return tick & (LOW_SPAN - 1);
}

/** The five upper digits of a tick. What is due after a million years, or never, is all put there. */
function highOf(tick: number): number {
  return Math.min(Math.floor(tick / LOW_SPAN), HIGH_MAX) | 0;
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** The longest wait that, rounding and all, does not end after `dueMs`. */
function waitUntil(dueMs: number, nowMs: number): number {
  let waitMs = Math.max(0, dueMs - nowMs);
  while (nowMs + waitMs > dueMs && waitMs > 0) waitMs *= 1 - Number.EPSILON / 2;
  return waitMs;
}
