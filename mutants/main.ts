/**
 * Breaks one line of our own kernel, rings or supervision at a time, and runs the suite against it:
 *
 *     pnpm mutants [--seed N] [--count N] [--only FILE] [--json] [--resume FILE]
 *
 * A fault that no test notices is explained in `docs/mutants.md`, or gets a test.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, program } from 'commander';
import { AREAS, sourcesOf } from './areas.js';
import { copyTree } from './copy-tree.js';
import { drawMutants, type Mutant, placesIn } from './draw.js';
import { Judge } from './judge.js';
import { formatLine, formatReport, type Judged } from './report.js';

interface Options {
  readonly seed: number;
  readonly count: number;
  readonly only?: string;
  readonly json: boolean;
  readonly resume?: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

await program
  .name('mutants')
  .description(
    'Breaks one line of the kernel, the rings or supervision at a time, and runs the suite against it.',
  )
  .option('--seed <number>', 'decides which lines, and how', wholeNumber, 1)
  .option('--count <number>', 'how many', wholeNumber, 100)
  .option('--only <file>', 'draws from one file alone, a path from the root of the repository')
  .option('--json', 'one JSON object a fault, instead of lines and a table', false)
  .option(
    '--resume <file>',
    'JSON lines of an earlier run: what they tell is not run again, the rest is added',
  )
  .action(run)
  .parseAsync()
  .catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });

async function run({ seed, count, only, json, resume }: Options): Promise<void> {
  const sources = AREAS.flatMap((area) => sourcesOf(root, area)).filter(
    ({ file }) => only === undefined || file === only,
  );
  const mutants = drawMutants(placesIn(sources), seed, count);
  if (mutants.length === 0)
    program.error(`Nothing to break in ${only}. Name a source of the kernel, the rings or supervision.`);
  const earlier = new Map(readJudged(resume).map((one) => [keyOf(one), one]));

  using copy = copyTree(root);
  const leave = (): never => process.exit(1);
  process.once('SIGINT', leave).once('SIGTERM', leave);
  if (!json) console.log('Running the suite without a fault first.');
  const judge = await Judge.create(copy.root);
  const judged: Judged[] = [];
  for (const mutant of mutants) {
    const known = earlier.get(keyOf(mutant));
    const one = known ?? (await judgeOne(judge, mutant));
    if (known === undefined && resume !== undefined) appendFileSync(resume, `${JSON.stringify(one)}\n`);
    judged.push(one);
    console.log(json ? JSON.stringify(one) : `${judged.length}/${mutants.length} ${formatLine(one)}`);
  }
  if (!json) console.log(`\n${formatReport(judged)}`);
}

async function judgeOne(judge: Judge, mutant: Mutant): Promise<Judged> {
  const beginMs = performance.now();
  const verdict = await judge.judge(mutant);
  return { ...mutant, ...verdict, seconds: (performance.now() - beginMs) / 1000 };
}

function readJudged(path: string | undefined): Judged[] {
  if (path === undefined || !existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

function keyOf({ file, start, before, after }: Mutant): string {
  return JSON.stringify([file, start, before, after]);
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('Give a whole number of at least 1.');
}
