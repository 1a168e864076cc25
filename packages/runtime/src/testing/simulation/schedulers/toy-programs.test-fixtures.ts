import fc from 'fast-check';
import { type ChoicePoint, type Scheduler, type StepKind, TOUCHES_ALL } from '../scheduler.js';

/** What handling a message does, once the state of its actor has taken it in. */
export type ToyEffect =
  | { readonly kind: 'send'; readonly to: number }
  /** Reads a shared register into the state, and writes the state into it. */
  | { readonly kind: 'exchange'; readonly register: number }
  /** Its mail is lost, and it never acts again. */
  | { readonly kind: 'stop'; readonly who: number }
  /** A message to itself once nothing else is left to do. */
  | { readonly kind: 'timer' }
  /** Takes in the state of everybody. */
  | { readonly kind: 'survey' };

/** Actors with mailboxes. A message has a level, and what it causes has a lower one; so every run ends. */
export interface ToyProgram {
  readonly actors: number;
  /** Who has a message to begin with. */
  readonly initially: readonly { readonly to: number; readonly level: number }[];
  /** By actor and level: what it does at a message of that level. */
  readonly reactions: readonly (readonly (readonly ToyEffect[])[])[];
  /** Of these, each message can be met in two ways. */
  readonly fickle: readonly number[];
  /** One crash, of any actor or of none; or, of any actor, only as long as something is left to do. */
  readonly fault: 'none' | 'decided' | 'while busy';
  /** Whether the crash is the plainest way to go on, not the last resort. */
  readonly faultFirst: boolean;
  /** Whether a turn touches the mailbox that it takes its message from: more orders are told apart then. */
  readonly touchesOwnMailbox: boolean;
}

export const toyProgram = (sizes: {
  actorsMax: number;
  levels: number;
  messages: number;
}): fc.Arbitrary<ToyProgram> =>
  fc.integer({ min: 2, max: sizes.actorsMax }).chain((actors) => {
    const actor = fc.nat(actors - 1);
    const effect: fc.Arbitrary<ToyEffect> = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('send' as const), to: actor }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('exchange' as const), register: fc.nat(1) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop' as const), who: actor }) },
      { weight: 1, arbitrary: fc.constant({ kind: 'timer' as const }) },
      { weight: 1, arbitrary: fc.constant({ kind: 'survey' as const }) },
    );
    const reaction = fc.array(effect, { maxLength: 2 });
    return fc.record({
      actors: fc.constant(actors),
      initially: fc.array(fc.record({ to: actor, level: fc.nat(sizes.levels - 1) }), {
        minLength: 1,
        maxLength: sizes.messages,
      }),
      reactions: fc.array(fc.array(reaction, { minLength: sizes.levels, maxLength: sizes.levels }), {
        minLength: actors,
        maxLength: actors,
      }),
      fickle: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.tuple(actor) }),
      fault: fc.constantFrom('none' as const, 'none' as const, 'decided' as const, 'while busy' as const),
      faultFirst: fc.boolean(),
      touchesOwnMailbox: fc.boolean(),
    });
  });

/** Of a run: where it went, and whether it came to what must not be. */
export interface Ran {
  /** The way at each point. */
  readonly choices: readonly number[];
  /** How often one acted though the one that acted last could have. */
  readonly preemptions: number;
  readonly violated: boolean;
}

/** Victim of a crash that does not happen. */
const NOBODY = -1;

/** What came of a run. */
export interface ToyOutcome extends Ran {
  readonly state: string;
  /** Equal for two runs if and only if they are equivalent: who touched each thing, in order. */
  readonly trace: string;
}

/** What may happen next. */
export interface Way {
  readonly process: number;
  readonly kind: StepKind;
  /** Which of the ways of its process. */
  readonly variant: number;
}

interface Message {
  readonly level: number;
  readonly value: number;
}

/** A program in the middle of a run. */
export class ToyRun implements Toy {
  readonly program: ToyProgram;
  readonly #mail: Message[][];
  readonly #states: number[];
  readonly #registers = [0, 0];
  readonly #stopped = new Set<number>();
  readonly #timers: { readonly to: number; readonly message: Message }[] = [];
  #crashesLeft: number;
  #last = -1;
  readonly #history = new Map<string, string[]>();
  readonly #stepsOf = new Map<number, number>();

  constructor(program: ToyProgram) {
    this.program = program;
    this.#mail = Array.from({ length: program.actors }, () => []);
    this.#states = program.reactions.map((_, actor) => actor + 1);
    for (const { to, level } of program.initially) this.#mail[to]!.push({ level, value: level });
    this.#crashesLeft = program.fault === 'none' ? 0 : 1;
  }

  /** Who acted last first, time last. */
  ways(): Way[] {
    const { actors, fickle, fault, faultFirst } = this.program;
    const ready = Array.from({ length: actors }, (_, actor) => actor).filter(
      (actor) => this.#mail[actor]!.length > 0,
    );
    const isBusy = ready.length > 0 || this.#timers.length > 0;
    ready.sort((one, other) => Number(other === this.#last) - Number(one === this.#last));
    const ways: Way[] = ready.flatMap((process) =>
      (fickle.includes(process) ? [0, 1] : [0]).map((variant) => ({
        process,
        kind: 'turn' as const,
        variant,
      })),
    );
    if (ready.length === 0 && this.#timers.length > 0)
      ways.push({ process: actors, kind: 'time', variant: 0 });
    if (this.#crashesLeft === 0 || (fault === 'while busy' && !isBusy)) return ways;
    const victims = this.#states.map((_, actor) => actor).filter((actor) => !this.#stopped.has(actor));
    if (fault === 'decided') victims.unshift(NOBODY);
    const faults = victims.map((variant) => ({ process: actors + 1, kind: 'fault' as const, variant }));
    return faultFirst ? [...faults, ...ways] : [...ways, ...faults];
  }

  /** @returns numbers of what it touched */
  step({ process, kind, variant }: Way): number[] {
    this.#last = process;
    const touched = this.#act(process, kind, variant);
    const count = (this.#stepsOf.get(process) ?? 0) + 1;
    this.#stepsOf.set(process, count);
    const label = `${process}.${count}.${variant}`;
    const { actors } = this.program;
    const everything = [
      ...Array(3 * actors + 3).keys(),
      ...Array.from({ length: actors + 2 }, (_, p) => `p${p}`),
    ];
    const places = touched.includes(TOUCHES_ALL) ? everything : [...touched, `p${process}`];
    for (const place of new Set(places.map(String))) {
      if (!this.#history.has(place)) this.#history.set(place, []);
      this.#history.get(place)!.push(label);
    }
    return touched;
  }

  outcome(ran: Ran): ToyOutcome {
    const trace = [...this.#history].sort(([one], [other]) => (one < other ? -1 : 1));
    return {
      ...ran,
      state: JSON.stringify([this.#states, this.#registers, [...this.#stopped].sort()]),
      trace: JSON.stringify(trace),
    };
  }

  #act(process: number, kind: StepKind, variant: number): number[] {
    if (kind === 'fault') return this.#crash(variant);
    if (kind === 'time') {
      for (const { to, message } of this.#timers.splice(0)) this.#deliver(to, message);
      return [TOUCHES_ALL];
    }
    const { level, value } = this.#mail[process]!.shift()!;
    const touched = [process];
    if (this.program.touchesOwnMailbox) touched.push(this.#mailbox(process));
    this.#states[process] = mix(this.#states[process]!, value + variant);
    for (const effect of this.program.reactions[process]![level]!)
      this.#perform(effect, process, level, touched);
    return touched;
  }

  #crash(victim: number): number[] {
    this.#crashesLeft--;
    if (victim === NOBODY) return [];
    this.#states[victim] = 0;
    return [this.program.fault === 'decided' ? victim : TOUCHES_ALL];
  }

  #perform(effect: ToyEffect, self: number, level: number, touched: number[]): void {
    const { actors } = this.program;
    const message = { level: level - 1, value: this.#states[self]! };
    switch (effect.kind) {
      case 'send':
        touched.push(this.#mailbox(effect.to));
        if (level > 0) this.#deliver(effect.to, message);
        break;
      case 'exchange': {
        const found = this.#registers[effect.register]!;
        this.#registers[effect.register] = this.#states[self]!;
        this.#states[self] = mix(this.#states[self]!, found);
        touched.push(2 * actors + effect.register);
        break;
      }
      case 'stop':
        this.#stopped.add(effect.who);
        this.#mail[effect.who]!.length = 0;
        touched.push(effect.who, this.#mailbox(effect.who));
        break;
      case 'timer':
        if (level > 0) this.#timers.push({ to: self, message });
        touched.push(2 * actors + 2);
        break;
      case 'survey':
        this.#states[self] = this.#states.reduce(mix, 0);
        touched.push(TOUCHES_ALL);
    }
  }

  #deliver(to: number, message: Message): void {
    if (!this.#stopped.has(to)) this.#mail[to]!.push(message);
  }

  #mailbox(actor: number): number {
    return this.program.actors + actor;
  }
}

function mix(state: number, value: number): number {
  return Math.imul(state ^ value, 0x9e3779b1) ^ (state >>> 15);
}

/** A system of which somebody can choose the order. */
export interface Toy {
  ways(): readonly Way[];
  /** @returns numbers of what it touched */
  step(way: Way): readonly number[];
  /** What it has come to, for schedulers that want to know. */
  readonly feature?: number;
}

/** Runs systems under schedulers as the simulation does: moments with a single way are no points, arrays are reused. */
export class ToySimulation {
  readonly #processes = new Int32Array(64);
  readonly #kinds = new Array<StepKind>(64).fill('turn');
  readonly #touched = new Int32Array(64);

  /** Undefined if the scheduler has nothing left to try. */
  run<T extends Toy>(
    toy: T,
    scheduler: Scheduler,
    isViolated: (toy: T) => boolean = () => false,
  ): Ran | undefined {
    if (!scheduler.beginRun()) return undefined;
    const choose = (ways: readonly Way[], index: number): number =>
      scheduler.choose(this.#point(ways, index));
    const stepped = ({ process }: Way, touched: readonly number[]): void => {
      this.#touched.set(touched);
      scheduler.stepped?.(process, this.#touched, touched.length);
      if (toy.feature !== undefined) scheduler.noted?.(toy.feature);
    };
    const ran = go(toy, choose, stepped, isViolated);
    scheduler.endRun?.(ran.violated);
    return ran;
  }

  #point(ways: readonly Way[], index: number): ChoicePoint {
    ways.forEach(({ process, kind }, way) => {
      this.#processes[way] = process;
      this.#kinds[way] = kind;
    });
    return { index, count: ways.length, processes: this.#processes, kinds: this.#kinds };
  }
}

/** Every run of a program there is, by counting up its choices; undefined if there are more than allowed. */
export function everyRun(program: ToyProgram, runsMax: number): ToyOutcome[] | undefined {
  const outcomes: ToyOutcome[] = [];
  let next: number[] | undefined = [];
  while (next !== undefined) {
    if (outcomes.length === runsMax) return undefined;
    const toy = new ToyRun(program);
    const prefix: number[] = next;
    const counts: number[] = [];
    const ran = go(toy, (ways, index) => {
      counts.push(ways.length);
      return prefix[index] ?? 0;
    });
    outcomes.push(toy.outcome(ran));
    const last = ran.choices.findLastIndex((way, index) => way < counts[index]! - 1);
    next = last < 0 ? undefined : [...ran.choices.slice(0, last), ran.choices[last]! + 1];
  }
  return outcomes;
}

function go<T extends Toy>(
  toy: T,
  choose: (ways: readonly Way[], index: number) => number,
  stepped: (way: Way, touched: readonly number[]) => void = () => {},
  isViolated: (toy: T) => boolean = () => false,
): Ran {
  const choices: number[] = [];
  let preemptions = 0;
  let last = -1;
  let violated = false;
  for (let ways = toy.ways(); ways.length > 0 && !violated; ways = toy.ways()) {
    if (ways.length > 1) choices.push(choose(ways, choices.length));
    const way = ways[ways.length > 1 ? choices.at(-1)! : 0];
    if (way === undefined) throw new Error(`way ${choices.at(-1)} of ${ways.length}`);
    if (way.process !== last && ways.some(({ process }) => process === last)) preemptions++;
    last = way.process;
    stepped(way, toy.step(way));
    violated = isViolated(toy);
  }
  return { choices, preemptions, violated };
}
