import type { Shard } from '../../shard/shard.js';
import { RunTooLongError, UncontrolledError } from '../errors.js';
import { CommandQueue } from './command-queue.js';
import { strike } from './faults.js';
import type { Invariant, SimulatedWorld } from './invariant.js';
import { LawWorld } from './law-world.js';
import { MessageLaws } from './message-laws.js';
import type { PreparedLaw } from './prepared-law.js';
import type { RunInput } from './run-input.js';
import type { RunNarrator } from './run-narrator.js';
import type { RunReport } from './run-report.js';
import type { Scheduler } from './scheduler.js';
import type { RunObserver } from './simulated-witness.js';
import { Simulation } from './simulation.js';
import { StepBudget } from './step-budget.js';
import { refusalOf, textOf } from './verdict.js';
import { FirstViolation } from './violation.js';
import { WaitCycles } from './wait-cycles.js';

/** How long what must become true may take, ms of virtual time, unless the law says. */
const WITHIN_MS = 60_000;
/** Actors that are named in one sentence, at most, count. */
const NAMES_MAX = 8;
/** Steps between two looks at promises that nobody is known to wait for. */
const STEPS_UNSETTLED = 64;

/** Runs a law once, under the choices of a scheduler. @throws RunTooLongError */
export async function runLaw<Subject>(
  { law, registry, commands }: PreparedLaw<Subject>,
  input: RunInput,
  scheduler: Scheduler,
  narrator?: RunNarrator,
): Promise<RunReport> {
  const { sideShards = 0, faults: { delays = false, clockSkewMs = 0 } = {} } = law;
  const violation = new FirstViolation((found) => narrator?.violated(found));
  const messageLaws = law.messageLaws === false ? undefined : new MessageLaws();
  const cycles = new WaitCycles();
  const observers: readonly (RunObserver | undefined)[] = [cycles, messageLaws, narrator];
  const simulation = await Simulation.create({
    ...law.system,
    modules: law.modules,
    registry,
    sideShards,
    delays,
    ...(law.linkBytes !== undefined && { linkBytes: law.linkBytes }),
    betweenPromises: input.betweenPromises ?? true,
    clockSkewsMs: Array.from({ length: sideShards + 1 }, (_, shard) => (shard % 2) * clockSkewMs),
    observers: observers.filter((observer) => observer !== undefined),
    onUncontrolled: (shard, path, what) => uncontrolled(violation, shard, path, what),
  });
  narrator?.begin(simulation);
  const run = new LawRun(law, commands, input, { simulation, violation, messageLaws, cycles, narrator });
  try {
    await run.start();
    simulation.scheduler = scheduler;
    if (violation.found === undefined) await run.goOn();
    return {
      violation: violation.found,
      steps: simulation.steps,
      choicePoints: simulation.choicePoints,
      messages: simulation.system.metrics().sent,
      hash: simulation.hash.digest,
    };
  } finally {
    simulation.abandon();
  }
}

/** What takes part in a run. */
interface Cast {
  readonly simulation: Simulation;
  readonly violation: FirstViolation;
  readonly messageLaws: MessageLaws | undefined;
  readonly cycles: WaitCycles;
  readonly narrator: RunNarrator | undefined;
}

class LawRun<Subject> {
  readonly #law: Invariant<Subject>;
  readonly #input: RunInput;
  readonly #cast: Cast;
  readonly #simulation: Simulation;
  readonly #violation: FirstViolation;
  readonly #world: LawWorld;
  readonly #commands: CommandQueue<Subject>;
  readonly #budget: StepBudget;
  #subject!: Subject;
  #hasStarted = false;
  /** What must become true has. */
  #hasCome: boolean;
  #faultsStruck = 0;
  #unsettled = 0;
  /** When the last command began, ms of virtual time. */
  #commandedAtMs = 0;

  constructor(
    law: Invariant<Subject>,
    commands: PreparedLaw<Subject>['commands'],
    input: RunInput,
    cast: Cast,
  ) {
    const { simulation, violation, messageLaws, narrator } = cast;
    this.#law = law;
    this.#input = { ...input, faults: [...input.faults].sort((a, b) => a.at - b.at) };
    this.#cast = cast;
    this.#simulation = simulation;
    this.#violation = violation;
    this.#world = new LawWorld(simulation, messageLaws, narrator);
    this.#hasCome = law.eventually === undefined;
    this.#budget = new StepBudget(law);
    this.#commands = new CommandQueue(input.commands, simulation, {
      commands,
      began: (command, given) => {
        this.#commandedAtMs = simulation.clock.now();
        const text = command.describe(given);
        narrator?.tell('command', text === '' ? command.name : `${command.name} ${text}`, []);
      },
      act: (command, given) => command.run(this.#world, this.#subject, given),
      failed: ({ name }, error) => violation.report('command', `${name} failed: ${textOf(error)}`, [], error),
    });
  }

  /** In the calmest order: what is built is what the law is about, not how. */
  async start(): Promise<void> {
    const simulation = this.#simulation;
    const violation = this.#violation;
    const starting = (async () => this.#law.start(this.#world))();
    starting.then(
      (subject) => {
        this.#subject = subject;
        this.#hasStarted = true;
      },
      (error: unknown) => violation.report('start', `start failed: ${textOf(error)}`, [], error),
    );
    await simulation.settle();
    while (!this.#hasStarted && violation.found === undefined) {
      const went = simulation.step(true);
      await simulation.settle();
      this.#checkSteps();
      if (!went && !this.#hasStarted)
        violation.report('start', 'start waits for something that will not come');
    }
    while (violation.found === undefined && simulation.step()) {
      await simulation.settle();
      this.#checkSteps();
    }
    simulation.countFromHere();
    this.#budget.begin(simulation.clock.now());
    this.#cast.narrator?.started();
  }

  /** Until something is broken, or nothing moves any more. */
  async goOn(): Promise<void> {
    const simulation = this.#simulation;
    this.#check();
    while (this.#violation.found === undefined) {
      this.#strikeDue();
      this.#commands.offer();
      let went = simulation.step();
      if (!went) {
        await simulation.settle();
        went = simulation.step();
      }
      if (!went) {
        this.#findDeadlock();
        this.#findStrayCall();
        if (this.#violation.found !== undefined || !this.#mayGoOn()) break;
        went = simulation.step(true);
        if (!went) break;
      }
      // Any `await` lets promises be heard: there must be none but where that is the step.
      if (this.#mustSettle) await simulation.settle();
      this.#check();
      this.#checkSteps();
    }
    if (this.#violation.found === undefined) await this.#conclude();
  }

  /** Rejections that nobody handles come up by themselves: a look now and then is enough. */
  get #mustSettle(): boolean {
    if (!this.#simulation.isUnsettled && ++this.#unsettled < STEPS_UNSETTLED) return false;
    this.#unsettled = 0;
    return true;
  }

  /** At rest: whether time may help. */
  #mayGoOn(): boolean {
    if (this.#commands.waitsFor !== undefined) return true;
    const { withinMs = WITHIN_MS, eventually } = this.#law;
    const next = this.#simulation.clock.nextTimerMs;
    const calmSinceMs = Math.max(this.#commandedAtMs, this.#world.disturbedUntilMs);
    if (next === undefined || next > calmSinceMs + withinMs) return false;
    return !this.#hasCome || eventually === undefined;
  }

  #strikeDue(): void {
    const simulation = this.#simulation;
    for (;;) {
      const fault = this.#input.faults[this.#faultsStruck];
      if (fault === undefined || fault.at > simulation.steps) return;
      this.#faultsStruck++;
      this.#world.struck(strike(simulation, fault, this.#law));
    }
  }

  // --- what may be broken ----------------------------------------------------------------------------

  #check(): void {
    const { invariant } = this.#law;
    if (invariant !== undefined) this.#judge('invariant', invariant);
    this.#checkMessages();
    if (this.#hasCome || this.#violation.found !== undefined || !this.#commands.isEmpty) return;
    this.#hasCome = this.#whyNotYet() === undefined;
  }

  async #conclude(): Promise<void> {
    const { finally: inTheEnd, withinMs = WITHIN_MS } = this.#law;
    const { messageLaws } = this.#cast;
    const simulation = this.#simulation;
    await simulation.settle();
    this.#check();
    const { waitsFor } = this.#commands;
    if (waitsFor !== undefined)
      this.#violation.report('command', `${waitsFor} waits for something that will not come`);
    if (!this.#hasCome) {
      const why = this.#whyNotYet();
      const text = `it has not come true ${withinMs} ms after all was calm`;
      this.#violation.report('eventually', why === undefined || why === '' ? text : `${text}: ${why}`);
    }
    if (inTheEnd !== undefined) this.#judge('finally', inTheEnd);
    const flying = simulation.network.links
      .filter(({ to }) => simulation.shards.isOpen(to)) // what is on its way to one that is gone is booked as dead
      .reduce((sum, { tallies }) => sum + tallies.countedWritten - tallies.countedRead, 0);
    messageLaws?.checkBooks(simulation.system.metrics(), flying);
    this.#checkMessages();
  }

  #whyNotYet(): string | undefined {
    return refusalOf('eventually', () => this.#law.eventually!(this.#world, this.#subject));
  }

  #judge(law: 'invariant' | 'finally', verdict: (world: SimulatedWorld, subject: Subject) => unknown): void {
    if (this.#violation.found !== undefined) return;
    let cause: unknown;
    const why = refusalOf(
      law,
      () => verdict(this.#world, this.#subject),
      (error) => {
        cause = error;
      },
    );
    if (why !== undefined) this.#violation.report(law, why === '' ? this.#law.name : why, [], cause);
  }

  #checkMessages(): void {
    const { messageLaws } = this.#cast;
    if (messageLaws?.broken !== undefined) this.#violation.report('messages', messageLaws.broken);
  }

  /** @throws RunTooLongError */
  #checkSteps(): void {
    const { steps, clock, shards } = this.#simulation;
    const bound = this.#budget.look(steps, clock.now());
    if (bound === undefined || this.#violation.found !== undefined) return;
    if (bound === 'endless') throw new RunTooLongError(this.#law.name, steps, clock.now(), this.#goal());
    const busy = shards.withMail;
    const names = busy.slice(0, NAMES_MAX).map(({ path }) => path);
    if (busy.length > NAMES_MAX) names.push(`${busy.length - NAMES_MAX} more`);
    const text = `no rest after ${this.#budget.stepsMax} steps without time passing`;
    const who = names.length === 0 ? text : `${text}; mail waits for ${names.join(', ')}`;
    this.#violation.report('livelock', who, busy);
  }

  /** What the run goes on for. */
  #goal(): string {
    if (!this.#hasStarted) return '`start` has not come to its end';
    const { waitsFor } = this.#commands;
    if (waitsFor !== undefined) return `the promise of \`${waitsFor}\` has not settled`;
    if (!this.#hasCome) return '`eventually` has not come true';
    return 'there is always something to do';
  }

  /** At rest while somebody waits: for whom, if in a circle. */
  #findDeadlock(): void {
    const cycle = this.#cast.cycles.find(this.#simulation.shards.running);
    if (cycle === undefined) return;
    const names = [...cycle, cycle[0]!].map(({ path }) => path);
    this.#violation.report('deadlock', `each waits for the next: ${names.join(' → ')}`, cycle);
  }

  /** At rest while a handler awaits something that is not of this system. */
  #findStrayCall(): void {
    const stray = this.#simulation.strayCall;
    if (stray !== undefined) uncontrolled(this.#violation, stray.shard, stray.path, stray.what);
  }
}

/** An actor reached for what no seed controls. Returns what to throw there. */
function uncontrolled(violation: FirstViolation, shard: Shard, path: string, what: string): Error {
  const error = new UncontrolledError(path, what);
  violation.report('uncontrolled', error.message, [{ path, id: 0, shard: shard.index }], error);
  return error;
}
