/**
 * What a step of a simulated system does: promises that have been settled are heard by who awaits them; a shard gives an actor its turn (one message), carries out signals, or takes a frame off a link;
 * an order or report passes between the main shard and another; virtual time goes on to the next timer; the test sends its next command; a
 * fault strikes.
 */
export type StepKind = 'promises' | 'turn' | 'signals' | 'frame' | 'control' | 'time' | 'command' | 'fault';

/**
 * A moment at which a simulated system could go on in several ways.
 *
 * Way 0 is the plainest: promises are heard at once; whoever acted last goes on; else the actor ready longest; then frames, then orders, then the next command, and time
 * last. So a run whose choices are all 0 is the calmest there is, and a story that differs from it in few places is short.
 *
 * The arrays belong to the simulation and are reused: only the first `count` entries hold, and only until the choice is made.
 */
export interface ChoicePoint {
  /** Number of this point in its run, from 0. Moments with a single way are no points. */
  readonly index: number;
  /** Ways to go on, at least 2. */
  readonly count: number;
  /**
   * Who would act: actors, links, clocks … have small numbers, the same throughout a run, and the same in all runs
   * that began with the same choices. Two steps of one process are never swapped.
   */
  readonly processes: Int32Array;
  readonly kinds: readonly StepKind[];
}

/** Everything may have been touched: such a step must not be swapped with any other. */
export const TOUCHES_ALL = -1;

/**
 * Decides the order in which a simulated system does what it may do. One scheduler serves many runs, one after another, and may learn from
 * each. It must be deterministic: what it chooses depends on its options, its seed, and what it was told.
 */
export interface Scheduler {
  readonly name: string;
  /** A run begins. False: there is nothing new left to try, the run is not made. */
  beginRun(): boolean;
  /** Which way to go, at least 0 and below `point.count`. */
  choose(point: ChoicePoint): number;
  /**
   * A step was taken, chosen or without alternative: by whom, and what it touched: numbers of mailboxes, actors and links that it wrote
   * to, the first `touchedCount` entries. Two steps that follow each other can be swapped without consequence if neither belongs to the other's process and
   * they touched nothing in common. {@link TOUCHES_ALL} in it stands for everything.
   */
  stepped?(process: number, touched: Int32Array, touchedCount: number): void;
  /**
   * The run came to something that may not have been seen before: the hash of a pair of messages met one after the other by an actor,
   * or of a step of a lifecycle and the message before it.
   */
  noted?(feature: number): void;
  /** The run has ended. */
  endRun?(violated: boolean): void;
}
