import { EPISODE } from './world.js';

/** What a copy may be told in place of an action, in the column of the first factor. */
export const COMMAND: Readonly<{ begin: -1; rest: -2 }> = {
  /** Begin an episode. */
  begin: -1,
  /** Stay as you are: nothing is shown, no step is counted. */
  rest: -2,
};

/** How a copy stands that showed nothing: it rested, or has no episode to act in. */
export const IDLE = 4;

/**
 * What one copy tells, in whole numbers of 32 bits, so that the columns of a swarm's step carry it:
 *
 *     standing │ reward, 2 words of a float64 │ one outcome a modality
 */
const STANDING = 0;
const REWARD = 1;
const OUTCOMES = 3;

/** Numbers of a row, count. */
export function rowWidth(modalityCount: number): number {
  return OUTCOMES + modalityCount;
}

/** Writes and reads rows. */
export class CopyRows {
  readonly #reward = new Float64Array(1);
  readonly #words = new Int32Array(this.#reward.buffer);

  /** A row of a copy that shows nothing. */
  writeIdle(rows: Int32Array, at: number, width: number): void {
    rows.fill(-1, at, at + width);
    rows[at + STANDING] = IDLE;
    rows[at + REWARD] = 0;
    rows[at + REWARD + 1] = 0;
  }

  write(
    rows: Int32Array,
    at: number,
    { standing, reward }: { readonly standing: number; readonly reward: number },
    outcomes: readonly Int32Array[],
    entry: number,
  ): void {
    rows[at + STANDING] = standing;
    this.#reward[0] = reward;
    rows[at + REWARD] = this.#words[0]!;
    rows[at + REWARD + 1] = this.#words[1]!;
    for (let m = 0; m < outcomes.length; m++) rows[at + OUTCOMES + m] = outcomes[m]![entry]!;
  }

  /** The rows of all places, as columns that a step of a swarm gave: one for each number of a row. A place that is missing is idle. */
  read(columns: readonly Int32Array[], places: number): CopyColumns {
    const standings = new Uint8Array(places);
    const rewards = new Float64Array(places);
    for (let place = 0; place < places; place++) {
      const standing = columns[STANDING]?.[place] ?? -1; // of nobody there are not even columns
      standings[place] = standing < 0 ? IDLE : standing;
      if (standing < 0 || standing === IDLE) continue;
      this.#words[0] = columns[REWARD]![place]!;
      this.#words[1] = columns[REWARD + 1]![place]!;
      rewards[place] = this.#reward[0]!;
    }
    return { standings, rewards, outcomes: columns.slice(OUTCOMES) };
  }
}

/** What all copies told, in columns of one value a place. */
export interface CopyColumns {
  /** One of {@link EPISODE}, or {@link IDLE}. */
  readonly standings: Uint8Array;
  readonly rewards: Float64Array;
  /** For each modality i32[places]. */
  readonly outcomes: readonly Int32Array[];
}

/** Whether an episode came to an end with this. */
export function isOver(standing: number): boolean {
  return standing !== EPISODE.running && standing !== IDLE;
}
