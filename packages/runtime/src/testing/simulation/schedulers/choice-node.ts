import { TOUCHES_ALL } from '../scheduler.js';

/**
 * A step that was tried, of somebody who was not disturbed since: until a step comes that it depends on, nothing new
 * begins with it.
 */
export interface Sleeper {
  readonly process: number;
  /** Which of the ways of its process, and of how many: who has more or fewer ways than before is awake. */
  readonly ordinal: number;
  readonly ways: number;
  readonly touched: Int32Array;
}

type State = 'unwanted' | 'wanted' | 'tried' | 'asleep';

const EVERYTHING = Int32Array.of(TOUCHES_ALL);

/** A choice point on the way to where the search stands: what was tried there, and what is still to be. */
export class ChoiceNode {
  readonly processes: Int32Array;
  /** Who slept on arrival, and every way that was tried here before. */
  readonly asleep: Sleeper[];
  readonly #states: State[];
  #way = 0;
  #touched = EVERYTHING;

  constructor(processes: Int32Array, asleep: readonly Sleeper[]) {
    this.processes = processes;
    this.asleep = [...asleep];
    this.#states = Array.from(processes, (_, way) =>
      isAsleep(asleep, processes, way) ? 'asleep' : 'unwanted',
    );
  }

  /** The way that this run goes. */
  get way(): number {
    return this.#way;
  }

  get process(): number {
    return this.processes[this.#way]!;
  }

  go(way: number): void {
    this.#way = way;
    this.#states[way] = 'tried';
    this.#touched = EVERYTHING; // unless it says something else
  }

  /** The step of this way was taken. */
  report(touched: Int32Array<ArrayBuffer>): void {
    this.#touched = touched;
  }

  /** Whether a process has ways here, and all of them were, are or need not be tried. */
  isCovered(process: number): boolean {
    return (
      this.processes.includes(process) &&
      this.#states.every((state, way) => this.processes[way] !== process || state !== 'unwanted')
    );
  }

  /**
   * All ways of a process are to be tried but those that sleep. If some do and some do not, nobody here would see what
   * those that sleep race with: then all others are to be tried as well. Returns false if it has no way here.
   */
  want(process: number): boolean {
    const states = this.#states.filter((_, way) => this.processes[way] === process);
    if (states.includes('asleep') && states.some((state) => state !== 'asleep')) this.wantAll();
    this.processes.forEach((other, way) => {
      if (other === process) this.wantWay(way);
    });
    return states.length > 0;
  }

  wantAll(): void {
    this.processes.forEach((_, way) => {
      this.wantWay(way);
    });
  }

  wantWay(way: number): void {
    if (this.#states[way] === 'unwanted') this.#states[way] = 'wanted';
  }

  /** Goes on to the next way that is to be tried. False if none is left. */
  advance(): boolean {
    const ordinal = ordinalOf(this.processes, this.#way);
    const ways = waysOf(this.processes, this.process);
    this.asleep.push({ process: this.process, ordinal, ways, touched: this.#touched });
    const next = this.#states.indexOf('wanted');
    if (next < 0) return false;
    this.go(next);
    return true;
  }
}

export function isAsleep(asleep: readonly Sleeper[], processes: Int32Array, way: number): boolean {
  const process = processes[way]!;
  return asleep.some(
    (sleeper) => sleeper.process === process && sleeper.ordinal === ordinalOf(processes, way),
  );
}

/** Ways of a process at a point, count. */
export function waysOf(processes: Int32Array, process: number): number {
  return waysBefore(processes, processes.length, process);
}

function ordinalOf(processes: Int32Array, way: number): number {
  return waysBefore(processes, way, processes[way]!);
}

function waysBefore(processes: Int32Array, end: number, process: number): number {
  let ways = 0;
  for (let way = 0; way < end; way++) if (processes[way] === process) ways++;
  return ways;
}
