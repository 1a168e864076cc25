import stringWidth from 'string-width';
import { printable } from '../linearizability/describe-operation.js';

/** Turns the direction of what follows, or breaks the line: in a picture every cell must stay where it is. */
const MISPLACING = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const LONE_SURROGATE = /\p{Cs}/gu;
const ASCII = /^[\x20-\x7e]*$/;
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Text that a terminal shows in one line, from left to right as far as its letters allow. */
export function tidy(text: string): string {
  return printable(text).replace(MISPLACING, ' ').replace(LONE_SURROGATE, '\ufffd');
}

/** What a reader takes for one character each. */
export function graphemesOf(text: string): string[] {
  if (ASCII.test(text)) return text.split('');
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
}

/**
 * Cells that a terminal takes for a text: two for most of Chinese, Japanese, Korean and emoji, none for an accent of its
 * own. The tables of Unicode that say so change from year to year, which is why they are a library's.
 */
export function widthOf(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text);
}

/** Text of at most `cells` cells, cut at its end with an ellipsis. */
export function cutEnd(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text;
  return cells < 1 ? '' : `${head(graphemesOf(text), cells - 1)}…`;
}

/** Text of at most `cells` cells, cut in its middle with an ellipsis: of a path the end says more than the beginning. */
export function cutMiddle(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text;
  if (cells < 1) return '';
  const left = Math.floor((cells - 1) / 3);
  const end = head(graphemesOf(text).reverse(), cells - 1 - left, true);
  return `${head(graphemesOf(text), left)}…${end}`;
}

/** Text filled up with blanks. */
export function pad(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - widthOf(text)));
}

/** Text in lines of at most `cells` cells, broken between words where it can be. */
export function wrap(text: string, cells: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (widthOf(line) + 1 + widthOf(word) <= cells)
      lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
    else {
      let rest = graphemesOf(word);
      while (rest.length > 0) {
        const piece = head(rest, cells) || rest[0]!;
        if (lines.at(-1) === '') lines.pop();
        lines.push(piece);
        rest = rest.slice(graphemesOf(piece).length);
      }
    }
  }
  return lines;
}

/** The first of some graphemes, as many as fit; in reading order again if they were `reversed`. */
function head(graphemes: readonly string[], cells: number, reversed = false): string {
  const taken: string[] = [];
  let free = cells;
  for (const grapheme of graphemes) {
    free -= widthOf(grapheme);
    if (free < 0) break;
    taken.push(grapheme);
  }
  return (reversed ? taken.reverse() : taken).join('');
}
