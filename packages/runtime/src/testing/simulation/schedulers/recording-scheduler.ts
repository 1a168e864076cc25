import { TapeFullError } from '../../errors.js';
import type { ChoicePoint, Scheduler } from '../scheduler.js';
import { DEVIATIONS_MAX, type Tape } from './tape.js';

/** A scheduler whose choices can be had as a tape. */
export interface RecordingScheduler extends Scheduler {
  /**
   * The choices of the run so far, or of the last one if it has ended.
   *
   * @throws TapeFullError if it deviates from way 0 more often than a tape may
   */
  tape(): Tape;
}

/** Lets a scheduler choose and remembers what it chose, for {@link ReplayScheduler} to go the same way again. */
export function recording(scheduler: Scheduler): RecordingScheduler {
  return new Recorder(scheduler);
}

class Recorder implements RecordingScheduler {
  readonly name: string;
  // Only what the scheduler wants to be told, so that the simulation need not tell the others.
  readonly stepped?: (process: number, touched: Int32Array, touchedCount: number) => void;
  readonly noted?: (feature: number) => void;
  readonly endRun?: (violated: boolean) => void;
  readonly #scheduler: Scheduler;
  #points = new Int32Array(16);
  #ways = new Int32Array(16);
  #count = 0;

  constructor(scheduler: Scheduler) {
    this.name = scheduler.name;
    this.#scheduler = scheduler;
    if (scheduler.stepped !== undefined) this.stepped = scheduler.stepped.bind(scheduler);
    if (scheduler.noted !== undefined) this.noted = scheduler.noted.bind(scheduler);
    if (scheduler.endRun !== undefined) this.endRun = scheduler.endRun.bind(scheduler);
  }

  beginRun(): boolean {
    if (!this.#scheduler.beginRun()) return false;
    this.#count = 0;
    return true;
  }

  choose(point: ChoicePoint): number {
    const way = this.#scheduler.choose(point);
    if (way !== 0) this.#add(point.index, way);
    return way;
  }

  tape(): Tape {
    if (this.#count > DEVIATIONS_MAX) throw new TapeFullError(DEVIATIONS_MAX);
    return Array.from({ length: this.#count }, (_, i) => ({ at: this.#points[i]!, way: this.#ways[i]! }));
  }

  #add(at: number, way: number): void {
    if (this.#count > DEVIATIONS_MAX) return;
    if (this.#count === this.#points.length) {
      this.#points = doubled(this.#points);
      this.#ways = doubled(this.#ways);
    }
    this.#points[this.#count] = at;
    this.#ways[this.#count++] = way;
  }
}

function doubled(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * values.length);
  larger.set(values);
  return larger;
}
