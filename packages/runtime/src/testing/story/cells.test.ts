// At stake: a picture of text is one only if every character stands in its cell. Tried with what terminals draw wide,
// with what they obey, and with any text.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutEnd, cutMiddle, tidy, widthOf, wrap } from './cells.js';
import { createLine } from './line.js';

const anyText = fc.string({ unit: 'grapheme', maxLength: 40 }).map(tidy);

describe('cells', () => {
  it.each([
    ['add', 3],
    ['数据', 4],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['│①▶✗◆', 5],
  ])('takes %s for %i', (text, cells) => {
    expect(widthOf(text)).toBe(cells);
  });

  it('keeps the end of a path', () => {
    expect(cutMiddle('/federation/voter-12', 12)).toBe('/fe…voter-12');
    expect(cutMiddle('/数据/分片/选民', 9)).toBe('/…/选民');
    expect(cutEnd('/数据/分片', 6)).toBe('/数据…');
  });

  it('takes out what would move other characters', () => {
    expect(tidy('a\u001b[2J\nb\u202ec\u2028\ud800')).toBe('a [2J b c \ufffd');
  });

  it('cuts and wraps to what it is told', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 4, max: 20 }), (text, cells) => {
        for (const part of [cutEnd(text, cells), cutMiddle(text, cells), ...wrap(text, cells)]) {
          expect(widthOf(part)).toBeLessThanOrEqual(cells);
        }
        expect(wrap(text, cells).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});

describe('a line', () => {
  it('shows what was written last, each thing where it was put', () => {
    const line = createLine(12);
    line.put(0, '数据数据');
    line.put(3, '│');
    line.put(11, '数');
    line.put(9, '𝅘𝅥𝅮');
    line.put(9, '─');
    expect(line.text(false)).toBe('数 │数据 ─');
    expect(line.glyph(4)).toBe('数');
  });

  it('is as wide as it is, whatever is written', () => {
    const writing = fc.tuple(fc.integer({ min: -5, max: 25 }), anyText);
    fc.assert(
      fc.property(fc.array(writing, { maxLength: 5 }), (writings) => {
        const line = createLine(20);
        for (const [at, text] of writings) line.put(at, text);
        line.put(19, '┃');
        expect(widthOf(line.text(false))).toBe(20);
      }),
    );
  });
});
