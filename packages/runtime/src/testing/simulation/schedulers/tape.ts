import { InvalidTapeError } from '../../errors.js';

/** A point of a run at which it did not go the plainest way, way 0. */
export interface Deviation {
  /** Number of the point in its run, from 0. */
  readonly at: number;
  /** The way it went; beyond the ways that there are it is taken modulo their number. */
  readonly way: number;
}

/**
 * All choices of a run, as plain data: its deviations from way 0 in order of their points. The empty tape is the
 * calmest run; the fewer deviations, the shorter the story.
 */
export type Tape = readonly Deviation[];

/** Deviations that a tape may have, count. */
export const DEVIATIONS_MAX = 1_000_000;

/**
 * Takes what came from a file for a tape, or refuses it.
 *
 * @throws InvalidTapeError if it is none, or a point comes twice or after a later one
 */
export function parseTape(value: unknown): Tape {
  if (!Array.isArray(value)) throw new InvalidTapeError('it is no list');
  if (value.length > DEVIATIONS_MAX)
    throw new InvalidTapeError(`it has ${value.length} deviations, more than ${DEVIATIONS_MAX}`);
  let previous = -1;
  return value.map((entry: unknown, index) => {
    const { at, way } = (entry ?? {}) as { at?: unknown; way?: unknown };
    if (!isIndex(at)) throw new InvalidTapeError('`at` is no index', index);
    if (!isIndex(way)) throw new InvalidTapeError('`way` is no index', index);
    if (at <= previous) throw new InvalidTapeError(`point ${at} comes after point ${previous}`, index);
    previous = at;
    return { at, way };
  });
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
