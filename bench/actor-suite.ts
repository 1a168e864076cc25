import { formatTable } from '@skein/cli';
import { measure } from './measure.js';
import { createWorkloads } from './workloads.js';

/** Measures actors: messages, questions and swarms. */
export async function runActorSuite({ json, repeats }: { json: boolean; repeats: number }): Promise<void> {
  const { workloads, close } = await createWorkloads();
  const rates = await measure(workloads, repeats, (name) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${name.padEnd(40)}`);
  });
  if (process.stderr.isTTY) process.stderr.write(`\r${' '.repeat(40)}\r`);
  await close();

  const rows = workloads.map(({ name, unit, baseline }) => {
    const rate = rates.get(name)!;
    const ratio = baseline === undefined ? undefined : rate.median / rates.get(baseline)!.median;
    return { name, unit, ...rate, baseline, ratio };
  });
  if (json) {
    for (const row of rows) console.log(JSON.stringify(row));
    return;
  }
  const round = (value: number): string => value.toPrecision(3).replace(/e\+?(\d+)/, 'e$1');
  const columns = [
    { title: 'work' },
    { title: 'median', align: 'right' },
    { title: 'least', align: 'right' },
    { title: 'most', align: 'right' },
    { title: 'unit' },
    { title: 'ratio', align: 'right' },
    { title: 'to' },
  ] as const;
  console.log(
    formatTable(
      columns,
      rows.map(({ name, median, min, max, unit, ratio, baseline }) => [
        name,
        ...[median, min, max].map((value) => Number(round(value)).toLocaleString('en')),
        unit,
        ratio === undefined ? '' : ratio.toFixed(2),
        baseline ?? '',
      ]),
    ),
  );
  console.log(`\nmedian, least and most of ${repeats} runs; Node ${process.version}`);
}
