import type { StepKind } from '../scheduler.js';
import type { Toy, Way } from './toy-programs.test-fixtures.js';

/** Processes that have so many steps each, in any order; what counts is which came before which. */
export class Lanes implements Toy {
  readonly #lengths: readonly number[];
  readonly #kinds: readonly StepKind[];
  readonly #taken: number[];
  #clock = 0;
  readonly #times = new Map<string, number>();

  constructor(lengths: readonly number[], kinds: readonly StepKind[] = []) {
    this.#lengths = lengths;
    this.#kinds = kinds;
    this.#taken = lengths.map(() => 0);
  }

  ways(): Way[] {
    return this.#lengths.flatMap((length, process) =>
      this.#taken[process]! < length
        ? [{ process, kind: this.#kinds[process] ?? ('turn' as const), variant: 0 }]
        : [],
    );
  }

  step({ process }: Way): number[] {
    this.#times.set(`${process}.${this.#taken[process]!++}`, this.#clock++);
    return [];
  }

  /** Whether steps, each as process and number of its step, came in this order; false as long as not all came. */
  cameInOrder(...steps: readonly (readonly [process: number, step: number])[]): boolean {
    const times = steps.map(([process, step]) => this.#times.get(`${process}.${step}`) ?? Number.NaN);
    return times.every((time, i) => (i === 0 ? !Number.isNaN(time) : time > times[i - 1]!));
  }
}

/** A lock of a combination: each step tries a digit, a wrong one jams it. */
export class CombinationLock implements Toy {
  readonly #digits: readonly number[];
  readonly #base: number;
  #right = 0;
  #isJammed = false;

  constructor(digits: readonly number[], base: number) {
    this.#digits = digits;
    this.#base = base;
  }

  get isOpen(): boolean {
    return this.#right === this.#digits.length;
  }

  get feature(): number {
    return this.#right;
  }

  ways(): Way[] {
    if (this.#isJammed || this.isOpen) return [];
    return Array.from({ length: this.#base }, (_, process) => ({
      process,
      kind: 'turn' as const,
      variant: 0,
    }));
  }

  step({ process }: Way): number[] {
    if (process === this.#digits[this.#right]) this.#right++;
    else this.#isJammed = true;
    return [0];
  }
}
