import type { Clock, ClockTimer } from './clock.js';

/** One entry of a {@link TimerQueue}. */
export interface QueuedTimer {
  readonly dueMs: number;
  readonly order: number;
  readonly fire: () => void;
  cancelled: boolean;
}

/**
 * Many timers behind one clock timer: a binary heap ordered by due time, then by age. Setting costs
 * O(log n), cancelling O(1); a cancelled entry leaves when it reaches the top, or when such entries are
 * more than half of the heap.
 */
export class TimerQueue {
  readonly #clock: Clock;
  readonly #heap: QueuedTimer[] = [];
  #order = 0;
  #closed = false;
  #cancelledCount = 0;
  #wake: ClockTimer | undefined;
  #wakeMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Timers that will still fire. */
  get size(): number {
    return this.#heap.length - this.#cancelledCount;
  }

  set(delayMs: number, fire: () => void): QueuedTimer {
    const timer: QueuedTimer = {
      dueMs: this.#clock.now() + Math.max(0, delayMs),
      order: this.#order++,
      fire,
      cancelled: this.#closed,
    };
    if (this.#closed) return timer;
    this.#heap.push(timer);
    this.#siftUp(this.#heap.length - 1);
    this.#arm();
    return timer;
  }

  cancel(timer: QueuedTimer): void {
    if (timer.cancelled) return;
    timer.cancelled = true;
    this.#cancelledCount++;
    if (this.#cancelledCount > 32 && this.#cancelledCount * 2 > this.#heap.length) this.#compact();
    // The clock timer stays as it is: it may fire early and find nothing due, which costs less than setting
    // it anew for every question that is answered in time.
  }

  /** Forgets all timers, and those that may still be set: nothing fires any more. */
  close(): void {
    this.#closed = true;
    this.#heap.length = 0;
    this.#cancelledCount = 0;
    this.#disarm();
  }

  /** Fires what is due now. The clock calls this; a test may too. */
  fireDue(): void {
    const nowMs = this.#clock.now();
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (!top.cancelled && top.dueMs > nowMs) break;
      this.#pop();
      if (top.cancelled) this.#cancelledCount--;
      else {
        top.cancelled = true; // so that a later cancel does not count it
        top.fire();
      }
    }
    this.#arm();
  }

  #arm(): void {
    while (this.#heap[0]?.cancelled === true) {
      this.#pop();
      this.#cancelledCount--;
    }
    const dueMs = this.#heap[0]?.dueMs;
    if (dueMs === undefined || dueMs >= this.#wakeMs) return;
    this.#wake?.cancel();
    this.#wakeMs = dueMs;
    this.#wake = this.#clock.setTimer(Math.max(0, dueMs - this.#clock.now()), () => {
      this.#disarm();
      this.fireDue();
    });
  }

  #disarm(): void {
    this.#wake?.cancel();
    this.#wake = undefined;
    this.#wakeMs = Number.POSITIVE_INFINITY;
  }

  #compact(): void {
    const kept = this.#heap.filter((timer) => !timer.cancelled);
    this.#heap.length = 0;
    this.#cancelledCount = 0;
    for (const timer of kept) {
      this.#heap.push(timer);
      this.#siftUp(this.#heap.length - 1);
    }
  }

  #pop(): void {
    const last = this.#heap.pop()!;
    if (this.#heap.length === 0) return;
    this.#heap[0] = last;
    let parent = 0;
    for (;;) {
      let child = parent * 2 + 1;
      if (child >= this.#heap.length) return;
      if (child + 1 < this.#heap.length && before(this.#heap[child + 1]!, this.#heap[child]!)) child++;
      if (!before(this.#heap[child]!, this.#heap[parent]!)) return;
      this.#swap(child, parent);
      parent = child;
    }
  }

  #siftUp(start: number): void {
    let child = start;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!before(this.#heap[child]!, this.#heap[parent]!)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #swap(a: number, b: number): void {
    const held = this.#heap[a]!;
    this.#heap[a] = this.#heap[b]!;
    this.#heap[b] = held;
  }
}

function before(a: QueuedTimer, b: QueuedTimer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
