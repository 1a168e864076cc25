import { arrowCells, BESIDE, besideArrow } from './arrow.js';
import { widthOf } from './cells.js';
import type { Distance, Overhang } from './columns.js';
import { describeLife, labelOf } from './labels.js';
import type { StoryRow } from './rows.js';
import type { Story } from './story.js';

/** What some rows ask of the columns they are drawn in. */
export interface Needs {
  readonly distances: readonly Distance[];
  readonly overhangs: readonly Overhang[];
}

/**
 * Room for all labels and texts, as far as they are no longer than `textCells`.
 *
 * @param columnOf column of a lifeline
 */
export function needsOf(
  story: Story,
  rows: readonly StoryRow[],
  columnOf: (lifeline: number) => number,
  textCells: number,
): Needs {
  const distances: Distance[] = [];
  const overhangs: Overhang[] = [];
  const within = (text: string) => Math.min(widthOf(text), textCells);
  for (const row of rows) {
    if (row.kind === 'life' && row.lives.length === 1) {
      const column = columnOf(story.cast.indexOf(row.lives[0]!.actor));
      overhangs.push({ column, cells: within(describeLife(row.lives[0]!)) + BESIDE });
    } else if (row.kind === 'message') {
      const [tail, tip] = [columnOf(row.flight.from), columnOf(row.flight.to)];
      const [from, to] = [Math.min(tail, tip), Math.max(tail, tip)];
      if (besideArrow(row) !== '') overhangs.push({ column: to, cells: within(besideArrow(row)) + BESIDE });
      if (from !== to) {
        const cells = arrowCells(row, within(labelOf(row.flight.event)));
        // One half of an arrow must not seem to touch the lifeline that it does not reach.
        distances.push({ from, to, cells: cells + (row.part === 'whole' ? 1 : BESIDE) });
      }
    }
  }
  return { distances, overhangs };
}
