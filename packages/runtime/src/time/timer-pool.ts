import { TimerLimitError } from '../errors.js';

/** What a timer calls when it falls due, with the argument that it was set with. */
export type TimerCallback = (argument: unknown) => void;

/** A handle is generation × 2²⁴ + slot, below 2⁵³. */
const SLOT_COUNT_MAX = 2 ** 24;
const GENERATION_MAX = 2 ** 29 - 1;
const SLOTS_AT_FIRST = 512;

/** No slot. Slot 0 heads a list, so it never holds a timer. */
export const NO_TIMER = 0;

/**
 * The pending timers of one wheel, and the lists that they stand in. A timer is a slot in structures of
 * arrays; the slots below `listCount` hold no timers but head one circular, doubly linked list each:
 *
 * ```text
 *   slot          0       1       2     │   3       4       5      listCount = 3
 *   #next         4       1       2     │   0       3      free
 *   #previous     3       1       2     │   4       0       ·      list 0: 4, 3; lists 1 and 2: empty
 *   #dueMs        6       ·       ·     │  7.5      7       ·
 * ```
 *
 * The due time of a list is for whoever keeps the lists. Nothing is allocated before the first timer, and then only by doubling when all slots are taken; slots are reused, last out first in. A slot
 * whose generations are used up is never used again, so that no handle ever names two timers.
 */
export class TimerPool {
  readonly #listCount: number;
  readonly #slotCountMax: number;
  readonly #generationMax: number;
  #next = new Int32Array(0);
  #previous = new Int32Array(0);
  #generation = new Int32Array(0);
  #dueMs = new Float64Array(0);
  readonly #callbacks: (TimerCallback | undefined)[] = [];
  readonly #arguments: unknown[] = [];
  #free = NO_TIMER;
  #size = 0;

  /** @param limits how many slots there may be, lists included, and how often each may be used; counts */
  constructor(
    listCount: number,
    { slotCountMax = SLOT_COUNT_MAX, generationMax = GENERATION_MAX }: TimerPoolLimits = {},
  ) {
    this.#slotCountMax = slotCountMax;
    this.#generationMax = generationMax;
    this.#listCount = listCount;
  }

  /** Timers taken and not released, count. */
  get size(): number {
    return this.#size;
  }

  /**
   * A slot for a timer that stands in no list yet.
   *
   * @throws TimerLimitError when all slots there may be are in use or used up
   */
  take(dueMs: number, callback: TimerCallback, argument: unknown): number {
    if (this.#free === NO_TIMER) this.#grow();
    const slot = this.#free;
    this.#free = this.#next[slot]!;
    this.#dueMs[slot] = dueMs;
    this.#callbacks[slot] = callback;
    this.#arguments[slot] = argument;
    this.#size++;
    return slot;
  }

  /** Forgets a timer that has left its list. Its handle is void from now on. */
  release(slot: number): void {
    this.#callbacks[slot] = undefined;
    this.#arguments[slot] = undefined;
    this.#size--;
    const generation = this.#generation[slot]!;
    if (generation === this.#generationMax) return;
    this.#generation[slot] = generation + 1;
    this.#next[slot] = this.#free;
    this.#free = slot;
  }

  /** The name of the timer in this slot: a safe integer above 0, never given to another one. */
  handleOf(slot: number): number {
    return this.#generation[slot]! * SLOT_COUNT_MAX + slot;
  }

  /** The slot of a pending timer; {@link NO_TIMER} for any other number. */
  find(handle: number): number {
    const slot = handle & (SLOT_COUNT_MAX - 1);
    return this.#callbacks[slot] !== undefined && this.handleOf(slot) === handle ? slot : NO_TIMER;
  }

  /** When a timer falls due, ms. */
  dueMsOf(slot: number): number {
    return this.#dueMs[slot]!;
  }

  /** Notes the due time of a list; only while there are timers. */
  setDueMsOf(list: number, dueMs: number): void {
    this.#dueMs[list] = dueMs;
  }

  callbackOf(slot: number): TimerCallback {
    return this.#callbacks[slot]!;
  }

  argumentOf(slot: number): unknown {
    return this.#arguments[slot];
  }

  /** The timer after this one, or the first of a list; the list itself at its end. */
  after(slot: number): number {
    return this.#next[slot] ?? slot;
  }

  /** The last timer of a list; the list itself when it is empty. */
  lastOf(list: number): number {
    return this.#previous[list] ?? list;
  }

  /** Also answers for a timer in a list, which is never an empty list. */
  isEmpty(list: number): boolean {
    return this.after(list) === list;
  }

  /** Lets go of a list's timers, which stay taken. */
  makeEmpty(list: number): void {
    this.#next[list] = list;
    this.#previous[list] = list;
  }

  /** Puts a timer that stands in no list behind another one, or, given the list, at its front. */
  insertAfter(before: number, slot: number): void {
    const after = this.#next[before]!;
    this.#next[before] = slot;
    this.#previous[slot] = before;
    this.#next[slot] = after;
    this.#previous[after] = slot;
  }

  /** Takes a timer out of its list. Returns what stood before it: another timer, or the list. */
  unlink(slot: number): number {
    const before = this.#previous[slot]!;
    const after = this.#next[slot]!;
    this.#next[before] = after;
    this.#previous[after] = before;
    return before;
  }

  /**
   * Orders a list by due time; equal ones keep their order. A merge sort of the runs that are there already:
   * O(n) for two of them, O(n log n) at worst.
   */
  sort(list: number): void {
    while (this.#mergePairsOfRuns(list) > 1);
    let before = list;
    for (let slot = this.after(list); slot !== list; slot = this.#next[slot]!) {
      this.#previous[slot] = before;
      before = slot;
    }
    this.#previous[list] = before;
  }

  /** Drops every timer and slot. Only `find`, `size` and empty lists may be used afterwards. */
  close(): void {
    this.#callbacks.length = 0;
    this.#arguments.length = 0;
    this.#size = 0;
  }

  /** Leaves `#previous` as it was. Returns how many runs are left. */
  #mergePairsOfRuns(list: number): number {
    const next = this.#next;
    const dueMs = this.#dueMs;
    let runCount = 0;
    let tail = list;
    let rest = this.after(list);
    while (rest !== list) {
      let left = rest;
      const leftEnd = this.#endOfRun(left, list);
      let right = leftEnd;
      rest = right === list ? list : this.#endOfRun(right, list);
      while (left !== leftEnd || right !== rest) {
        const takesRight = left === leftEnd || (right !== rest && dueMs[right]! < dueMs[left]!);
        const slot = takesRight ? right : left;
        if (takesRight) right = next[right]!;
        else left = next[left]!;
        next[tail] = slot;
        tail = slot;
      }
      runCount++;
    }
    next[tail] = list;
    return runCount;
  }

  /** The first slot from `start` on that is due before the one ahead of it, or the list. */
  #endOfRun(start: number, list: number): number {
    let slot = start;
    for (;;) {
      const following = this.#next[slot]!;
      if (following === list || this.#dueMs[following]! < this.#dueMs[slot]!) return following;
      slot = following;
    }
  }

  #grow(): void {
    if (this.#next.length === 0) this.#makeLists();
    const slotCount = this.#next.length;
    if (slotCount >= this.#slotCountMax) throw new TimerLimitError(this.#size);
    this.#resize(Math.min(this.#slotCountMax, Math.max(SLOTS_AT_FIRST, slotCount * 2)));
    for (let slot = this.#next.length - 1; slot >= slotCount; slot--) {
      this.#generation[slot] = 1;
      this.#next[slot] = this.#free;
      this.#free = slot;
    }
  }

  #makeLists(): void {
    this.#resize(this.#listCount);
    for (let list = 0; list < this.#listCount; list++) this.makeEmpty(list);
  }

  #resize(slotCount: number): void {
    this.#next = widened(this.#next, new Int32Array(slotCount));
    this.#previous = widened(this.#previous, new Int32Array(slotCount));
    this.#generation = widened(this.#generation, new Int32Array(slotCount));
    this.#dueMs = widened(this.#dueMs, new Float64Array(slotCount));
    while (this.#callbacks.length < slotCount) {
      this.#callbacks.push(undefined);
      this.#arguments.push(undefined);
    }
  }
}

/** Bounds that only a test narrows. */
export interface TimerPoolLimits {
  readonly slotCountMax?: number;
  readonly generationMax?: number;
}

function widened<Column extends Int32Array | Float64Array>(narrow: Column, wide: Column): Column {
  wide.set(narrow);
  return wide;
}
