import type { Arbitrary } from 'fast-check';
import type { AnyRef } from '../../actor/actor-ref.js';
import type { ActorSystem } from '../../system/actor-system.js';
import type { SystemOptions } from '../../system/system-options.js';

/** An actor as an invariant sees it, between two steps. */
export interface ActorView<State = unknown> {
  readonly ref: AnyRef;
  readonly path: string;
  readonly definition: string;
  readonly state: Readonly<State>;
}

/** A simulated system and its world: what commands act on and what invariants look at. */
export interface SimulatedWorld {
  readonly system: ActorSystem;
  /** Virtual time, ms. */
  now(): number;
  /** The live actors of a definition, or of all, in the order of their spawning; their states are to be read only. */
  actors<State = unknown>(definition?: { readonly name: string }): readonly ActorView<State>[];
  /** State of an actor that lives; undefined if it does not. */
  stateOf<State = unknown>(ref: AnyRef): Readonly<State> | undefined;
  /** Writes a line into the story of this run. */
  note(text: string): void;
  /** Crashes an actor between two messages. False if it is not in service. */
  crash(ref: AnyRef): boolean;
  /** Ends a side shard as if its thread had ended. False if it does not run. */
  loseShard(index: number): boolean;
  /** Cuts the ways between two shards for so long: what is sent meanwhile arrives later. */
  cut(a: number, b: number, durationMs: number): void;
  /** Keeps an actor from its turns for so long, as a slow one. */
  stall(ref: AnyRef, durationMs: number): boolean;
  /** Lets virtual time pass: what falls due on the way does. */
  advance(durationMs: number): void;
}

/** Something the test may do, with an input that fast-check generates and shrinks. */
export interface Command<Subject, Input = unknown> {
  /** Of its own among the commands of a law: written failures speak of it by this. */
  readonly name: string;
  readonly input: Arbitrary<Input>;
  /** What a story says of the input, if anything. */
  readonly describe: (input: Input) => string;
  /** Acts: sends, asks, advances. A promise is waited for in the end, not before the next command; its rejection is a failure. */
  readonly run: (world: SimulatedWorld, subject: Subject, input: Input) => void | Promise<void>;
}

/** How much may go wrong in one run; nothing unless said. */
export interface FaultBudget {
  /** Actors that crash between two messages, at most. */
  readonly crashes?: number;
  /** Which actors a crash may strike: definitions' names; default all, those of routers, topics and the like among them. */
  readonly crashable?: readonly string[];
  /** Side shards that are lost, at most. */
  readonly shardLosses?: number;
  /** Machines that are lost, with all their shards at once, at most: see `machines`. */
  readonly machineLosses?: number;
  /** Cuts between two shards, at most; each heals after a while. */
  readonly partitions?: number;
  /** Frames of messages that are lost on their way between shards, at most; needs `network: 'lossy'`. */
  readonly losses?: number;
  /** Frames of messages that arrive twice, at most; needs `network: 'lossy'`. */
  readonly duplicates?: number;
  /** Actors that get no turn for a while though they have mail, at most. */
  readonly stalls?: number;
  /** Times at which the mailboxes of a shard take nothing for a while, as if its budget of bytes were used up, at most. */
  readonly fullMailboxes?: number;
  /** Time may pass though work is ready: deadlines and timers come early, as on a slow machine. Default false. */
  readonly delays?: boolean;
  /** Clocks of shards may differ by so much, ms; default 0. */
  readonly clockSkewMs?: number;
}

/** `false`, or a text that says what is broken; anything else is well. */
export type Verdict = unknown;

/** A law of coordination, and how a counterexample to it is looked for. */
export interface Invariant<Subject> {
  readonly name: string;
  /** The module that exports this law, `import.meta.url`: how `skein replay` finds it. */
  readonly module?: string | URL;
  /** Modules that export the definitions. */
  readonly modules: readonly (string | URL)[];
  /** Shards beside the main one; default 0. */
  readonly sideShards?: number;
  /** Side shards that stand and fall together, by number; default: each by itself. */
  readonly machines?: readonly (readonly number[])[];
  /** What carries frames between shards: in order and without loss as between threads, or as a network may; default `reliable`. */
  readonly network?: 'reliable' | 'lossy';
  /** Bytes on their way from one shard to another before frames wait for room; default 1 MiB. */
  readonly linkBytes?: number;
  /** Options of the system: budgets, supervision of its top-level actors, extensions, its seed. */
  readonly system?: Pick<
    SystemOptions,
    | 'seed'
    | 'messageBytesMax'
    | 'columnBytesMax'
    | 'mailboxBytesMax'
    | 'stopDeadlineMs'
    | 'supervision'
    | 'extensions'
    | 'log'
  >;
  /** Builds what is tested. Runs in the simulation, under the same choices. */
  readonly start: (world: SimulatedWorld) => Subject | Promise<Subject>;
  // biome-ignore lint/suspicious/noExplicitAny: each command has inputs of its own
  readonly commands?: readonly Command<Subject, any>[];
  readonly faults?: FaultBudget;
  /** The law of messages is checked in every run: order, no duplication, accounting. `false` leaves it out. Default true. */
  readonly messageLaws?: boolean;
  /** Steps in a row without virtual time passing that count as a livelock; default 10 000. */
  readonly stepsMax?: number;
  /** Steps after which a run that is not over is given up with RunTooLongError, though time passes; default a hundred times `stepsMax`. */
  readonly runStepsMax?: number;
  /** Checked after every step: `false`, a text or an exception says that it is broken, and why. */
  readonly invariant?: (world: SimulatedWorld, subject: Subject) => Verdict;
  /** Must become true, and is then not asked again, within `withinMs` of virtual time after the last command, and the end of the last fault. */
  readonly eventually?: (world: SimulatedWorld, subject: Subject) => Verdict;
  /** Default 60 000 ms. */
  readonly withinMs?: number;
  /** Checked at the end, when nothing moves any more. */
  readonly finally?: (world: SimulatedWorld, subject: Subject) => Verdict;
}
