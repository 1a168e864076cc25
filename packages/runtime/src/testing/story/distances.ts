import { arrowCells } from './arrow.js';
import { widthOf } from './cells.js';
import type { Distance } from './columns.js';
import { labelOf } from './labels.js';
import type { StoryRow } from './rows.js';

/**
 * How far apart the columns must be for the arrows of some rows, with labels cut to at most `labelCells`.
 *
 * @param columnOf column of a lifeline
 */
export function distancesOf(
  rows: readonly StoryRow[],
  columnOf: (lifeline: number) => number,
  labelCells: number,
): Distance[] {
  return rows.flatMap((row) => {
    if (row.kind !== 'message' || row.flight.from === row.flight.to) return [];
    const [tail, tip] = [columnOf(row.flight.from), columnOf(row.flight.to)];
    const inner = arrowCells(row, Math.min(widthOf(labelOf(row.flight.event)), labelCells));
    // One half of an arrow must not seem to touch the lifeline that it does not reach.
    const cells = inner + (row.part === 'whole' ? 1 : 2);
    return [{ from: Math.min(tail, tip), to: Math.max(tail, tip), cells }];
  });
}
