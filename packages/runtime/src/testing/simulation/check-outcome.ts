import type { Failure } from './failure.js';
import type { ExhaustiveReport } from './schedulers/exhaustive-scheduler.js';

/** What a search has come to that found nothing. */
export interface CheckReport {
  readonly seed: number;
  /** Runs made, steps taken, messages sent, counts. */
  readonly runs: number;
  readonly steps: number;
  readonly messages: number;
  /** What `exhaustive` has proved for its program; undefined for a search by chance. */
  readonly exhaustive: ExhaustiveReport | undefined;
}

/** A counterexample, made as small as it goes. */
export interface Counterexample {
  readonly failure: Failure;
  /** Runs until the first failure, and to make it smaller, counts. */
  readonly foundInRun: number;
  readonly shrinkingRuns: number;
  /** What was found at first: commands, faults and context switches, counts. */
  readonly first: { readonly commands: number; readonly faults: number; readonly switches: number };
  /** The story for the terminal. */
  readonly story: string;
  /** What the law threw, if it did. */
  readonly cause: unknown;
}

/** What a search has come to. `page` is the story as HTML. */
export type CheckOutcome =
  | { readonly holds: true; readonly report: CheckReport }
  | {
      readonly holds: false;
      readonly report: CheckReport;
      readonly counterexample: Counterexample;
      readonly page: string;
    };
