import type { ExactSums } from './exact-sum.js';

/** Exact sums as rows of `width` components each: views, not copies. */
export function rowsOfSums({ parts, counts, special }: ExactSums, width: number): readonly ExactSums[] {
  const rows: ExactSums[] = [];
  let begin = 0;
  for (let first = 0; first < counts.length; first += width) {
    let end = begin;
    for (let c = first; c < first + width; c++) end += counts[c]!;
    rows.push({
      parts: parts.subarray(begin, end),
      counts: counts.subarray(first, first + width),
      ...(special && { special: special.subarray(first, first + width) }),
    });
    begin = end;
  }
  return rows;
}

/** Rows of `width` components each, one behind the other. */
export function sumsOfRows(rows: readonly ExactSums[], width: number): ExactSums {
  const parts = new Float64Array(rows.reduce((length, row) => length + row.parts.length, 0));
  const counts = new Uint8Array(rows.length * width);
  let special: Float64Array | undefined;
  let begin = 0;
  for (const [at, row] of rows.entries()) {
    parts.set(row.parts, begin);
    begin += row.parts.length;
    counts.set(row.counts, at * width);
    if (row.special === undefined) continue;
    special ??= new Float64Array(counts.length);
    special.set(row.special, at * width);
  }
  return { parts, counts, ...(special && { special }) };
}
