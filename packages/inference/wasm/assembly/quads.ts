import { LANES } from './lanes';
import { Batch, Population, word } from './structs';

/**
 * A batch is worked through in *quads*, at most four entries that follow one another. Where these are the lanes of one
 * block, in order, beliefs are read and written as vectors; otherwise lane by lane.
 */

/** Entries in step for which it pays to end a quad early, count: four whole blocks save what a short quad wastes on average. */
const RUN_MIN: i32 = 16;

/**
 * Where the quad that begins at `entry` ends, exclusive. It takes fewer than four entries where the next ones are in
 * step with the blocks and these are not: a batch that begins within a block, or lacks an agent, would else be out of
 * step to its end.
 */
export function quadEnd(population: Population, batch: Batch, entry: i32, count: i32): i32 {
  const end = min(entry + LANES, count);
  if (population.compression || isWholeBlock(batch, entry, count)) return end;
  for (let next = entry + 1; next < end; next++) if (beginsRun(batch, next, count)) return next;
  return end;
}

/** Whether a run of whole blocks seems to begin here. Only its ends are looked at: nothing but speed depends on it. */
function beginsRun(batch: Batch, entry: i32, count: i32): bool {
  const lane = word(batch.lanes, entry);
  const last = entry + RUN_MIN - 1;
  return (lane & 3) == 0 && last < count && word(batch.lanes, last) == lane + RUN_MIN - 1;
}

/** Whether the quad that begins at `entry` is the four lanes of one block, in order. */
export function isWholeBlock(batch: Batch, entry: i32, end: i32): bool {
  if (entry + LANES > end) return false;
  const first = word(batch.lanes, entry);
  if ((first & 3) != 0) return false;
  for (let k: i32 = 1; k < LANES; k++) if (word(batch.lanes, entry + k) != first + k) return false;
  return true;
}

/** The lane of an entry; those past the end of a quad repeat its last one and are never written. */
// @ts-ignore: AssemblyScript decorates functions, TypeScript does not.
@inline
export function laneAt(batch: Batch, entry: i32, end: i32): i32 {
  return word(batch.lanes, min(entry, end - 1));
}
