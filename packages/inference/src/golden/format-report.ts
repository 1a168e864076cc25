import type { Mismatch } from './compare.js';
import type { CaseFailure, GoldenReport, RanOn } from './run-golden.js';

/** Failures printed for one topic, count; the rest are only counted. */
const FAILURES_SHOWN_MAX = 5;

/** The columns that say how many cases were run where. */
const RAN_ON: readonly RanOn[] = ['simd', 'both', 'reference'];
const titleOf = (where: RanOn): string => (where === 'both' ? 'on both' : `on ${where}`);

/** The report for people: a table of topics, the first failures, and the line that sums up. */
export function formatReport({ backend, topics, passed, failed, notSupported }: GoldenReport): string {
  const rows = [
    ['topic', 'passed', 'failed', 'not supported', ...(backend === 'simd' ? RAN_ON.map(titleOf) : [])],
    ...topics.map((t) => [
      ...[t.topic, String(t.passed), String(t.failed), String(t.notSupported)],
      ...(backend === 'simd' ? RAN_ON.map((where) => String(t.ranOn[where])) : []),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
  const failures = topics.flatMap((topic) => {
    const shown = topic.failures.slice(0, FAILURES_SHOWN_MAX).flatMap(formatFailure);
    const hidden = topic.failures.length - FAILURES_SHOWN_MAX;
    return hidden > 0 ? [...shown, `… and ${hidden} more failed cases of ${topic.topic}`] : shown;
  });
  const summary = `${passed} passed, ${failed} failed, ${notSupported} not supported`;
  return [...table, '', ...failures, ...(failures.length > 0 ? [''] : []), summary, ''].join('\n');
}

function formatFailure({ case: id, mismatches, mismatchCount, error }: CaseFailure): string[] {
  if (error !== undefined) return [`FAILED ${id}`, `  ${error}`];
  const hidden = mismatchCount - mismatches.length;
  return [
    `FAILED ${id}`,
    ...mismatches.map(formatMismatch),
    ...(hidden > 0 ? [`  … and ${hidden} more values`] : []),
  ];
}

function formatMismatch({ field, expected, got, tolerance }: Mismatch): string {
  const want = JSON.stringify(expected);
  const limit =
    tolerance.abs === 0 && tolerance.rel === 0
      ? 'exactly'
      : `within ${tolerance.abs} + ${tolerance.rel} of it`;
  return `  ${field}: expected ${want.length > 60 ? `${want.slice(0, 60)}…` : want}, got ${got} (${limit})`;
}
