import { AgentsError } from '../errors.js';

/** What can be wrong with a map file, one code a rule. */
export type MapErrorCode =
  | 'AGENTS_MAP_HEADER'
  | 'AGENTS_MAP_SIZE'
  | 'AGENTS_MAP_ROW_LENGTH'
  | 'AGENTS_MAP_ROW_COUNT'
  | 'AGENTS_MAP_TERRAIN'
  | 'AGENTS_MAP_NO_FREE_CELL';

const REMEDIES: Readonly<Record<MapErrorCode, string>> = {
  AGENTS_MAP_HEADER: 'Begin the file with the lines `type octile`, `height H`, `width W` and `map`.',
  AGENTS_MAP_SIZE: 'Cut the map into smaller files, or correct the size its header declares.',
  AGENTS_MAP_ROW_LENGTH: 'Give every row of the map as many characters as `width` declares.',
  AGENTS_MAP_ROW_COUNT: 'Give the map as many rows as `height` declares, and nothing after them.',
  AGENTS_MAP_TERRAIN: 'Use `.` or `G` for free cells and `@`, `O`, `T`, `S` or `W` for blocked ones.',
  AGENTS_MAP_NO_FREE_CELL: 'Give the map at least one free cell (`.` or `G`).',
};

/** Where a map file departs from its format, and what stood there instead. */
export interface MapFault {
  readonly file: string;
  /** 1 is the first line of the file. */
  readonly line: number;
  /** 1 is the first character of the line. */
  readonly column: number;
  readonly expected: string;
  readonly got: string;
}

/** A map file that does not follow the Moving AI format. It names the first fault, leftmost in its line. */
export class MapError extends AgentsError {
  readonly code: MapErrorCode;
  readonly remedy: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  readonly got: string;

  constructor(code: MapErrorCode, fault: MapFault, options?: ErrorOptions) {
    const { file, line, column, expected, got } = fault;
    super(`${file}:${line}:${column}: expected ${expected}, got ${got}`, options);
    this.code = code;
    this.remedy = REMEDIES[code];
    this.file = file;
    this.line = line;
    this.column = column;
    this.expected = expected;
    this.got = got;
  }
}
