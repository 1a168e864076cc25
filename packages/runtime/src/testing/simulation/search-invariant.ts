import { randomInt } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { InvalidOptionError } from '../../errors.js';
import { NondeterministicRunError, RunTooLongError } from '../errors.js';
import { formatStory } from '../story/format-story.js';
import { storyPage } from '../story/story-page.js';
import type { CheckOptions } from './check-options.js';
import type { CheckOutcome, CheckReport, Counterexample } from './check-outcome.js';
import type { Failure } from './failure.js';
import type { Invariant } from './invariant.js';
import { type PreparedLaw, prepareLaw } from './prepared-law.js';
import { commandsArbitrary, type RunPlan, runArbitrary } from './run-arbitrary.js';
import type { RunInput } from './run-input.js';
import { runLaw } from './run-law.js';
import type { RunReport } from './run-report.js';
import type { Scheduler } from './scheduler.js';
import { createScheduler, type SchedulerName } from './schedulers/create-scheduler.js';
import { ExhaustiveScheduler } from './schedulers/exhaustive-scheduler.js';
import { recording } from './schedulers/recording-scheduler.js';
import { ReplayScheduler } from './schedulers/replay-scheduler.js';
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
const SEED_MAX = 2 ** 31;

/**
 * Looks for a counterexample as `checkInvariant` does, and gives what was found, if anything, as data. Writes nothing.
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
      timeMs = Number.POSITIVE_INFINITY,
      seed = randomInt(SEED_MAX),
      scheduler = ['random', 'pct'],
      commandsMax = 10,
    } = options;
    if (!(Number.isSafeInteger(runs) && runs >= 1)) throw new InvalidOptionError('runs', runs, 'at least 1');
    if (!(timeMs > 0)) throw new InvalidOptionError('timeMs', timeMs, 'more than 0 ms');
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
    // Without a single run in its time fast-check has failed, of nothing.
    const thrown = details.failed ? (details.errorInstance ?? undefined) : undefined;
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
