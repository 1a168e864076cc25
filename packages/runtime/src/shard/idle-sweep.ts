import type { TimerWheel } from '../time/timer-wheel.js';

/** Actors looked at between two looks at the event loop, count. */
const VISITS_PER_SLICE = 256;

/**
 * Visits all members of a set again and again, with `periodMs` between the end of a round and the next, in slices that do not keep a
 * thread for long. Sleeps while there are no members.
 */
export class IdleSweep {
  readonly #members = new Set<number>();
  readonly #timers: TimerWheel;
  readonly #periodMs: number;
  readonly #visit: (slot: number) => void;
  readonly #roundEnded: () => void;
  #round: Iterator<number> | undefined;
  /** Members that this round has still to visit, count: who comes while it runs waits for the next. */
  #toVisit = 0;
  #awake = false;
  readonly #slice = (): void => this.#runSlice();

  constructor(timers: TimerWheel, periodMs: number, visit: (slot: number) => void, roundEnded: () => void) {
    this.#timers = timers;
    this.#periodMs = periodMs;
    this.#visit = visit;
    this.#roundEnded = roundEnded;
  }

  add(slot: number): void {
    this.#members.add(slot);
    if (!this.#awake) this.#schedule(this.#periodMs);
  }

  delete(slot: number): void {
    this.#members.delete(slot);
  }

  #schedule(delayMs: number): void {
    this.#awake = true;
    this.#timers.set(delayMs, this.#slice);
  }

  #runSlice(): void {
    if (this.#round === undefined) {
      this.#round = this.#members.values(); // stands members that come and go meanwhile
      this.#toVisit = this.#members.size;
    }
    for (let visits = 0; visits < VISITS_PER_SLICE; visits++) {
      const next = this.#toVisit-- > 0 ? this.#round.next() : undefined;
      if (next === undefined || next.done) {
        this.#round = undefined;
        this.#roundEnded();
        if (this.#members.size > 0) this.#schedule(this.#periodMs);
        else this.#awake = false;
        return;
      }
      this.#visit(next.value);
    }
    this.#schedule(0);
  }
}
