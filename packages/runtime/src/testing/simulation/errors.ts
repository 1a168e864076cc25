import { RuntimeError } from '../../errors.js';

/** What a simulated fault throws in an actor: not a fault of its code. */
export class InjectedCrashError extends RuntimeError {
  override readonly name = 'InjectedCrashError';
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
  override readonly name = 'UncontrolledError';
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
