/** Steps without virtual time passing, unless the law says. */
const STEPS_MAX = 10_000;
/** A run may be so many times as long in all, unless the law says. */
const STILLS_A_RUN = 100;

/** How long a run may be: see `Invariant`. */
export interface StepBounds {
  readonly stepsMax?: number;
  readonly runStepsMax?: number;
}

/**
 * Holds a run against two bounds. Who goes on and on while time stands still will never rest; who goes on with time may only have much to do,
 * as timers of a few ms have in a minute.
 */
export class StepBudget {
  readonly stepsMax: number;
  readonly runStepsMax: number;
  #timeMs = 0;
  /** Steps when time passed last. */
  #passedAt = 0;

  constructor({ stepsMax = STEPS_MAX, runStepsMax = STILLS_A_RUN * stepsMax }: StepBounds) {
    this.stepsMax = stepsMax;
    this.runStepsMax = runStepsMax;
  }

  /** Steps are counted from 0 again. */
  begin(nowMs: number): void {
    this.#timeMs = nowMs;
    this.#passedAt = 0;
  }

  /** What has become of a run with so many steps at this time: `livelock`, `endless`, or nothing. To be asked after each step. */
  look(steps: number, nowMs: number): 'livelock' | 'endless' | undefined {
    if (nowMs !== this.#timeMs) {
      this.#timeMs = nowMs;
      this.#passedAt = steps;
    }
    if (steps - this.#passedAt > this.stepsMax) return 'livelock';
    return steps > this.runStepsMax ? 'endless' : undefined;
  }
}
