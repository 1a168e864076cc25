import { TOUCHES_ALL } from '../scheduler.js';

/** Of no step. */
const NONE = -1;

/**
 * The steps of one run and which of them had to come before which: steps of one process in their order, dependent
 * ones in the order in which they were taken, and whoever made a process able to act before its next step. Kept as
 * vector clocks: of each step, how many steps of each process come before it or are it.
 */
export class HappensBefore {
  /** Of each process, a small number in order of first steps; clocks are indexed by it. */
  readonly #numbers = new Map<number, number>();
  /** By number: the last step of that process. */
  readonly #lastOf: number[] = [];
  readonly #lastTouching = new Map<number, number>();
  #lastTouchingAll = NONE;

  readonly #processes: number[] = [];
  readonly #numberOf: number[] = [];
  readonly #clocks: Int32Array[] = [];

  clear(): void {
    this.#numbers.clear();
    this.#lastOf.length = 0;
    this.#lastTouching.clear();
    this.#lastTouchingAll = NONE;
    this.#processes.length = 0;
    this.#numberOf.length = 0;
    this.#clocks.length = 0;
  }

  /**
   * Adds a step.
   *
   * @param enabledBy the step that made its process able to act, -1 if none did
   * @returns the steps that it races with: dependent, of other processes, and without a step in between that comes
   *   after the one and before the other
   */
  add(process: number, touched: Int32Array, enabledBy: number): number[] {
    const step = this.#processes.length;
    const number = this.#numberFor(process);
    const clock = new Int32Array(this.#numbers.size);
    this.#processes.push(process);
    this.#numberOf.push(number);
    this.#clocks.push(clock);
    const own = this.#lastOf[number]!;
    if (own !== NONE) this.#join(clock, own);
    if (enabledBy !== NONE) this.#join(clock, enabledBy);
    // The latest first: once its clock is joined, what comes before it is known to, and races no more.
    const racing = this.#dependencies(touched).filter((other) => {
      if (this.#isIn(clock, other)) return false;
      this.#join(clock, other);
      return true;
    });
    clock[number]!++;
    this.#enter(step, number, touched);
    return racing;
  }

  isBefore(earlier: number, later: number): boolean {
    return this.#isIn(this.#clocks[later]!, earlier);
  }

  /**
   * Who could begin if `later` were to come before `earlier`: of the steps after `earlier` that need not come after
   * it, and `later` as the last of them, the processes whose first need not come after another.
   */
  initials(earlier: number, later: number): number[] {
    const firsts: number[] = [];
    const initials: number[] = [];
    for (let step = earlier + 1; step <= later; step++) {
      if (step !== later && this.isBefore(earlier, step)) continue;
      const number = this.#numberOf[step]!;
      if (firsts.some((first) => this.#numberOf[first] === number)) continue;
      if (!firsts.some((first) => this.isBefore(first, step))) initials.push(this.#processes[step]!);
      firsts.push(step);
    }
    return initials;
  }

  #numberFor(process: number): number {
    const known = this.#numbers.get(process);
    if (known !== undefined) return known;
    this.#lastOf.push(NONE);
    this.#numbers.set(process, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  /** The last steps that each thing touched depends on, the latest first, each once. */
  #dependencies(touched: Int32Array): number[] {
    const steps = new Set<number>();
    if (touched.includes(TOUCHES_ALL)) for (const last of this.#lastOf) steps.add(last);
    else for (const thing of touched) steps.add(this.#lastTouching.get(thing) ?? NONE);
    steps.add(this.#lastTouchingAll);
    steps.delete(NONE);
    return [...steps].sort((one, other) => other - one);
  }

  #enter(step: number, number: number, touched: Int32Array): void {
    this.#lastOf[number] = step;
    for (const thing of touched) {
      if (thing === TOUCHES_ALL) this.#lastTouchingAll = step;
      else this.#lastTouching.set(thing, step);
    }
  }

  #isIn(clock: Int32Array, step: number): boolean {
    const number = this.#numberOf[step]!;
    return number < clock.length && clock[number]! >= this.#clocks[step]![number]!;
  }

  #join(clock: Int32Array, step: number): void {
    const other = this.#clocks[step]!;
    for (let number = 0; number < other.length; number++)
      if (other[number]! > clock[number]!) clock[number] = other[number]!;
  }
}
