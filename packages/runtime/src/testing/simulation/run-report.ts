import type { Violation } from './violation.js';

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
