/**
 * Measures what Skein costs, each figure beside a calibration of the same run:
 *
 *     pnpm bench [--json] [--repeats N]
 *
 * A figure alone says more about the machine than about Skein; read the ratio.
 */
import { parseArgs } from 'node:util';
import { formatTable } from '@skein/cli';
import { measure } from './measure.js';
import { createWorkloads } from './workloads.js';

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, repeats: { type: 'string', default: '5' } },
});
const repeats = Number(values.repeats);
if (!(Number.isInteger(repeats) && repeats >= 1)) {
  console.error(`--repeats must be a whole number of at least 1, got ${values.repeats}`);
  process.exit(2);
}

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
if (values.json) for (const row of rows) console.log(JSON.stringify(row));
else {
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
