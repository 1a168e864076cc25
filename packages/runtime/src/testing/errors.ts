import { describe, RuntimeError } from '../errors.js';

// What goes wrong in tests: of the ordinary kit, of simulations and the search through them, and of histories.

/** In a test: what was expected to come has not, or what came was not expected. */
export class UnmetExpectationError extends RuntimeError {
  readonly code = 'RUNTIME_UNMET_EXPECTATION';
  readonly remedy = 'Compare `expected` with `got`; raise `deadlineMs` if it would have come later.';
  /** Who expected it: a probe, by its path, or the dead letters. */
  readonly by: string;
  readonly expected: string;
  /** What there was instead, oldest first, in words. */
  readonly got: readonly string[];

  constructor(by: string, expected: string, got: readonly string[], options?: ErrorOptions) {
    const instead = got.length === 0 ? ' nothing.' : `:${got.map((each) => `\n  ${each}`).join('')}`;
    super(`${by} expected ${expected}, and got${instead}`, options);
    this.by = by;
    this.expected = expected;
    this.got = got;
  }
}

/** In a test: an actor alone was asked for what it cannot do, or did what is not possible there. */
export class AloneRefusedError extends RuntimeError {
  readonly code = 'RUNTIME_ALONE_REFUSED';
  readonly remedy: string;
  readonly path: string;
  readonly operation: string;

  constructor(path: string, operation: string, why: string, remedy: string) {
    super(`\`${operation}\` of ${path}, alone, refused: ${why}.`);
    this.path = path;
    this.operation = operation;
    this.remedy = remedy;
  }
}

/** In a test: the actor of a machine is not where the machine's own transitions lead. */
export class PathDivergedError extends RuntimeError {
  readonly code = 'RUNTIME_PATH_DIVERGED';
  readonly remedy: string;
  /** The path's title. */
  readonly path: string;
  /** Index of the step after which the two differ; -1 for the initial state. */
  readonly step: number;
  readonly expected: unknown;
  readonly got: unknown;

  constructor(path: string, step: number, after: string, expected: unknown, got: unknown) {
    super(
      `After ${after}, step ${step} of the path "${path}", the machine is at ${text(expected)}, its actor at ${text(got)}.`,
    );
    this.path = path;
    this.step = step;
    this.expected = expected;
    this.got = got;
    this.remedy =
      'Make guards and `assign` functions of context and event alone; say `context: false` for what may differ.';
  }
}

/** What a simulated fault throws in an actor: not a fault of its code. */
export class InjectedCrashError extends RuntimeError {
  readonly code = 'RUNTIME_INJECTED_CRASH';
  readonly remedy =
    'None is needed: the simulation crashed this actor to see what its supervisor makes of it.';
  readonly path: string;

  constructor(path: string, options?: ErrorOptions) {
    super(`The simulation crashed ${path}.`, options);
    this.path = path;
  }
}

/** An actor of a simulated system reached for something that the seed cannot control. */
export class UncontrolledError extends RuntimeError {
  readonly code = 'RUNTIME_UNCONTROLLED';
  readonly remedy =
    'Take time, delays and random numbers from the context (`now`, `delay`, `schedule`, `random`), and put files and sockets behind an actor that the test can replace.';
  readonly path: string;
  /** What it reached for: `Date.now`, `setTimeout`, `FSREQPROMISE` … */
  readonly what: string;

  constructor(path: string, what: string, options?: ErrorOptions) {
    super(`${path} reached for ${what}, which no seed controls.`, options);
    this.path = path;
    this.what = what;
  }
}

/** A law does not hold: a search has found a run that breaks it. The message tells its story. */
export class InvariantBrokenError extends RuntimeError {
  readonly code = 'RUNTIME_INVARIANT_BROKEN';
  readonly remedy: string;
  readonly law: string;
  /** Who sent what to whom until it broke. */
  readonly story: string;
  /** The file to replay; undefined if none was written. */
  readonly file: string | undefined;

  /** @param written the file to replay, and the command that does */
  constructor(
    law: string,
    why: string,
    story: string,
    written: { readonly file: string; readonly replay: string } | undefined,
    options?: ErrorOptions,
  ) {
    const replay = written === undefined ? '' : `\n\nreplay: ${written.replay}`;
    super(`"${law}" does not hold.\n${why}\n\n${story}${replay}`, options);
    this.law = law;
    this.story = story;
    this.file = written?.file;
    const follow = 'Follow the story to the first message that should not have been';
    this.remedy = written === undefined ? `${follow}.` : `${follow}, or run it again: \`${written.replay}\`.`;
  }
}

/** Two simulated runs with the same choices were not the same. */
export class NondeterministicRunError extends RuntimeError {
  readonly code = 'RUNTIME_NONDETERMINISTIC_RUN';
  readonly remedy =
    'Look for what outlives a run: state of a module, a counter, a cache; build it in `start`, or in `initial`.';
  readonly law: string;
  /** What was the same choices, and is not the same run. */
  readonly hashes: readonly string[];

  constructor(law: string, hashes: readonly string[], options?: ErrorOptions) {
    super(`Two runs of "${law}" with the same choices differ: ${hashes.join(' and ')}.`, options);
    this.law = law;
    this.hashes = hashes;
  }
}

/** A simulated run of a law is not over after as many steps as it may have, though time passes. */
export class RunTooLongError extends RuntimeError {
  readonly code = 'RUNTIME_RUN_TOO_LONG';
  readonly remedy =
    'Let timers of the actors be longer, `withinMs` shorter or what the run waits for come; or raise `runStepsMax`.';
  readonly law: string;
  /** Steps that it had, count. */
  readonly steps: number;
  /** Virtual time by then, ms. */
  readonly timeMs: number;
  /** What the run goes on for. */
  readonly goal: string;
  /** Of the search, if it was one. */
  readonly seed: number | undefined;

  constructor(law: string, steps: number, timeMs: number, goal: string, seed?: number) {
    const found = seed === undefined ? '' : ` (seed ${seed})`;
    super(`A run of "${law}" is not over after ${steps} steps and ${timeMs} ms: ${goal}${found}.`);
    this.law = law;
    this.steps = steps;
    this.timeMs = timeMs;
    this.goal = goal;
    this.seed = seed;
  }
}

/** A file is no failure that a simulation has written. */
export class InvalidFailureFileError extends RuntimeError {
  readonly code = 'RUNTIME_INVALID_FAILURE_FILE';
  readonly remedy = 'Pass a file that `checkInvariant` has written, of this version.';
  readonly file: string;

  constructor(file: string, why: string, options?: ErrorOptions) {
    super(`${file} is no failure to replay: ${why}.`, options);
    this.file = file;
  }
}

/** A history given to a check of linearizability cannot have been: see `index`, `process` and the message. */
export class InvalidHistoryError extends RuntimeError {
  readonly code = 'RUNTIME_INVALID_HISTORY';
  readonly remedy: string;
  /** Place of the operation in the history, from 0. */
  readonly index: number;
  readonly process: unknown;

  constructor(index: number, process: unknown, why: string, remedy: string) {
    super(`Operation ${index} of the history, of process ${describe(process)}, ${why}.`);
    this.index = index;
    this.process = process;
    this.remedy = remedy;
  }
}

/** A recorder of histories holds as many operations as it may. */
export class HistoryFullError extends RuntimeError {
  readonly code = 'RUNTIME_HISTORY_FULL';
  readonly remedy = 'Raise `operationsMax` of the recorder, or check shorter runs.';
  readonly operationsMax: number;

  constructor(operationsMax: number) {
    super(`The history holds ${operationsMax} operations, which is all it may.`);
    this.operationsMax = operationsMax;
  }
}

/** What was given as a tape of a simulated run is none. */
export class InvalidTapeError extends RuntimeError {
  readonly code = 'RUNTIME_INVALID_TAPE';
  readonly remedy = 'Pass the tape as it was recorded: a list of `{ at, way }`, `at` ascending.';
  /** Place of the deviation in the tape, from 0; undefined if it is the whole. */
  readonly index: number | undefined;

  constructor(why: string, index?: number) {
    super(
      index === undefined ? `This is no tape: ${why}.` : `Deviation ${index} of the tape is wrong: ${why}.`,
    );
    this.index = index;
  }
}

/** A simulated run deviated from the plainest one more often than a tape can say. */
export class TapeFullError extends RuntimeError {
  readonly code = 'RUNTIME_TAPE_FULL';
  readonly remedy = 'Search with shorter runs: fewer commands, or a lower bound of steps.';
  readonly deviationsMax: number;

  constructor(deviationsMax: number) {
    super(
      `The run deviates from the plainest one more often than the ${deviationsMax} times that a tape holds.`,
    );
    this.deviationsMax = deviationsMax;
  }
}

/** A simulated run that began with the same choices as an earlier one did not go on like it. */
export class DivergedRunError extends RuntimeError {
  readonly code = 'RUNTIME_DIVERGED_RUN';
  readonly remedy =
    'Find what the simulation does not control: state kept between runs, real time, real chance, or input that differs.';
  /** Number of the point at which it shows, from 0. */
  readonly point: number;

  constructor(point: number, expected: string, got: string) {
    super(`The same choices led to another point ${point}: expected ${expected}, got ${got}.`);
    this.point = point;
  }
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
