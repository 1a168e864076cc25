import type { Fault } from './faults.js';

/** Everything that a run depends on but the choices of its scheduler. */
export interface RunInput {
  /** Which of the law's commands, by name, and with what, in order. */
  readonly commands: readonly { readonly command: string; readonly input?: unknown }[];
  readonly faults: readonly Fault[];
  /** See `SimulationOptions.betweenPromises`. */
  readonly betweenPromises?: boolean;
}
