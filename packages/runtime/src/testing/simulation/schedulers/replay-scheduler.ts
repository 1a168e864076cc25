import type { ChoicePoint, Scheduler } from '../scheduler.js';
import { parseTape, type Tape } from './tape.js';

/**
 * Goes as a tape says, and the plainest way where it says nothing: the run that the tape was recorded of, if the
 * system is as it was then. Every run is the same. A tape that somebody shortened or that belongs to another version
 * of the system is followed as far as it makes sense: never an error, always the same run.
 *
 * @throws InvalidTapeError if it is no tape
 */
export class ReplayScheduler implements Scheduler {
  readonly name = 'replay';
  readonly #points: Float64Array;
  readonly #ways: Float64Array;
  #next = 0;

  constructor(tape: Tape) {
    const checked = parseTape(tape);
    this.#points = Float64Array.from(checked, ({ at }) => at);
    this.#ways = Float64Array.from(checked, ({ way }) => way);
  }

  beginRun(): boolean {
    this.#next = 0;
    return true;
  }

  choose({ index, count }: ChoicePoint): number {
    return this.#points[this.#next] === index ? this.#ways[this.#next++]! % count : 0;
  }
}
