import type { RunObserver } from './simulated-witness.js';
import type { Simulation } from './simulation.js';
import type { Violation } from './violation.js';

/** Tells the story of a run while it happens. */
export interface RunNarrator extends RunObserver {
  begin(simulation: Simulation): void;
  /** What `start` builds stands, and the steps of the run are counted from here. */
  started(): void;
  tell(kind: 'fault' | 'command' | 'note', text: string, paths: readonly string[]): void;
  violated(violation: Violation): void;
}
