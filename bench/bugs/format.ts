import { type Found, SEARCHES } from './find-fault.js';
import type { FaultReport } from './suite.js';

/** Tables in markdown: what each search found, how long it took, what small programs prove, and how the twins fared. */
export function formatFaults(
  reports: readonly FaultReport[],
  { seeds, runs }: { readonly seeds: number; readonly runs: number },
): string {
  const bySearch = (cell: (found: Found) => string) =>
    reports.map(({ name, bySearch }) => [name, ...SEARCHES.map((search) => cell(bySearch[search].faulty))]);
  const twins = reports.flatMap(({ bySearch }) => SEARCHES.map((search) => bySearch[search].fixed));
  const twinRuns = twins.reduce((sum, { runs: made }) => sum + made, 0);
  const twinsFound = twins.reduce((sum, { found }) => sum + found, 0);
  const proven = reports.flatMap(({ name, allOrders }) =>
    allOrders === undefined ? [] : [{ name, ...allOrders }],
  );
  return [
    `Found in so many of ${seeds} seeds, each of at most ${runs} schedules; then the median and the most schedules until it was:`,
    markdown(['fault', ...SEARCHES], bySearch(schedulesOf)),
    'The same in ms, median and most:',
    markdown(
      ['fault', ...SEARCHES],
      bySearch(({ ms }) => `${round(ms.median)} · ${round(ms.worst)}`),
    ),
    `The mended twins ran as often under each: ${twinRuns.toLocaleString('en')} schedules, ${twinsFound} failures.`,
    'All orders of a small program:',
    markdown(
      ['fault', 'found in schedule', 'schedules of the twin', 'proves that it holds'],
      proven.map(({ name, faulty, fixed }) => [
        name,
        `${faulty.foundInRun ?? 'not found'}`,
        fixed.schedules.toLocaleString('en'),
        fixed.proves ? 'yes' : fixed.foundInRun === undefined ? 'no: there are more' : 'no: it is broken',
      ]),
    ),
  ].join('\n\n');
}

function schedulesOf({ found, schedules }: Found): string {
  if (found === 0) return '0';
  return `${found}: ${schedules.median} · ${schedules.worst}`;
}

function round(ms: number): string {
  return Number.isNaN(ms) ? '' : Math.round(ms).toLocaleString('en');
}

function markdown(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}
