import type { ActorAddress } from '../../actor/address.js';
import { RunTooLongError, UncontrolledError } from '../../errors.js';
import type { Shard } from '../../shard/shard.js';
import { DefinitionRegistry } from '../../system/definition-registry.js';
import { resolveOptions } from '../../system/system-options.js';
import { commandsByName } from './commands-by-name.js';
import { type Fault, strike } from './faults.js';
import type { Command, Invariant, SimulatedWorld } from './invariant.js';
import { MessageLaws } from './message-laws.js';
import type { Scheduler } from './scheduler.js';
import type { RunObserver } from './simulated-witness.js';
import { Simulation } from './simulation.js';
import { StepBudget } from './step-budget.js';
import { WaitCycles } from './wait-cycles.js';

/** How long what must become true may take, ms of virtual time, unless the law says. */
const WITHIN_MS = 60_000;
/** Actors that are named in one sentence, at most, count. */
const NAMES_MAX = 8;
/** Steps between two looks at promises that nobody is known to wait for. */
const STEPS_UNSETTLED = 64;

/** Everything that a run depends on but the choices of its scheduler. */
export interface RunInput {
  /** Which of the law's commands, by name, and with what, in order. */
  readonly commands: readonly { readonly command: string; readonly input?: unknown }[];
  readonly faults: readonly Fault[];
  /** See `SimulationOptions.betweenPromises`. */
  readonly betweenPromises?: boolean;
}

/** What broke: a law of the user's, or one that holds for every system. */
export interface Violation {
  readonly law:
    | 'invariant'
    | 'eventually'
    | 'finally'
    | 'messages'
    | 'deadlock'
    | 'livelock'
    | 'uncontrolled'
    | 'start'
    | 'command';
  readonly text: string;
  readonly actors: readonly ActorAddress[];
  readonly cause: unknown;
}

/** How a run went. */
export interface RunReport {
  readonly violation: Violation | undefined;
  /** Steps taken, and moments at which there was a choice, counts. */
  readonly steps: number;
  readonly choicePoints: number;
  /** Messages sent, count. */
  readonly messages: number;
  /** See `RunHash`. */
  readonly hash: string;
}

/** Tells the story of a run while it happens. */
export interface RunNarrator extends RunObserver {
  begin(simulation: Simulation): void;
  /** What `start` builds stands, and the steps of the run are counted from here. */
  started(): void;
  tell(kind: 'fault' | 'command' | 'note', text: string, paths: readonly string[]): void;
  violated(violation: Violation): void;
}

/** A law whose modules are loaded: what its runs share. */
export interface PreparedLaw<Subject> {
  readonly law: Invariant<Subject>;
  readonly registry: DefinitionRegistry;
  readonly commands: ReadonlyMap<string, Command<Subject>>;
}

/** @throws ModuleLoadError, DuplicateDefinitionError, InvalidOptionError */
export async function prepareLaw<Subject>(law: Invariant<Subject>): Promise<PreparedLaw<Subject>> {
  const commands = commandsByName(law);
  const registry = await DefinitionRegistry.load(resolveOptions({ modules: law.modules }).modules);
  return { law, registry, commands };
}

/** Runs a law once, under the choices of a scheduler. @throws RunTooLongError */
export async function runLaw<Subject>(
  prepared: PreparedLaw<Subject>,
  input: RunInput,
  scheduler: Scheduler,
  narrator?: RunNarrator,
): Promise<RunReport> {
  return new LawRun(prepared, input, scheduler, narrator).run();
}

class LawRun<Subject> implements SimulatedWorld {
  readonly #prepared: PreparedLaw<Subject>;
  readonly #input: RunInput;
  readonly #scheduler: Scheduler;
  readonly #narrator: RunNarrator | undefined;
  readonly #messageLaws: MessageLaws | undefined;
  readonly #cycles = new WaitCycles();
  #simulation!: Simulation;
  #subject!: Subject;
  #violation: Violation | undefined;
  readonly #budget: StepBudget;
  /** Commands whose promise has not settled. */
  readonly #pending = new Set<{ readonly name: string }>();
  #commandsSent = 0;
  #faultsStruck = 0;
  #unsettled = 0;
  /** Since the last command and fault, ms of virtual time. */
  #calmSinceMs = 0;
  #hasStarted = false;
  #hasCome: boolean;

  constructor(
    prepared: PreparedLaw<Subject>,
    input: RunInput,
    scheduler: Scheduler,
    narrator: RunNarrator | undefined,
  ) {
    this.#prepared = prepared;
    this.#input = { ...input, faults: [...input.faults].sort((a, b) => a.at - b.at) };
    this.#scheduler = scheduler;
    this.#narrator = narrator;
    this.#messageLaws = prepared.law.messageLaws === false ? undefined : new MessageLaws();
    this.#hasCome = prepared.law.eventually === undefined;
    this.#budget = new StepBudget(prepared.law);
  }

  async run(): Promise<RunReport> {
    const { law, registry } = this.#prepared;
    const observers: RunObserver[] = [this.#cycles];
    if (this.#messageLaws !== undefined) observers.push(this.#messageLaws);
    if (this.#narrator !== undefined) observers.push(this.#narrator);
    const skew = law.faults?.clockSkewMs ?? 0;
    const simulation = await Simulation.create({
      ...law.system,
      modules: law.modules,
      registry,
      sideShards: law.sideShards ?? 0,
      delays: law.faults?.delays ?? false,
      betweenPromises: this.#input.betweenPromises ?? true,
      clockSkewsMs: Array.from({ length: (law.sideShards ?? 0) + 1 }, (_, shard) => (shard % 2) * skew),
      observers,
      onUncontrolled: (shard, path, what) => this.#uncontrolled(shard, path, what),
    });
    this.#simulation = simulation;
    this.#narrator?.begin(simulation);
    try {
      await this.#start();
      simulation.scheduler = this.#scheduler;
      if (this.#violation === undefined) await this.#goOn();
      return {
        violation: this.#violation,
        steps: simulation.steps,
        choicePoints: simulation.choicePoints,
        messages: simulation.system.metrics().sent,
        hash: simulation.hash.digest,
      };
    } finally {
      simulation.abandon();
    }
  }

  /** In the calmest order: what is built is what the law is about, not how. */
  async #start(): Promise<void> {
    const simulation = this.#simulation;
    const starting = (async () => this.#prepared.law.start(this))();
    starting.then(
      (subject) => {
        this.#subject = subject;
        this.#hasStarted = true;
      },
      (error: unknown) => this.#violate('start', `start failed: ${textOf(error)}`, [], error),
    );
    await simulation.settle();
    while (!this.#hasStarted && this.#violation === undefined) {
      const went = simulation.step(true);
      await simulation.settle();
      this.#checkSteps();
      if (went || this.#hasStarted || this.#violation !== undefined) continue;
      this.#violate('start', 'start waits for something that will not come', [], undefined);
    }
    while (this.#violation === undefined && simulation.step()) {
      await simulation.settle();
      this.#checkSteps();
    }
    simulation.countFromHere();
    this.#budget.begin(simulation.clock.now());
    this.#narrator?.started();
  }

  async #goOn(): Promise<void> {
    const simulation = this.#simulation;
    this.#check();
    while (this.#violation === undefined) {
      this.#strikeDue();
      this.#offerCommand();
      let went = simulation.step();
      if (!went) {
        await simulation.settle();
        went = simulation.step();
      }
      if (!went) {
        this.#findDeadlock();
        this.#findStrayCall();
        if (this.#violation !== undefined || !this.#mayGoOn()) break;
        went = simulation.step(true);
        if (!went) break;
      }
      // Any `await` lets promises be heard: there must be none but where that is the step.
      if (this.#mustSettle) await simulation.settle();
      this.#check();
      this.#checkSteps();
    }
    if (this.#violation === undefined) await this.#conclude();
  }

  /** @throws RunTooLongError */
  #checkSteps(): void {
    const { steps, clock } = this.#simulation;
    const bound = this.#budget.look(steps, clock.now());
    if (bound === undefined || this.#violation !== undefined) return;
    if (bound === 'endless')
      throw new RunTooLongError(this.#prepared.law.name, steps, clock.now(), this.#goal());
    const busy = this.#simulation.withMail;
    const names = busy.slice(0, NAMES_MAX).map(({ path }) => path);
    if (busy.length > NAMES_MAX) names.push(`${busy.length - NAMES_MAX} more`);
    const text = `no rest after ${this.#budget.stepsMax} steps without time passing`;
    const who = names.length === 0 ? text : `${text}; mail waits for ${names.join(', ')}`;
    this.#violate('livelock', who, busy, undefined);
  }

  /** What the run goes on for. */
  #goal(): string {
    if (!this.#hasStarted) return '`start` has not come to its end';
    const [call] = this.#pending;
    if (call !== undefined) return `the promise of \`${call.name}\` has not settled`;
    if (!this.#hasCome) return '`eventually` has not come true';
    return 'there is always something to do';
  }

  /** Rejections that nobody handles come up by themselves: a look now and then is enough. */
  get #mustSettle(): boolean {
    if (!this.#simulation.isUnsettled && ++this.#unsettled < STEPS_UNSETTLED) return false;
    this.#unsettled = 0;
    return true;
  }

  /** At rest: whether time may help. */
  #mayGoOn(): boolean {
    if (this.#pending.size > 0) return true;
    const withinMs = this.#prepared.law.withinMs ?? WITHIN_MS;
    const next = this.#simulation.clock.nextTimerMs;
    if (next === undefined || next > this.#calmSinceMs + withinMs) return false;
    return !this.#hasCome || this.#prepared.law.eventually === undefined;
  }

  #strikeDue(): void {
    const { faults } = this.#input;
    const simulation = this.#simulation;
    for (;;) {
      const fault = faults[this.#faultsStruck];
      if (fault === undefined || fault.at > simulation.steps) return;
      this.#faultsStruck++;
      const struck = strike(simulation, fault, this.#prepared.law);
      if (struck === undefined) continue;
      this.#calmSinceMs = simulation.clock.now();
      for (const shard of struck.shards ?? []) this.#messageLaws?.shardLost(shard);
      if (struck.doubled) this.#messageLaws?.doubled();
      this.#narrator?.tell('fault', struck.text, struck.paths);
    }
  }

  #offerCommand(): void {
    const simulation = this.#simulation;
    const next = this.#input.commands[this.#commandsSent];
    if (simulation.command !== undefined || next === undefined) return;
    const command = this.#prepared.commands.get(next.command)!;
    simulation.command = {
      run: () => {
        this.#commandsSent++;
        this.#calmSinceMs = simulation.clock.now();
        const text = command.describe(next.input);
        this.#narrator?.tell('command', text === '' ? command.name : `${command.name} ${text}`, []);
        const failed = (error: unknown): void =>
          this.#violate('command', `${command.name} failed: ${textOf(error)}`, [], error);
        try {
          const done = command.run(this, this.#subject, next.input);
          if (done === undefined) return;
          const call = { name: command.name };
          this.#pending.add(call);
          done.then(
            () => this.#pending.delete(call),
            (error: unknown) => {
              this.#pending.delete(call);
              failed(error);
            },
          );
        } catch (error) {
          failed(error);
        }
      },
    };
  }

  #check(): void {
    const { law } = this.#prepared;
    if (law.invariant !== undefined) this.#judge('invariant', law.invariant);
    if (this.#messageLaws?.broken !== undefined)
      this.#violate('messages', this.#messageLaws.broken, [], undefined);
    if (this.#hasCome || this.#violation !== undefined) return;
    if (this.#commandsSent < this.#input.commands.length) return;
    this.#hasCome = refusalOf(() => law.eventually!(this, this.#subject)) === undefined;
  }

  async #conclude(): Promise<void> {
    const { law } = this.#prepared;
    const simulation = this.#simulation;
    await simulation.settle();
    this.#check();
    if (!this.#hasCome) {
      const why = refusalOf(() => law.eventually!(this, this.#subject));
      const text = `it has not come true ${law.withinMs ?? WITHIN_MS} ms after all was calm`;
      this.#violate('eventually', why === undefined || why === '' ? text : `${text}: ${why}`, [], undefined);
    }
    if (law.finally !== undefined) this.#judge('finally', law.finally);
    const running = simulation.shards.map(({ index }) => index);
    const flying = simulation.network.links
      .filter(({ to }) => running.includes(to)) // what is on its way to one that is gone is booked as dead
      .reduce((sum, { tallies }) => sum + tallies.countedWritten - tallies.countedRead, 0);
    this.#messageLaws?.checkBooks(simulation.system.metrics(), flying);
    if (this.#messageLaws?.broken !== undefined)
      this.#violate('messages', this.#messageLaws.broken, [], undefined);
  }

  #judge(law: 'invariant' | 'finally', verdict: (world: SimulatedWorld, subject: Subject) => unknown): void {
    if (this.#violation !== undefined) return;
    let cause: unknown;
    const why = refusalOf(
      () => verdict(this, this.#subject),
      (error) => {
        cause = error;
      },
    );
    if (why !== undefined) this.#violate(law, why === '' ? this.#prepared.law.name : why, [], cause);
  }

  /** At rest while somebody waits: for whom, if in a circle. */
  #findDeadlock(): void {
    const cycle = this.#cycles.find(this.#simulation.shards);
    if (cycle === undefined) return;
    const names = [...cycle, cycle[0]!].map(({ path }) => path);
    this.#violate('deadlock', `each waits for the next: ${names.join(' → ')}`, cycle, undefined);
  }

  /** At rest while a handler awaits something that is not of this system. */
  #findStrayCall(): void {
    const stray = this.#simulation.strayCall;
    if (stray !== undefined) this.#uncontrolled(stray.shard, stray.path, stray.what);
  }

  #uncontrolled(shard: Shard, path: string, what: string): Error {
    const error = new UncontrolledError(path, what);
    const actor = { path, id: 0, shard: shard.index };
    this.#violate('uncontrolled', error.message, [actor], error);
    return error;
  }

  #violate(law: Violation['law'], text: string, actors: readonly ActorAddress[], cause: unknown): void {
    if (this.#violation !== undefined) return;
    this.#violation = { law, text, actors, cause };
    this.#narrator?.violated(this.#violation);
  }

  // --- the world, as the law sees it: arrows, as laws take it apart -----------------------------------

  get system(): SimulatedWorld['system'] {
    return this.#simulation.system;
  }

  now = (): number => this.#simulation.clock.now();
  actors: SimulatedWorld['actors'] = (definition) => this.#simulation.actors(definition);
  stateOf: SimulatedWorld['stateOf'] = (ref) => this.#simulation.stateOf(ref);
  note = (text: string): void => this.#narrator?.tell('note', text, []);

  crash: SimulatedWorld['crash'] = (ref) => {
    const crashed = this.#simulation.crash(ref);
    if (crashed) this.#narrator?.tell('fault', `crash of ${ref.address.path}`, [ref.address.path]);
    return crashed;
  };

  loseShard = (index: number): boolean => {
    const lost = this.#simulation.loseShard(index);
    if (lost) this.#messageLaws?.shardLost(index);
    if (lost) this.#narrator?.tell('fault', `shard ${index} is lost`, []);
    return lost;
  };

  cut = (a: number, b: number, durationMs: number): void => {
    this.#simulation.cut(a, b, durationMs);
    const text = `shards ${a} and ${b} are cut off from each other for ${durationMs} ms`;
    this.#narrator?.tell('fault', text, []);
  };

  stall: SimulatedWorld['stall'] = (ref, durationMs) => {
    const stalled = this.#simulation.stall(ref, durationMs);
    if (stalled)
      this.#narrator?.tell('fault', `${ref.address.path} is slow for ${durationMs} ms`, [ref.address.path]);
    return stalled;
  };

  advance = (durationMs: number): void => this.#simulation.advance(durationMs);
}

/** Why a law says no: `''` for a bare `false`; undefined if it does not. */
function refusalOf(verdict: () => unknown, onThrown?: (error: unknown) => void): string | undefined {
  let said: unknown;
  try {
    said = verdict();
  } catch (error) {
    onThrown?.(error);
    return textOf(error);
  }
  if (said === false) return '';
  return typeof said === 'string' ? said : undefined;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
