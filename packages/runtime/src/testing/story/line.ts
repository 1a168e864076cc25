import { graphemesOf, widthOf } from './cells.js';
import { type Paint, painted } from './paint.js';

/** A line of a terminal on which one writes wherever one wants; what is written later covers what was there. */
export interface Line {
  /** Writes from a cell on. What would stick out on either side is left away. */
  put(at: number, text: string, paint?: Paint): void;
  /** What stands in a cell; blank beside a wide character, and beyond the edges. */
  glyph(at: number): string;
  /** The line without blanks at its end. */
  text(color: boolean): string;
}

const BLANK = ' ';

/** A blank line of so many cells. */
export function createLine(width: number): Line {
  const glyphs = new Array<string>(width).fill(BLANK);
  const paints = new Array<Paint>(width).fill('plain');
  const clear = (at: number) => {
    // Half a wide character is none. All its cells but the first hold an empty glyph.
    let [from, to] = [at, at + 1];
    while (glyphs[from] === '') from--;
    while (glyphs[to] === '') to++;
    glyphs.fill(BLANK, from, to);
  };
  return {
    put(at, text, paint = 'plain') {
      let cell = at;
      for (const grapheme of graphemesOf(text)) {
        const cells = widthOf(grapheme);
        if (cells > 0 && cell >= 0 && cell + cells <= width) {
          for (let i = cell; i < cell + cells; i++) clear(i);
          for (let i = cell; i < cell + cells; i++) {
            glyphs[i] = i === cell ? grapheme : '';
            paints[i] = paint;
          }
        }
        cell += cells;
      }
    },
    glyph: (at) => glyphs[at] || BLANK,
    text(color) {
      let end = width;
      while (end > 0 && glyphs[end - 1] === BLANK) end--;
      if (!color) return glyphs.slice(0, end).join('');
      let text = '';
      for (let at = 0; at < end; ) {
        let next = at + 1;
        while (next < end && paints[next] === paints[at]) next++;
        text += painted(glyphs.slice(at, next).join(''), paints[at]!);
        at = next;
      }
      return text;
    },
  };
}
