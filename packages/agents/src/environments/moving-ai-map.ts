import { MapError, type MapErrorCode } from './map-error.js';

/** The largest map that is read: 2²⁴ cells, four times the benchmark's largest. A header may declare no more. */
export const MAP_CELLS_MAX: number = 2 ** 24;

const FREE = '.G';
const BLOCKED = '@OTSW';

/** A rectangle of terrain. Cell (x, y) has the index `y * width + x`; y grows downwards, as in the file. */
export class GridMap {
  readonly width: number;
  readonly height: number;
  /** u8[height, width], row-major: the character code of each cell as the file has it. */
  readonly terrain: Uint8Array;

  constructor(width: number, height: number, terrain: Uint8Array) {
    this.width = width;
    this.height = height;
    this.terrain = terrain;
  }

  /** Whether a walker may stand on (x, y). False outside of the map. */
  free(x: number, y: number): boolean {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return false;
    return isFreeTerrain(this.terrain[y * this.width + x]!);
  }
}

/** `.` and `G` are free. Trees and out of bounds are not, and this walker does not wade: nor are swamp and water. */
export function isFreeTerrain(characterCode: number): boolean {
  return characterCode === 46 || characterCode === 71;
}

/**
 * Reads a grid map of the Moving AI Lab's pathfinding benchmarks.
 *
 * The header is the lines `type octile`, `height H` and `width W`, each once and in any order, then `map`, then H rows
 * of W characters. Lines end in LF or CRLF; blank lines may follow the last row, nothing else may.
 *
 * ```ts
 * const map = parseMovingAiMap('type octile\nheight 1\nwidth 3\nmap\n.@.\n', 'tiny.map');
 * map.free(0, 0); // true
 * ```
 *
 * @param fileName  names the file in an error; nothing is opened
 * @throws MapError  AGENTS_MAP_HEADER, _SIZE, _TERRAIN, _ROW_LENGTH, _ROW_COUNT or _NO_FREE_CELL, at the first fault
 * @see Sturtevant (2012), Benchmarks for grid-based pathfinding
 */
export function parseMovingAiMap(text: string, fileName: string): GridMap {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '') lines.pop(); // what a final newline leaves behind is no line

  const fail = (code: MapErrorCode, row: number, column: number, expected: string, got: string): never => {
    throw new MapError(code, { file: fileName, line: row + 1, column, expected, got });
  };

  const { width, height, rowCount: headerRows } = readHeader(lines, fail);
  const terrain = new Uint8Array(width * height);
  let freeCount = 0;
  for (let y = 0; y < height; y++) {
    const row = lines[headerRows + y];
    if (row === undefined) {
      fail('AGENTS_MAP_ROW_COUNT', headerRows + y, 1, `${height} rows`, `the end of the file after ${y}`);
      break;
    }
    for (let x = 0; x < Math.min(width, row.length); x++) {
      const character = row[x]!;
      if (FREE.includes(character)) freeCount++;
      else if (!BLOCKED.includes(character)) {
        fail(
          'AGENTS_MAP_TERRAIN',
          headerRows + y,
          x + 1,
          `one of ${FREE}${BLOCKED}`,
          quote(codePoint(row, x)),
        );
      }
      terrain[y * width + x] = character.charCodeAt(0);
    }
    if (row.length !== width) {
      const column = Math.min(width, row.length) + 1;
      fail('AGENTS_MAP_ROW_LENGTH', headerRows + y, column, `a row of ${width} characters`, `${row.length}`);
    }
  }
  for (let row = headerRows + height; row < lines.length; row++) {
    if (lines[row]!.trim() !== '') {
      fail('AGENTS_MAP_ROW_COUNT', row, 1, `nothing after ${height} rows`, quote(lines[row]!));
    }
  }
  if (freeCount === 0) fail('AGENTS_MAP_NO_FREE_CELL', headerRows, 1, 'a free cell', 'none in the whole map');
  return new GridMap(width, height, terrain);
}

type Fail = (code: MapErrorCode, row: number, column: number, expected: string, got: string) => never;

function readHeader(
  lines: readonly string[],
  fail: Fail,
): { width: number; height: number; rowCount: number } {
  const seen = new Map<string, string>();
  let row = 0;
  for (; lines[row] !== 'map'; row++) {
    const line = lines[row];
    const missing = ['type', 'height', 'width'].filter((key) => !seen.has(key));
    const expected = missing.length > 0 ? `a header line (${missing.join(', ')})` : '"map"';
    if (line === undefined) return fail('AGENTS_MAP_HEADER', row, 1, expected, 'the end of the file');
    const space = line.indexOf(' ');
    const key = space < 0 ? line : line.slice(0, space);
    const value = space < 0 ? '' : line.slice(space + 1).trim();
    if (!missing.includes(key)) return fail('AGENTS_MAP_HEADER', row, 1, expected, quote(line));
    const column = Math.min(key.length + 2, line.length + 1);
    if (key === 'type') {
      if (value !== 'octile') fail('AGENTS_MAP_HEADER', row, column, '"octile"', quote(value));
    } else {
      if (!/^[0-9]+$/.test(value)) fail('AGENTS_MAP_HEADER', row, column, `a ${key} in cells`, quote(value));
      const cells = Number(value) * Number(seen.get(key === 'width' ? 'height' : 'width') ?? 1);
      if (!(cells > 0 && cells <= MAP_CELLS_MAX)) {
        fail('AGENTS_MAP_SIZE', row, column, `1 to ${MAP_CELLS_MAX} cells in all`, `${cells}`);
      }
    }
    seen.set(key, value);
  }
  if (seen.size < 3) {
    const missing = ['type', 'height', 'width'].filter((key) => !seen.has(key));
    return fail('AGENTS_MAP_HEADER', row, 1, `a header line (${missing.join(', ')})`, '"map"');
  }
  return { width: Number(seen.get('width')), height: Number(seen.get('height')), rowCount: row + 1 };
}

function codePoint(line: string, index: number): string {
  return String.fromCodePoint(line.codePointAt(index)!);
}

/** A piece of the file, short enough for one line of a terminal and with its control characters visible. */
function quote(piece: string): string {
  return JSON.stringify(piece.length > 40 ? `${piece.slice(0, 40)}…` : piece);
}
