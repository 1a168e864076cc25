import { writeFile } from 'node:fs/promises';
import { InvariantBrokenError } from '../errors.js';
import { formatStory } from '../story/format-story.js';
import type { CheckOptions } from './check-options.js';
import type { CheckReport, Counterexample } from './check-outcome.js';
import { type Failure, readFailure, writeFailure } from './failure.js';
import type { Invariant } from './invariant.js';
import { replayFailure } from './replay-failure.js';
import { searchInvariant } from './search-invariant.js';

/** Where failures are written. */
const FOLDER = '.skein/failures';

/**
 * Looks for a counterexample to a law: runs it under many schedules, faults and inputs. The first failure is made as small as
 * it goes (fewer commands, fewer faults, fewer context switches), written to a file that `skein replay` runs again, and told as a story.
 *
 * With `SKEIN_REPLAY=FILE` in the environment it runs that failure instead, if it is one of this law.
 *
 * @throws InvariantBrokenError with the story; NondeterministicRunError; RunTooLongError; InvalidOptionError; whatever is wrong with the modules
 * @example
 * await checkInvariant({
 *   name: 'one leader at most',
 *   modules: [new URL('./voter.js', import.meta.url)],
 *   start: ({ system }) => system.spawn(group, { size: 5 }),
 *   commands: [command({ name: 'stand', run: (_, group) => group.send({ type: 'stand' }) })],
 *   invariant: ({ actors }) => actors(voter).filter(({ state }) => state.leads).length <= 1,
 * });
 */
export async function checkInvariant<Subject>(
  law: Invariant<Subject>,
  options: CheckOptions = {},
): Promise<CheckReport> {
  const file = process.env.SKEIN_REPLAY;
  if (file !== undefined && file !== '') {
    const failure = await readFailure(file);
    if (failure.law === law.name) await replayOrThrow(law, failure, file);
    return { seed: 0, runs: 0, steps: 0, messages: 0, exhaustive: undefined };
  }
  const outcome = await searchInvariant(law, options);
  if (outcome.holds) return outcome.report;
  const { counterexample, page } = outcome;
  const folder = options.failures ?? FOLDER;
  let written: string | undefined;
  if (folder !== false) {
    written = await writeFailure(folder, counterexample.failure);
    await writeFile(written.replace(/\.json$/, '.html'), page);
  }
  throw broken(law, headline(counterexample), counterexample.story, written, counterexample.cause);
}

/** Its stack begins where the law was checked: what comes before tells of the search, and not of what was found. */
function broken<Subject>(
  law: Invariant<Subject>,
  why: string,
  story: string,
  file: string | undefined,
  cause: unknown,
): InvariantBrokenError {
  const replay =
    law.module === undefined ? `SKEIN_REPLAY=${file} npx vitest run` : `npx skein replay ${file}`;
  const written = file === undefined ? undefined : { file, replay };
  const error = new InvariantBrokenError(law.name, why, story, written, { cause });
  Error.captureStackTrace(error, checkInvariant);
  return error;
}

/** Runs a failure again and tells its story. @throws InvariantBrokenError if it still fails */
async function replayOrThrow<Subject>(
  law: Invariant<Subject>,
  failure: Failure,
  file: string,
): Promise<void> {
  const { report, trace } = await replayFailure(law, failure);
  if (report.violation === undefined) return;
  throw broken(
    law,
    `${report.violation.law}: ${report.violation.text}`,
    formatStory(trace),
    file,
    report.violation.cause,
  );
}

function headline({ failure, foundInRun, first, shrinkingRuns }: Counterexample): string {
  const { violation, commands, faults, tape, foundBy } = failure;
  const sizes = (input: typeof first): string =>
    [
      count(input.commands, 'command', 'commands'),
      count(input.faults, 'fault', 'faults'),
      count(input.switches, 'context switch', 'context switches'),
    ].join(', ');
  const least = { commands: commands.length, faults: faults.length, switches: tape.length };
  return [
    `${violation.law}: ${violation.text}`,
    `found in run ${foundInRun} by ${foundBy.scheduler} (seed ${foundBy.seed}): ${sizes(first)}`,
    `made smaller in ${count(shrinkingRuns, 'run', 'runs')}: ${sizes(least)}`,
  ].join('\n');
}

function count(many: number, one: string, more: string): string {
  return `${many} ${many === 1 ? one : more}`;
}
