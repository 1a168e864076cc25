import { AREAS, areaOf } from './areas.js';
import type { Mutant } from './draw.js';
import type { Verdict } from './judge.js';

/** A fault and what became of it. */
export interface Judged extends Mutant, Verdict {
  readonly seconds: number;
}

/** One line for one fault. */
export function formatLine({ file, line, column, before, after, notice, by, test, seconds }: Judged): string {
  const noticed = notice === 'nobody' ? 'SURVIVED' : `caught by ${notice}: ${by} ${test}`;
  return `${file}:${line}:${column} ${quoted(before)} -> ${quoted(after)} ${noticed} (${seconds.toFixed(0)} s)`;
}

/** The table of the docs: a row an area, then the survivors. */
export function formatReport(judged: readonly Judged[]): string {
  const row = (name: string, some: readonly Judged[]): string => {
    const by = (notice: string): number => some.filter((one) => one.notice === notice).length;
    const caught = some.length - by('nobody');
    const share = some.length === 0 ? '' : `${Math.round((100 * caught) / some.length)} %`;
    const cells = [name, some.length, by('test'), by('time'), by('compiler'), by('nobody'), share];
    return `| ${cells.join(' | ')} |`;
  };
  const rows = AREAS.map(({ name }) =>
    row(
      name,
      judged.filter(({ file }) => areaOf(file) === name),
    ),
  );
  const survivors = judged
    .filter(({ notice }) => notice === 'nobody')
    .map(({ file, line, before, after }) => `| \`${file}:${line}\` | ${cell(before)} | ${cell(after)} | |`);
  return [
    '| area | drawn | caught by a test | by time | by the compiler | survived | caught |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    row('**all**', judged),
    '',
    '| survivor | stood there | the fault | why |',
    '|---|---|---|---|',
    ...survivors,
  ].join('\n');
}

function quoted(text: string): string {
  return text === '' ? 'nothing' : `\`${text}\``;
}

function cell(text: string): string {
  return quoted(text).replaceAll('|', '\\|');
}
