import { UsageError } from '../errors.js';
import { colorsFor, type Host, SIGNAL_EXIT_CODES } from '../host.js';
import { prepareReport, writeReport } from '../report/report-file.js';
import type { Example, ExampleOutcome } from './define-example.js';
import { createIo } from './example-io.js';
import { parseOptions, type RunRequest } from './parse-options.js';

/**
 * Runs an example with what stands behind its name.
 *
 * @returns the exit code: 0, or 128 + n when signal n interrupted
 * @throws UsageError, OptionValueError, ReportWriteError, and what the example throws
 */
export async function runExample(example: Example, args: readonly string[], host: Host): Promise<number> {
  const request = await parseOptions(example, args, host);
  if (request === undefined) return 0;
  const reportPath = request.report === undefined ? undefined : await prepareReport(request.report, host.cwd);
  let exitCode = 0;
  const interruption = new AbortController();
  const stopListening = host.onStopSignal((signal) => {
    exitCode = SIGNAL_EXIT_CODES[signal];
    interruption.abort();
  });
  try {
    const outcome = await runOnce(example, request, host, interruption.signal);
    if (outcome === undefined) return exitCode;
    if (request.json) host.stdout.write(`${toJson(outcome.result, host)}\n`);
    if (reportPath !== undefined) await report(outcome, reportPath, host);
  } finally {
    stopListening();
  }
  return exitCode;
}

/** @returns undefined when the run was interrupted and had nothing to say */
async function runOnce(
  example: Example,
  { json, options }: RunRequest,
  host: Host,
  signal: AbortSignal,
): Promise<ExampleOutcome | undefined> {
  const io = createIo(host, json, signal);
  try {
    return await example.run(options, io);
  } catch (error) {
    // What is thrown after an interruption is its consequence: a stopped system, an aborted wait.
    if (!signal.aborted) throw error;
    io.close();
    host.stderr.write(`${colorsFor(host.stderr, host.env).yellow('Interrupted.')}\n`);
    return undefined;
  } finally {
    io.close();
  }
}

async function report(outcome: ExampleOutcome, path: string, host: Host): Promise<void> {
  if (outcome.report === undefined)
    throw new UsageError(
      'This run has no report.',
      'Leave `--report` out, or change the options of the run.',
    );
  await writeReport(path, outcome.report());
  host.stderr.write(`Report: ${path}\n`);
}

/** On one line for a program, indented for a person who looks at it in a terminal. */
function toJson(result: object, host: Host): string {
  return JSON.stringify(result, plainArrays, host.stdout.isTTY === true ? 2 : undefined);
}

function plainArrays(_key: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? Array.from(value as Float64Array)
    : value;
}
