import { cutEnd, widthOf } from './cells.js';
import type { Line } from './line.js';
import type { Paint } from './paint.js';

/** Where a text may stand: in a line of `room` cells, on either side of the cells from `from` to `to`. */
export interface Surroundings {
  readonly from: number;
  readonly to: number;
  readonly room: number;
}

/** What goes between a text and what it stands beside; a blank if nothing else. */
export interface Links {
  readonly right: string;
  readonly left: string;
}

const BLANKS: Links = { right: ' ', left: ' ' };

/** Writes a text to the right of something; to its left if only there is room, and cut where there is more if nowhere is. */
export function putBeside(
  line: Line,
  { from, to, room }: Surroundings,
  text: string,
  paint: Paint,
  links: Links = BLANKS,
): void {
  const rightRoom = room - to - 1 - widthOf(links.right);
  const leftRoom = from - widthOf(links.left);
  if (widthOf(text) <= rightRoom || rightRoom >= leftRoom) {
    line.put(to + 1, links.right + cutEnd(text, rightRoom), paint);
  } else {
    const written = cutEnd(text, leftRoom) + links.left;
    line.put(from - widthOf(written), written, paint);
  }
}
