import { DOTS_ACROSS, DOTS_DOWN, type TownRaster } from './town-raster.js';

/** What a terminal can show. */
export interface Palette {
  readonly colors: 0 | 16 | 256;
  readonly unicode: boolean;
}

/** What there is to see of a search at one moment. */
export interface TownState {
  /** f64[S]: how much likelier it is that a target is in a sector than it was at the start, by area; a ratio. */
  readonly likelihood: Float64Array;
  /** For each searcher the sector it is in. */
  readonly sectors: Uint16Array;
  /** Where targets were found, sector. */
  readonly found: readonly number[];
}

/** Levels of a belief, count: from "has been searched" over "as at the start" to "almost certainly here". */
export const LEVELS = 12;
/** The level of what is as likely as at the start. */
const START_LEVEL = 3;
/** Levels that a doubling of the likelihood goes up; and a halving down. */
const LEVELS_PER_DOUBLING = 1.6;
/** One point at most stands for so many dots of the whole town: more would hide what is believed. */
const DOTS_PER_POINT = 5;

const RAMP_256: readonly number[] = [236, 237, 238, 60, 61, 97, 133, 169, 203, 208, 214, 228];
const RAMP_16: readonly number[] = [40, 40, 40, 44, 44, 44, 45, 45, 41, 41, 43, 47];
const RAMP_UNICODE = '  ·░░░▒▒▒▓▓█';
const RAMP_ASCII = ' ..::--==+*%';
const RESET = '\x1b[0m';
/** Bits of a Braille character, by dot, row by row; `2800` has none. */
const BRAILLE: readonly number[] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];
const BRAILLE_NONE = 0x2800;
const HASH = 0x9e3779b1;

/** From 0 to `LEVELS - 1`. */
export function levelOf(likelihood: number): number {
  if (!(likelihood > 0)) return 0;
  const level = START_LEVEL + Math.round(LEVELS_PER_DOUBLING * Math.log2(likelihood));
  return Math.min(Math.max(level, 0), LEVELS - 1);
}

/** Searchers that one point stands for, count. */
export function searchersPerPoint({ dots }: TownRaster, searcherCount: number): number {
  return Math.max(1, Math.ceil((searcherCount * DOTS_PER_POINT) / dots.length));
}

/**
 * Draws a town, one text a row of characters, as wide as the raster: streets shaded by where targets are believed to be, searchers as points
 * somewhere in the sector they are in, always at the same place of it, and what was found. Pure: the same for the same arguments.
 */
export function drawTown(
  raster: TownRaster,
  { likelihood, sectors, found }: TownState,
  palette: Palette,
): string[] {
  const { columns, rows, sectorOf } = raster;
  const points = pointsOf(raster, sectors);
  const levels = Uint8Array.from(likelihood, levelOf);
  const finds = new Set(found.map((sector) => raster.middleOf[sector]!));
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    let line = '';
    let style = '';
    for (let at = row * columns; at < (row + 1) * columns; at++) {
      const level = sectorOf[at] === -1 ? -1 : levels[sectorOf[at]!]!;
      const wanted = finds.has(at) ? foundStyle(palette) : styleOf(level, palette);
      if (wanted !== style) line += wanted === '' ? RESET : wanted;
      style = wanted;
      line += finds.has(at) ? (palette.unicode ? '◆' : 'X') : characterOf(points[at]!, level, palette);
    }
    lines.push(style === '' ? line : line + RESET);
  }
  return lines;
}

/** A sample of what each level looks like. */
export function drawRamp(palette: Palette): string {
  const ramp = Array.from(
    { length: LEVELS },
    (_, level) => styleOf(level, palette) + characterOf(0, level, palette),
  );
  return ramp.join('') + (palette.colors === 0 ? '' : RESET);
}

/** For each character which of its dots are points, as Braille bits. */
function pointsOf(raster: TownRaster, sectors: Uint16Array): Uint8Array {
  const { columns, rows, dotOffsets, dots } = raster;
  const across = columns * DOTS_ACROSS;
  const points = new Uint8Array(columns * rows);
  const step = searchersPerPoint(raster, sectors.length);
  for (let searcher = 0; searcher < sectors.length; searcher += step) {
    const sector = sectors[searcher]!;
    const first = dotOffsets[sector]!;
    const dot = dots[first + ((Math.imul(searcher + 1, HASH) >>> 0) % (dotOffsets[sector + 1]! - first))]!;
    const x = dot % across;
    const y = (dot - x) / across;
    const inside = (y % DOTS_DOWN) * DOTS_ACROSS + (x % DOTS_ACROSS);
    points[Math.floor(y / DOTS_DOWN) * columns + Math.floor(x / DOTS_ACROSS)]! |= BRAILLE[inside]!;
  }
  return points;
}

function characterOf(points: number, level: number, { colors, unicode }: Palette): string {
  if (points !== 0 && (colors > 0 || level <= START_LEVEL)) {
    if (unicode) return String.fromCharCode(BRAILLE_NONE + points);
    return colors === 0 ? 'o' : points & (points - 1) ? ':' : '.';
  }
  if (colors > 0 || level === -1) return ' ';
  return (unicode ? RAMP_UNICODE : RAMP_ASCII)[level]!;
}

function styleOf(level: number, { colors }: Palette): string {
  if (colors === 0 || level === -1) return '';
  const isBright = level >= LEVELS - 3;
  if (colors === 16) return `\x1b[${isBright ? 30 : 97};${RAMP_16[level]}m`;
  return `\x1b[38;5;${isBright ? 16 : 255};48;5;${RAMP_256[level]}m`;
}

function foundStyle({ colors }: Palette): string {
  return colors === 0 ? '' : colors === 16 ? '\x1b[97;42m' : '\x1b[38;5;16;48;5;46m';
}
