import Table from 'cli-table3';

/** A column of a table for people. */
export interface Column {
  readonly title: string;
  /** Default left; numbers read best from the right. */
  readonly align?: 'left' | 'right';
}

/** Corners, edges and separators: two spaces between columns, and nothing else. */
const PLAIN = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const;

/**
 * Lays text out in columns under their titles, without lines. Colours in a cell do not disturb the widths.
 *
 * @returns lines without a line feed at the end
 * @example
 * formatTable([{ title: 'policy' }, { title: 'G', align: 'right' }], [['go to cue', '-0.69']])
 */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    chars: PLAIN,
    colAligns: columns.map(({ align = 'left' }) => align),
    head: columns.map(({ title }) => title),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
