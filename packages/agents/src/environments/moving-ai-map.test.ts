/**
 * At stake: a user's own map must be read exactly, or refused with the place to look at. Tried with one table row per
 * rule, by writing and reading random maps, and by damaging good files at random: only a MapError may come out.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { MapError } from './map-error.js';
import { type GridMap, parseMovingAiMap } from './moving-ai-map.js';

const HEADER = 'type octile\nheight 2\nwidth 3\nmap\n';

test('reads size, terrain and freedom of each cell', () => {
  const map = parseMovingAiMap(`${HEADER}.@G\nTSW\n`, 'tiny.map');
  expect([map.width, map.height]).toEqual([3, 2]);
  expect(String.fromCharCode(...map.terrain)).toBe('.@GTSW');
  const free = [0, 1].map((y) => [0, 1, 2].map((x) => map.free(x, y)));
  expect(free).toEqual([
    [true, false, true],
    [false, false, false],
  ]);
  expect([map.free(-1, 0), map.free(3, 0), map.free(0, -1), map.free(0, 2)]).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test.each([
  ['carriage returns', `${HEADER}.@G\nTSW\n`.replaceAll('\n', '\r\n')],
  ['a byte order mark', `\uFEFF${HEADER}.@G\nTSW\n`],
  ['no final newline', `${HEADER}.@G\nTSW`],
  ['blank lines after the last row', `${HEADER}.@G\nTSW\n\n  \n\r\n`],
  ['another order of the header', 'width 3\nheight 2\ntype octile\nmap\n.@G\nTSW\n'],
])('accepts %s', (_, text) => {
  expect(String.fromCharCode(...parseMovingAiMap(text, 'tiny.map').terrain)).toBe('.@GTSW');
});

test.each([
  ['an empty file', '', 'HEADER', 1, 1, 'the end of the file'],
  ['a line that is no header', 'octile\n', 'HEADER', 1, 1, '"octile"'],
  ['another type', 'type hex\n', 'HEADER', 1, 6, '"hex"'],
  ['a height twice', 'type octile\nheight 2\nheight 2\n', 'HEADER', 3, 1, '"height 2"'],
  ['a width that is no number', 'type octile\nheight 2\nwidth 3x\n', 'HEADER', 3, 7, '"3x"'],
  ['a height without a number', 'type octile\nheight\n', 'HEADER', 2, 7, '""'],
  ['a map before its width', 'type octile\nheight 2\nmap\n', 'HEADER', 3, 1, '"map"'],
  ['a header without a map', 'type octile\nheight 2\nwidth 3\n...\n', 'HEADER', 4, 1, '"..."'],
  ['a size of nothing', 'type octile\nheight 0\n', 'SIZE', 2, 8, '0'],
  ['a size beyond all maps', 'type octile\nheight 99999\nwidth 99999\n', 'SIZE', 3, 7, '9999800001'],
  ['a short row', `${HEADER}...\n..\n`, 'ROW_LENGTH', 6, 3, '2'],
  ['a long row', `${HEADER}....\n...\n`, 'ROW_LENGTH', 5, 4, '4'],
  ['too few rows', `${HEADER}...\n`, 'ROW_COUNT', 6, 1, 'the end of the file after 1'],
  ['too many rows', `${HEADER}...\n...\n...\n`, 'ROW_COUNT', 7, 1, '"..."'],
  ['unknown terrain', `${HEADER}...\n.x.\n`, 'TERRAIN', 6, 2, '"x"'],
  ['unknown terrain before the end of a short row', `${HEADER}...\n?\n`, 'TERRAIN', 6, 1, '"?"'],
  ['terrain outside of the first Unicode plane', `${HEADER}.🌲\n...\n`, 'TERRAIN', 5, 2, '"🌲"'],
  ['no free cell', `${HEADER}@OT\nTSW\n`, 'NO_FREE_CELL', 5, 1, 'none in the whole map'],
])('refuses %s', (_, text, code, line, column, got) => {
  const error = mapErrorOf(() => parseMovingAiMap(text, 'bad.map'));
  expect(error).toMatchObject({
    name: 'MapError',
    code: `AGENTS_MAP_${code}`,
    file: 'bad.map',
    line,
    column,
    got,
  });
  expect(error.message).toBe(`bad.map:${line}:${column}: expected ${error.expected}, got ${got}`);
  expect(error.remedy).not.toBe('');
});

function mapErrorOf(read: () => GridMap): MapError {
  try {
    read();
  } catch (error) {
    if (error instanceof MapError) return error;
    throw error;
  }
  throw new Error('the map was read');
}

const mapText = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) =>
    fc.array(fc.string({ unit: fc.constantFrom(...'.G@OTSW'), minLength: width, maxLength: width }), {
      minLength: height,
      maxLength: height,
    }),
  )
  .filter((rows) => rows.some((row) => /[.G]/.test(row)))
  .map((rows) => ({
    rows,
    text: `type octile\nheight ${rows.length}\nwidth ${rows[0]!.length}\nmap\n${rows.join('\n')}\n`,
  }));

property.prop([mapText])('reading undoes writing', ({ rows, text }) => {
  const map = parseMovingAiMap(text, 'generated.map');
  expect([map.width, map.height]).toEqual([rows[0]!.length, rows.length]);
  expect(Array.from(map.terrain, (code) => String.fromCharCode(code)).join('')).toBe(rows.join(''));
});

property.prop([mapText, fc.nat(), fc.nat({ max: 5 }), fc.string({ unit: 'binary', maxLength: 3 })])(
  'a damaged file is read or refused by a MapError that points into it',
  ({ text }, position, removedCount, inserted) => {
    const at = position % (text.length + 1);
    const damaged = text.slice(0, at) + inserted + text.slice(at + removedCount);
    try {
      const map = parseMovingAiMap(damaged, 'damaged.map');
      expect(map.terrain.length).toBe(map.width * map.height);
    } catch (error) {
      expect(error).toBeInstanceOf(MapError);
      const { line, column } = error as MapError;
      const lines = damaged.split('\n');
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines.length + 1);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
    }
  },
);

const benchmarkMaps = new URL('../../../../../shared/maps/', import.meta.url);

describe.skipIf(!existsSync(benchmarkMaps))('the benchmark maps beside the repository', () => {
  const files = existsSync(benchmarkMaps)
    ? readdirSync(benchmarkMaps).filter((name) => name.endsWith('.map'))
    : [];
  test.each(files)('%s is read whole', (name) => {
    const text = readFileSync(new URL(name, benchmarkMaps), 'utf8');
    const map = parseMovingAiMap(text, name);
    const freeCount = text.slice(text.indexOf('map\n') + 4).match(/[.G]/g)!.length;
    let counted = 0;
    for (let y = 0; y < map.height; y++)
      for (let x = 0; x < map.width; x++) counted += Number(map.free(x, y));
    expect(counted).toBe(freeCount);
  });
});
