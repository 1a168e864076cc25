import type { Batch, Rows } from '@skein/runtime';
import type { LaneProtocol } from './lane-agents.js';

/** Rows of which each tells an agent to step. */
export type StepRows = Rows<LaneProtocol, 'step'>;

type StepBatch = Pick<Batch<LaneProtocol, unknown, 'step'>, 'size' | 'frame' | 'frameEnd'>;

/** What the rows of a batch are rows of, stretch by stretch of neighbours with the same frame. Used again by the next batch. */
export class StepFrames {
  /** Stretches, count. */
  count = 0;
  /** The round that all rows are of; undefined if there are several. */
  round: number | undefined;
  #size = 0;
  readonly #frames: StepRows[] = [];
  readonly #starts: number[] = [];

  /** False, and then nothing else is to be asked, unless all have come as rows of whole numbers, and numbers are wanted back. */
  read(batch: StepBatch): boolean {
    const { size } = batch;
    this.#size = size;
    this.#frames.length = 0;
    this.#starts.length = 0;
    for (let item = 0; item < size; item = batch.frameEnd(item)) {
      const frame = batch.frame(item);
      if (frame?.common?.numeric !== true || !(frame.columns.observation instanceof Int32Array)) return false;
      const round = frame.common.round!;
      this.round = item === 0 || this.round === round ? round : undefined;
      this.#frames.push(frame);
      this.#starts.push(item);
    }
    this.count = this.#frames.length;
    return true;
  }

  /** Lets go of the frames. */
  clear(): void {
    this.#frames.length = 0;
    this.count = 0;
  }

  frameOf(stretch: number): StepRows {
    return this.#frames[stretch]!;
  }

  /** The first item of a stretch. */
  startOf(stretch: number): number {
    return this.#starts[stretch]!;
  }

  /** One past its last. */
  endOf(stretch: number): number {
    return this.#starts[stretch + 1] ?? this.#size;
  }

  /** The round of each row. A new array. */
  rounds(): Float64Array {
    const rounds = new Float64Array(this.#size);
    for (let stretch = 0; stretch < this.count; stretch++)
      rounds.fill(this.frameOf(stretch).common!.round!, this.startOf(stretch), this.endOf(stretch));
    return rounds;
  }
}
