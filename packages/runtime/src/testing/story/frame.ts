import type { ViolationEvent } from '../simulation/trace.js';
import { cutEnd, tidy, widthOf, wrap } from './cells.js';
import { createLine, type Line } from './line.js';

/** Cells that a frame takes on both sides together. */
const BORDERS = 4;

/** A violation in a frame, at least as wide as the columns over it if its text does not need more. */
export function drawFrame({ law, text }: ViolationEvent, columnsWidth: number, room: number): Line[] {
  const title = ` violation: ${tidy(law)} `;
  const words = tidy(text);
  const width = Math.min(room, Math.max(columnsWidth, widthOf(title) + BORDERS, widthOf(words) + BORDERS));
  const border = (left: string, right: string): Line => {
    const line = createLine(room);
    line.put(0, `${left}${'━'.repeat(width - 2)}${right}`, 'worst');
    return line;
  };
  const top = border('┏', '┓');
  top.put(2, cutEnd(title, width - BORDERS), 'worst');
  const inside = wrap(words, width - BORDERS).map((part) => {
    const line = createLine(room);
    line.put(0, '┃', 'worst');
    line.put(2, part, 'strong');
    line.put(width - 1, '┃', 'worst');
    return line;
  });
  return [top, ...inside, border('┗', '┛')];
}
