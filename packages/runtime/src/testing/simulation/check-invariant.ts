import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import {
  InvalidFailureFileError,
  InvalidOptionError,
  InvariantBrokenError,
  NondeterministicRunError,
  RunTooLongError,
} from '../../errors.js';
import { formatStory } from '../story/format-story.js';
import { storyPage } from '../story/story-page.js';
import { type Failure, readFailure, writeFailure } from './failure.js';
import type { Invariant } from './invariant.js';
import { type PreparedLaw, prepareLaw } from './prepared-law.js';
import { commandsArbitrary, type RunPlan, runArbitrary } from './run-arbitrary.js';
import type { RunInput } from './run-input.js';
import { runLaw } from './run-law.js';
import type { RunReport } from './run-report.js';
import type { Scheduler } from './scheduler.js';
import { createScheduler, type SchedulerName } from './schedulers/create-scheduler.js';
import { type ExhaustiveReport, ExhaustiveScheduler } from './schedulers/exhaustive-scheduler.js';
import { recording } from './schedulers/recording-scheduler.js';
import { ReplayScheduler } from './schedulers/replay-scheduler.js';
import type { Trace } from './trace.js';
import { Tracer } from './tracer.js';
import { trapUncontrolled } from './uncontrolled.js';
import type { Violation } from './violation.js';

/** Runs tried while a counterexample is made smaller, count. */
const SHRINKING_RUNS_MAX = 5000;
/** Other orders tried for a smaller input that does not fail in the order of the larger one. */
const ORDERS_TRIED = 12;
/** Inputs drawn for the run that shows how long runs are, count; and the least it may say, steps. */
const CALM_DRAWN = 8;
const STEPS_EXPECTED_MIN = 16;
/** Where failures are written. */
const FOLDER = '.skein/failures';
const SEED_MAX = 2 ** 31;

/** How a counterexample is looked for. */
export interface CheckOptions {
  /** Runs to try, count; default 200. */
  readonly runs?: number;
  /** Stop looking after so much time, ms; default: never. */
  readonly timeMs?: number;
  /** Decides commands, faults and choices; default: a random one, told with a failure. */
  readonly seed?: number;
  /** Who chooses; of several, each in its turn. Default `random` and `pct`. With `exhaustive` no faults strike. */
  readonly scheduler?: SchedulerName | readonly SchedulerName[];
  /** Commands a run, at most, count; default 10. */
  readonly commandsMax?: number;
  /** The commands of every run, by name, instead of generated ones: what `exhaustive` needs if the law has commands. */
  readonly program?: RunInput['commands'];
  /** Make a failure as small as it goes; default true. Without, it is told as it was found. */
  readonly shrink?: boolean;
  /** Where a failure is written, as a file to replay and a page to look at; `false` for nowhere. Default `.skein/failures`. */
  readonly failures?: string | false;
}

/** What a search has come to that found nothing. */
export interface CheckReport {
  readonly seed: number;
  /** Runs made, steps taken, messages sent, counts. */
  readonly runs: number;
  readonly steps: number;
  readonly messages: number;
  /** What `exhaustive` has proved for its program; undefined for a search by chance. */
  readonly exhaustive: ExhaustiveReport | undefined;
}

/** A counterexample, made as small as it goes. */
export interface Counterexample {
  readonly failure: Failure;
  /** Runs until the first failure, and to make it smaller, counts. */
  readonly foundInRun: number;
  readonly shrinkingRuns: number;
  /** What was found at first: commands, faults and context switches, counts. */
  readonly first: { readonly commands: number; readonly faults: number; readonly switches: number };
  /** The story for the terminal. */
  readonly story: string;
  /** What the law threw, if it did. */
  readonly cause: unknown;
}

/** What a search has come to. `page` is the story as HTML. */
export type CheckOutcome =
  | { readonly holds: true; readonly report: CheckReport }
  | {
      readonly holds: false;
      readonly report: CheckReport;
      readonly counterexample: Counterexample;
      readonly page: string;
    };

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

/**
 * The same as data: what was found, if anything. Writes nothing.
 *
 * @throws NondeterministicRunError, RunTooLongError, InvalidOptionError, whatever is wrong with the modules
 */
export async function searchInvariant<Subject>(
  law: Invariant<Subject>,
  options: CheckOptions = {},
): Promise<CheckOutcome> {
  const release = trapUncontrolled();
  try {
    return await new Search(await prepareLaw(law), options).run();
  } finally {
    release();
  }
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

/**
 * Runs a failure again.
 *
 * @throws InvalidFailureFileError if the law has no commands of these names any more; whatever is wrong with its modules
 */
export async function replayFailure<Subject>(
  law: Invariant<Subject>,
  failure: Failure,
): Promise<{ readonly report: RunReport; readonly trace: Trace }> {
  const prepared = await prepareLaw(law);
  const missing = failure.commands.find(({ command }) => !prepared.commands.has(command));
  if (missing !== undefined)
    throw new InvalidFailureFileError(
      `The failure of "${law.name}"`,
      `its law has no command "${missing.command}"`,
    );
  const release = trapUncontrolled();
  try {
    const tracer = new Tracer(law.name);
    const scheduler = new ReplayScheduler(failure.tape);
    scheduler.beginRun();
    const report = await runLaw(prepared, failure, scheduler, tracer);
    return { report, trace: tracer.trace };
  } finally {
    release();
  }
}

class Search<Subject> {
  readonly #prepared: PreparedLaw<Subject>;
  readonly #options: CheckOptions;
  readonly #seed: number;
  readonly #runsMax: number;
  readonly #schedulers: readonly Scheduler[];
  readonly #orders: Scheduler;
  #runs = 0;
  #steps = 0;
  #messages = 0;
  #isComplete = false;
  /** A run had no end: what it has come to is not known. */
  #givenUp: RunTooLongError | undefined;
  #exhaustive: ExhaustiveScheduler | undefined;
  /** The smallest failure so far, and how it began. */
  #failed: { readonly plan: RunPlan; readonly violation: Violation } | undefined;
  #first: Counterexample['first'] | undefined;
  #foundInRun = 0;
  #foundBy = '';
  #shrinkingRuns = 0;

  constructor(prepared: PreparedLaw<Subject>, options: CheckOptions) {
    const {
      runs = 200,
      seed = randomInt(SEED_MAX),
      scheduler = ['random', 'pct'],
      commandsMax = 10,
    } = options;
    if (!(Number.isSafeInteger(runs) && runs >= 1)) throw new InvalidOptionError('runs', runs, 'at least 1');
    if (!Number.isSafeInteger(seed)) throw new InvalidOptionError('seed', seed, 'a safe integer');
    if (!(Number.isSafeInteger(commandsMax) && commandsMax >= 1))
      throw new InvalidOptionError('commandsMax', commandsMax, 'at least 1');
    this.#prepared = prepared;
    this.#options = options;
    this.#seed = seed;
    this.#runsMax = runs;
    const names = typeof scheduler === 'string' ? [scheduler] : scheduler;
    if (names.length === 0) throw new InvalidOptionError('scheduler', names, 'at least one');
    this.#schedulers = names.map((name) => this.#createScheduler(name));
    this.#orders = createScheduler('random', { seed });
  }

  /** Reduction looks at what steps touch; a law that is judged between them sees more. */
  #createScheduler(name: SchedulerName): Scheduler {
    const { law } = this.#prepared;
    if (name !== 'exhaustive') return createScheduler(name, { seed: this.#seed });
    if ((law.commands?.length ?? 0) > 0 && this.#options.program === undefined)
      throw new InvalidOptionError(
        'program',
        undefined,
        'given, as `exhaustive` tries all orders of one program',
      );
    this.#exhaustive = new ExhaustiveScheduler({
      runsMax: this.#runsMax,
      reduce: law.invariant === undefined,
    });
    return this.#exhaustive;
  }

  async run(): Promise<CheckOutcome> {
    const { commandsMax = 10, timeMs, shrink = true } = this.#options;
    const { law } = this.#prepared;
    const { program } = this.#options;
    this.#checkProgram();
    const commands = program === undefined ? commandsArbitrary(law, commandsMax) : fc.constant(program);
    const stepsExpected = await this.#checkDeterminism(commands);
    const arbitrary = runArbitrary(law, commands, this.#exhaustive === undefined ? stepsExpected : undefined);
    const property = fc.asyncProperty(arbitrary, async (plan) => {
      if (this.#givenUp !== undefined) return; // whatever is not of the law is not made smaller
      const violation = await this.#attempt(plan);
      if (violation !== undefined) throw new Broken(violation.text);
    });
    const details = await fc.check(property, {
      numRuns: this.#runsMax,
      seed: this.#seed,
      endOnFailure: !shrink,
      ...(timeMs !== undefined && { interruptAfterTimeLimit: timeMs }),
    });
    if (this.#givenUp !== undefined) throw this.#givenUp;
    const thrown = details.failed ? details.errorInstance : undefined;
    if (thrown !== undefined && !(thrown instanceof Broken)) throw thrown;
    const report: CheckReport = {
      seed: this.#seed,
      runs: this.#runs,
      steps: this.#steps,
      messages: this.#messages,
      exhaustive: this.#exhaustive?.report(),
    };
    if (this.#failed === undefined) return { holds: true, report };
    return { holds: false, report, ...(await this.#tell(details.counterexamplePath ?? '')) };
  }

  #checkProgram(): void {
    const { commands } = this.#prepared;
    const unknown = this.#options.program?.find(({ command }) => !commands.has(command));
    if (unknown !== undefined)
      throw new InvalidOptionError('program', unknown.command, `one of ${[...commands.keys()].join(', ')}`);
  }

  /**
   * A calm run, twice: a law that depends on more than its choices would only lead astray. Of a few that are drawn, one with neither many nor
   * few commands: so many steps most runs have, at least.
   */
  async #checkDeterminism(arbitrary: fc.Arbitrary<RunInput['commands']>): Promise<number> {
    const drawn = fc.sample(arbitrary, { seed: this.#seed, numRuns: CALM_DRAWN });
    const commands = drawn.sort((a, b) => a.length - b.length)[CALM_DRAWN >> 1]!;
    const calm = new ReplayScheduler([]);
    const hashes: string[] = [];
    let steps = STEPS_EXPECTED_MIN;
    for (let run = 0; run < 2; run++) {
      calm.beginRun();
      const report = await this.#runLaw({ commands, faults: [] }, calm);
      hashes.push(report.hash);
      steps = Math.max(steps, report.steps);
    }
    if (hashes[0] !== hashes[1]) throw new NondeterministicRunError(this.#prepared.law.name, hashes);
    return steps;
  }

  /** What a run breaks, if anything. */
  #attempt(plan: RunPlan): Promise<Violation | undefined> {
    return plan.choices.tape === undefined ? this.#explore(plan) : this.#tryToShrink(plan);
  }

  async #explore(plan: RunPlan): Promise<Violation | undefined> {
    if (this.#isComplete) return undefined;
    const scheduler = this.#schedulers[this.#runs % this.#schedulers.length]!;
    const violation = await this.#runAndRecord(plan, scheduler);
    if (violation === undefined) return undefined;
    const { commands, faults, choices } = plan;
    this.#first = { commands: commands.length, faults: faults.length, switches: choices.tape!.length };
    this.#foundInRun = this.#runs;
    this.#foundBy = scheduler.name;
    this.#failed = { plan, violation };
    return violation;
  }

  /** As smaller inputs have fewer moments to choose at, the choices of the larger may mean nothing to them: others are tried. */
  async #tryToShrink(plan: RunPlan): Promise<Violation | undefined> {
    if (this.#shrinkingRuns >= SHRINKING_RUNS_MAX) return undefined;
    const replay = new ReplayScheduler(plan.choices.tape!);
    replay.beginRun();
    const violation = await this.#judge(plan, replay);
    let found = this.#isTheSame(violation) ? violation : undefined;
    const isSmallerInput = plan.choices === this.#failed!.plan.choices;
    for (let order = 0; order < ORDERS_TRIED && found === undefined && isSmallerInput; order++) {
      const before = plan.choices.tape;
      const other = await this.#runAndRecord(plan, this.#orders);
      if (this.#isTheSame(other)) found = other;
      else plan.choices.tape = before;
    }
    if (found !== undefined) this.#failed = { plan, violation: found };
    return found;
  }

  #isTheSame(violation: Violation | undefined): boolean {
    return violation?.law === this.#failed!.violation.law;
  }

  async #runAndRecord(plan: RunPlan, scheduler: Scheduler): Promise<Violation | undefined> {
    const recorder = recording(scheduler);
    if (!recorder.beginRun()) {
      this.#isComplete = true;
      return undefined;
    }
    const violation = await this.#judge(plan, recorder);
    recorder.endRun?.(violation !== undefined);
    if (violation !== undefined) plan.choices.tape = recorder.tape();
    return violation;
  }

  /** One run; who tries all orders tries fewer. @throws RunTooLongError, with the seed */
  async #runLaw(
    { commands, faults }: Pick<RunPlan, 'commands' | 'faults'>,
    scheduler: Scheduler,
    tracer?: Tracer,
  ): Promise<RunReport> {
    const input = { commands, faults, betweenPromises: this.#exhaustive === undefined };
    try {
      return await runLaw(this.#prepared, input, scheduler, tracer);
    } catch (error) {
      if (!(error instanceof RunTooLongError)) throw error;
      const { law, steps, timeMs, goal } = error;
      throw new RunTooLongError(law, steps, timeMs, goal, this.#seed);
    }
  }

  /** What a run breaks, if anything; one without an end breaks nothing that could be made smaller. @throws RunTooLongError */
  async #judge(plan: RunPlan, scheduler: Scheduler): Promise<Violation | undefined> {
    try {
      const { violation, steps, messages } = await this.#runLaw(plan, scheduler);
      this.#steps += steps;
      this.#messages += messages;
      return violation;
    } catch (error) {
      if (!(error instanceof RunTooLongError)) throw error;
      if (this.#failed !== undefined) return undefined;
      this.#givenUp = error;
      throw error;
    } finally {
      if (this.#failed === undefined) this.#runs++;
      else this.#shrinkingRuns++;
    }
  }

  async #tell(
    shrinkingPath: string,
  ): Promise<{ readonly counterexample: Counterexample; readonly page: string }> {
    const { law } = this.#prepared;
    const { plan } = this.#failed!;
    const tracer = new Tracer(law.name);
    const scheduler = new ReplayScheduler(plan.choices.tape!);
    scheduler.beginRun();
    const { violation, hash } = await this.#runLaw(plan, scheduler, tracer);
    if (violation === undefined)
      throw new NondeterministicRunError(law.name, [this.#failed!.violation.text, hash]);
    const failure: Failure = {
      format: 2,
      law: law.name,
      module: law.module === undefined ? undefined : moduleOf(law.module),
      violation: { law: violation.law, text: violation.text },
      commands: plan.commands,
      faults: plan.faults,
      betweenPromises: this.#exhaustive === undefined,
      tape: plan.choices.tape!,
      foundBy: { scheduler: this.#foundBy, seed: this.#seed, path: shrinkingPath },
      hash,
      node: process.version,
    };
    const counterexample: Counterexample = {
      failure,
      foundInRun: this.#foundInRun,
      shrinkingRuns: this.#shrinkingRuns,
      first: this.#first!,
      story: formatStory(tracer.trace),
      cause: violation.cause,
    };
    return { counterexample, page: storyPage(tracer.trace) };
  }
}

/** What a property throws that has found a broken law, told apart from what goes wrong in the search itself. */
class Broken extends Error {}

function moduleOf(module: string | URL): string {
  const { href } = new URL(module);
  return href.startsWith('file:') ? path.relative(process.cwd(), fileURLToPath(href)) : href;
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
