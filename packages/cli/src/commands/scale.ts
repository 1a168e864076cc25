import { cpus } from 'node:os';
import type { Command } from 'commander';
import { NotScalableError, OptionValueError } from '../errors.js';
import type { Example } from '../example/define-example.js';
import { loadExample, locateExample } from '../example/load-example.js';
import { colorsFor, type Host, SIGNAL_EXIT_CODES } from '../host.js';
import { createProgress } from '../progress/progress.js';
import { prepareReport, writeReport } from '../report/report-file.js';
import { plotsOf, threadsInWords } from '../scale/curves.js';
import { measureScale } from '../scale/measure-scale.js';
import { scalePage } from '../scale/scale-page.js';
import type { ScaleReport } from '../scale/scale-report.js';
import { SCALE_COLUMNS, scaleRow } from '../scale/scale-table.js';
import { formatPlot } from '../scale/text-plot.js';
import { formatTable } from '../text/table.js';
import { createParser } from './parser.js';

const AGENTS = [1, 10, 100, 1000, 10_000];
const AGENTS_MOST = 10_000_000;
const THREADS = [1, 2];
const THREADS_MOST = 255;
const SEED = 1;
const SECONDS = 1;
/** Plots that a terminal shows; a page has all. */
const TERMINAL_PLOTS = 2;

interface ScaleCommandOptions {
  readonly agents?: string;
  readonly threads?: string;
  readonly seconds?: string;
  readonly seed?: string;
  readonly html?: string;
  readonly json?: true;
}

/** `skein scale`: how an example's swarm fares by number of agents. */
export function addScaleCommand(parser: Command, host: Host, ended: (exitCode: number) => void): void {
  const scale = createParser('scale', host)
    .description("measure an example's swarm by number of agents")
    .argument('<EXAMPLE>', 'its name, its number, or the path of its module')
    .usage('EXAMPLE [options]')
    .option('--agents <COUNTS>', 'numbers of agents, with commas between; default 1,10,100,1000,10000')
    .option(
      '--threads <COUNTS>',
      'numbers of threads: 1 for the main thread, which takes part beside the others; default 1,2',
    )
    .option('--seconds <NUMBER>', 'how long rounds of each number are timed; default 1')
    .option('--seed <NUMBER>', 'decides every random number; default 1')
    .option('--html <OUT>', 'write the curves as a page to look at in a browser')
    .option('--json', 'print one JSON object and nothing else')
    .option('--verbose', 'show where an error came from')
    .action(async (name: string, options: ScaleCommandOptions) => {
      const example = await loadExample(locateExample(name, host.cwd));
      ended(await scaleExample(example, options, host));
    });
  parser.addCommand(scale);
}

async function scaleExample(example: Example, options: ScaleCommandOptions, host: Host): Promise<number> {
  const { scale } = example;
  if (scale === undefined) throw new NotScalableError(example.name);
  const agents = counts('--agents', options.agents, { min: 1, max: AGENTS_MOST }) ?? scale.agents ?? AGENTS;
  const threads = counts('--threads', options.threads, { min: 1, max: THREADS_MOST }) ?? THREADS;
  const [seed] = counts('--seed', options.seed, { min: 0, max: Number.MAX_SAFE_INTEGER }) ?? [SEED];
  const page = options.html === undefined ? undefined : await prepareReport(options.html, host.cwd);
  const json = options.json === true;
  const progress = createProgress({
    stream: host.stderr,
    colors: colorsFor(host.stderr, host.env),
    now: () => host.now(),
    silent: json && host.stderr.isTTY !== true,
  });
  let exitCode = 0;
  const interruption = new AbortController();
  const stopListening = host.onStopSignal((signal) => {
    exitCode = SIGNAL_EXIT_CODES[signal];
    interruption.abort();
  });
  progress.start(agents.length * threads.length, 'measuring');
  let done = 0;
  let report: ScaleReport;
  try {
    const pointMs = 1000 * seconds(options.seconds);
    report = await measureScale(
      scale,
      { example: example.name, agents, threads, seed: seed!, pointMs },
      {
        now: () => host.now(),
        signal: interruption.signal,
        onPoint: (count, on) =>
          progress.update(done++, `${count.toLocaleString('en')} agents, ${threadsInWords(on)}`),
      },
    );
  } finally {
    progress.stop();
    stopListening();
  }
  if (json) host.stdout.write(`${JSON.stringify(report)}\n`);
  else host.stdout.write(`${inWords(report)}\n`);
  if (page !== undefined) {
    await writeReport(page, scalePage(report, { machine: machineInWords() }));
    host.stderr.write(`Page: ${page}\n`);
  }
  return exitCode;
}

function inWords(report: ScaleReport): string {
  const { points, singleStepsPerSecond } = report;
  const single = Math.round(singleStepsPerSecond).toLocaleString('en');
  return [
    formatTable(SCALE_COLUMNS, points.map(scaleRow)),
    '',
    `A single agent on the main thread takes ${single} steps a second: efficiency 1 is as many of them as there are threads.`,
    ...plotsOf(report)
      .slice(0, TERMINAL_PLOTS)
      .map((plot) => `\n${formatPlot(plot)}`),
  ].join('\n');
}

function machineInWords(): string {
  const cores = cpus();
  return `${cores.length} x ${cores[0]?.model ?? 'unknown'}, Node ${process.version}.`;
}

/** Numbers with commas between, ascending, each once; undefined when left out. @throws OptionValueError */
function counts(
  option: string,
  text: string | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): readonly number[] | undefined {
  if (text === undefined) return undefined;
  const numbers = text.split(',').map((part) => (/^\d+$/.test(part.trim()) ? Number(part) : Number.NaN));
  if (numbers.every((number) => number >= min && number <= max))
    return [...new Set(numbers)].sort((a, b) => a - b);
  const most = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `from ${min} to ${max}`;
  throw new OptionValueError(option, text, `whole numbers ${most}, with commas between`);
}

/** @throws OptionValueError */
function seconds(text: string | undefined): number {
  if (text === undefined) return SECONDS;
  const number = Number(text);
  if (number > 0 && number <= 3600) return number;
  throw new OptionValueError('--seconds', text, 'a number above 0 and at most 3600');
}
