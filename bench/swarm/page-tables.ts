/** One row of a table of a page, by the titles of its columns. */
export type TableRow = ReadonlyMap<string, string>;

/** The tables of a page that stand under a name in bold, each with the name it has there. */
export function tablesOf(page: string): ReadonlyMap<string, readonly TableRow[]> {
  const tables = new Map<string, readonly TableRow[]>();
  for (const [, name, text] of page.matchAll(/^\*\*(.+)\*\*\n\n((?:\|.*\n)+)/gm)) {
    const [titles, , ...rows] = text!.trim().split('\n').map(cellsOf);
    tables.set(
      name!,
      rows.map((cells) => new Map(titles!.map((title, i) => [title, cells[i] ?? '']))),
    );
  }
  return tables;
}

/** The number of a cell as {@link markdownOf} writes it, without least and most; undefined for an empty one. */
export function numberIn(cell: string | undefined): number | undefined {
  const [number] = cell?.split(' ') ?? [];
  return number === undefined || number === '' ? undefined : Number(number.replaceAll(',', ''));
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
