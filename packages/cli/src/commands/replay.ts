import { resolve } from 'node:path';
import type { Command } from 'commander';
import { FailureFileError } from '../errors.js';
import { colorsFor, type Host, SIGNAL_EXIT_CODES } from '../host.js';
import { findLaw } from '../replay/find-law.js';
import { stepThrough } from '../replay/step-through.js';
import { loadTestingKit, type TestingKit } from '../replay/testing-kit.js';
import { verdictInWords, verdictOf } from '../replay/verdict.js';
import { prepareReport, writeReport } from '../report/report-file.js';
import { createParser } from './parser.js';

const WIDTH = 100;
/** A story is no narrower than this, cells. */
const WIDTH_MIN = 40;

interface ReplayOptions {
  readonly module?: string;
  readonly step?: true;
  readonly html?: string;
  readonly json?: true;
}

/** `skein replay`: runs a failure again that a search has found and written to a file. */
export function addReplayCommand(parser: Command, host: Host, ended: (exitCode: number) => void): void {
  const replay = createParser('replay', host)
    .description('run a failure again that a property test has found')
    .argument('<FILE>', 'what the test has written, as .skein/failures/one-leader.json')
    .usage('FILE [options]')
    .option('--module <PATH>', 'the module that exports the law, in place of the one that the file names')
    .option('--step', 'tell it step by step: Enter for the next, q to quit')
    .option('--html <OUT>', 'write the story as a page to look at in a browser')
    .option('--json', 'print one JSON object and nothing else')
    .option('--verbose', 'show where an error came from')
    .addHelpText(
      'after',
      '\nThe exit code is 0 if it does not fail any more, 1 if it does, and 2 if it cannot be run.',
    )
    .action(async (file: string, options: ReplayOptions) => ended(await replayFile(file, options, host)));
  parser.addCommand(replay);
}

async function replayFile(name: string, options: ReplayOptions, host: Host): Promise<number> {
  const page = options.html === undefined ? undefined : await prepareReport(options.html, host.cwd);
  const kit = await loadTestingKit();
  const file = resolve(host.cwd, name);
  const failure = await readFailure(kit, file);
  const law = await findLaw(failure, file, options.module, host.cwd);
  const { report, trace } = await kit.replayFailure(law, failure).catch((error: unknown) => {
    throw new FailureFileError(file, `${file} cannot be replayed: ${(error as Error).message}`, {
      cause: error,
    });
  });
  const verdict = verdictOf(failure, report);
  if (page !== undefined) await writeReport(page, kit.storyPage(trace));
  if (options.json === true) host.stdout.write(`${JSON.stringify(verdict)}\n`);
  else {
    const colors = colorsFor(host.stdout, host.env);
    const width = Math.max(WIDTH_MIN, host.stdout.columns || WIDTH);
    const lines = kit.storyLines(trace, { width, color: colors.isColorSupported });
    const isStepped = options.step === true && host.stdin.isTTY === true && host.stdout.isTTY === true;
    if (!isStepped) host.stdout.write(lines.map(({ text }) => `${text}\n`).join(''));
    else if ((await stepThrough(lines, host.stdin, host.stdout, colors)) === 'interrupted')
      return SIGNAL_EXIT_CODES.SIGINT;
    const paint = verdict.fails ? colors.red : colors.green;
    host.stdout.write(`\n${paint(verdictInWords(verdict))}\n`);
  }
  if (page !== undefined) host.stderr.write(`Page: ${page}\n`);
  return verdict.fails ? 1 : 0;
}

async function readFailure(kit: TestingKit, file: string) {
  try {
    return await kit.readFailure(file);
  } catch (error) {
    throw new FailureFileError(file, (error as Error).message, { cause: error });
  }
}
