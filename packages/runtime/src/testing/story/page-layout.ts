import type { LifeEvent } from '../simulation/trace.js';
import { type Presence, presenceAfter, presencesAtFirst } from './alive.js';
import type { Story } from './story.js';

/** Height of a row, px. */
export const ROW_HEIGHT = 26;

/** From one lifeline to the next, px. */
export const COLUMN_WIDTH = 176;

/** From the edges to the first and last lifeline, px: texts stand on both sides of one. */
export const EDGE_WIDTH = 150;

/** Rows of one drawing: a browser lays out and paints only the drawings in sight. */
export const CHUNK_ROWS = 64;

/** Drawings at either end of a message in which its arrow is drawn; in between it is left out. */
const CHUNKS_AT_END = 2;

/** Column of a lifeline, px from the left. */
export function xOf(lifeline: number): number {
  return EDGE_WIDTH + lifeline * COLUMN_WIDTH;
}

/** Middle of a row, px from the top. */
export function yOf(row: number): number {
  return row * ROW_HEIGHT + ROW_HEIGHT / 2;
}

/** Width of a diagram of so many lifelines, px. */
export function widthOfDiagram(lifelines: number): number {
  return xOf(Math.max(0, lifelines - 1)) + EDGE_WIDTH + COLUMN_WIDTH / 2;
}

/** The drawing in which a row is. */
export function chunkOf(row: number): number {
  return Math.floor(Math.max(0, row) / CHUNK_ROWS);
}

/** The drawings in which an arrow from row to row is drawn: all that it crosses, unless they are many. */
export function chunksOf(fromRow: number, toRow: number): number[] {
  const [first, last] = [chunkOf(fromRow), chunkOf(toRow)];
  const all = Array.from({ length: Math.min(last - first + 1, 2 * CHUNKS_AT_END) }, (_, i) => first + i);
  if (last - first + 1 <= all.length) return all;
  return all.map((chunk, i) => (i < CHUNKS_AT_END ? chunk : last - (all.length - 1 - i)));
}

/** A stretch of a lifeline, in rows, its beginning and end included. */
export interface Stretch {
  readonly lifeline: number;
  readonly presence: Exclude<Presence, 'absent'>;
  readonly fromRow: number;
  readonly toRow: number;
}

/** Row of what has been there since before the story. */
export const BEFORE_ALL = -1;

/** When each lifeline is there, up to the last row of a diagram. */
export function stretchesOf(story: Story, rows: readonly number[], lastRow: number): Stretch[] {
  const begun = presencesAtFirst(story).map((presence) => ({ presence, row: BEFORE_ALL }));
  const stretches: Stretch[] = [];
  const close = (lifeline: number, toRow: number) => {
    const { presence, row: fromRow } = begun[lifeline]!;
    if (presence !== 'absent') stretches.push({ lifeline, presence, fromRow, toRow });
  };
  for (const [index, event] of story.events.entries()) {
    if (event.kind !== 'life') continue;
    const lifeline = story.cast.indexOf(event.actor);
    close(lifeline, rows[index]!);
    begun[lifeline] = { presence: presenceAfter(event satisfies LifeEvent), row: rows[index]! };
  }
  for (const lifeline of begun.keys()) close(lifeline, lastRow);
  return stretches;
}
