import { putBeside } from './beside.js';
import { cutEnd, tidy, widthOf } from './cells.js';
import { labelOf } from './labels.js';
import type { Line } from './line.js';
import type { Paint } from './paint.js';
import type { MessageRow } from './rows.js';

/** Cells of an arrow beside its label: two strokes before it, one behind it, and the head. */
export const ARROW_CELLS = 4;

/** The loop of a message to oneself: right or left of its lifeline, as it leaves and as it is back. */
const LOOPS = {
  sending: { right: '─╮', left: '╭─' },
  end: { right: '─╯', left: '╰─' },
} as const;

const HEADS = { right: '▶', left: '◀' } as const;
const DEAD = '✗';
const TAILS = { right: '├', left: '┤' } as const;
const CROSSING = '┼';
const UNDER_WAY = '…';
const STROKES = { tell: '─', ask: '─', reply: '╌', rejection: '╌' } as const;
const PAINTS = { tell: 'tell', ask: 'ask', reply: 'reply', rejection: 'warn' } as const satisfies Record<
  string,
  Paint
>;

/** Between which columns an arrow goes. */
export interface ArrowPlace {
  /** Cells of all lifelines drawn, rising. */
  readonly at: readonly number[];
  /** Cells of the sender's lifeline and of the receiver's. */
  readonly tail: number;
  readonly tip: number;
  /** The most cells of a line. */
  readonly room: number;
}

/** Cells between two lifelines that an arrow needs if its label is to have so many. */
export function arrowCells(row: MessageRow, labelCells: number): number {
  const sign = signOf(row);
  return labelCells + ARROW_CELLS + (sign === '' ? 0 : widthOf(sign) + 1);
}

/**
 * Draws a message upon a line on which lifelines stand.
 *
 *     whole    ├──add {by: 2}──▶│
 *     sending  ├──add {by: 2}─①        left of the receiver there is room for others
 *     end                ①──add {by: 2}──▶│
 */
export function drawArrow(line: Line, row: MessageRow, place: ArrowPlace): void {
  const { at, tail, tip, room } = place;
  const { part, end, flight } = row;
  const paint = end?.kind === 'dead' ? 'bad' : PAINTS[flight.event.form];
  const way = tail <= tip ? 'right' : 'left';
  if (tail === tip) {
    drawLoop(line, row, place, paint);
    return;
  }
  const head = part === 'sending' ? '' : end?.kind === 'dead' ? DEAD : HEADS[way];

  const sign = signOf(row);
  const inner = Math.abs(tip - tail) - 1;
  const label = cutEnd(labelOf(flight.event), inner - arrowCells(row, 0));
  // A whole arrow goes from line to line; the halves of a split one each keep to the line at their own end.
  const length = part === 'whole' ? inner : arrowCells(row, widthOf(label));
  const [rightmost, leftmost] = part === 'end' ? [tip - length, tip + 1] : [tail + 1, tail - length];
  const from = way === 'right' ? rightmost : leftmost;
  for (let cell = from; cell < from + length; cell++) {
    line.put(cell, line.glyph(cell) === ' ' ? STROKES[flight.event.form] : CROSSING, paint);
  }
  if (part !== 'end') line.put(tail, TAILS[way], paint);
  // The sign of a sending is where its arrow breaks off, that of an end where it sets in again.
  const items = [part === 'end' ? sign : '', part === 'sending' ? sign : head];
  const [left, right] = (way === 'right' ? items : items.reverse()) as [string, string];
  line.put(from, left, left === sign ? 'strong' : paint);
  line.put(from + length - widthOf(right), right, right === sign ? 'strong' : paint);
  const free = { from: from + widthOf(left) + 1, to: from + length - widthOf(right) - 1 };
  line.put(labelAt(free, widthOf(label), at, way), label, paint);
  if (end?.kind !== 'dead') return;
  putBeside(line, { from: Math.min(tail, tip), to: Math.max(tail, tip), room }, tidy(end.reason), 'bad');
}

/** A message to oneself. */
function drawLoop(line: Line, row: MessageRow, { tail, room }: ArrowPlace, paint: Paint): void {
  const { part, end, flight } = row;
  const dead = end?.kind === 'dead';
  const loop = LOOPS[part === 'sending' ? 'sending' : 'end'];
  const words = [signOf(row), labelOf(flight.event), dead ? `${DEAD} ${tidy(end.reason)}` : ''];
  const tip = (way: 'left' | 'right') => (part === 'sending' ? '' : dead ? DEAD : HEADS[way]);
  putBeside(line, { from: tail, to: tail, room }, words.filter((word) => word !== '').join(' '), paint, {
    right: `${tip('left')}${loop.right} `,
    left: ` ${loop.left}${tip('right')}`,
  });
}

/** Where a label hides no lifeline, as near to the arrow's tail as can be; otherwise in the middle. */
function labelAt(
  free: { readonly from: number; readonly to: number },
  cells: number,
  lifelines: readonly number[],
  way: 'left' | 'right',
): number {
  const crossed = lifelines.filter((at) => at >= free.from && at < free.to);
  const begins = [free.from, ...crossed.map((at) => at + 1)];
  const ends = [...crossed, free.to];
  const gaps = begins.map((begin, i) => ({ begin, slack: ends[i]! - begin - cells }));
  const fitting = gaps.filter(({ slack }) => slack >= 0);
  const gap = (way === 'right' ? fitting[0] : fitting.at(-1)) ?? {
    begin: free.from,
    slack: free.to - free.from - cells,
  };
  return gap.begin + Math.floor(gap.slack / 2);
}

/** What shows that a row tells only one half of a message. */
function signOf({ part, mark }: MessageRow): string {
  return part === 'sending' ? mark || UNDER_WAY : mark;
}
