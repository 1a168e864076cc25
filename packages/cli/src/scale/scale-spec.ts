import type { ActorSystem } from '@skein/runtime';

/** How large a swarm is wanted. */
export interface ScaleRequest {
  /** Count, at least 1. */
  readonly agents: number;
  /**
   * Threads that agents live on, count, at least 1: the main thread, and workers for all others. So a system is made with `threads: threads - 1`,
   * and its swarm with `main: true`, as a main thread beside several workers takes part only if it is told to.
   */
  readonly threads: number;
  readonly seed: number;
}

/** A swarm at work, which can be told to go on round by round. */
export interface ScaleSubject {
  /** Where its actors live: what they tell each other is counted there. */
  readonly system: ActorSystem;
  /** Brings the world to where the next round can begin. Not timed. */
  prepare?(): void;
  /** One round: every agent is shown something, and acts. */
  round(): Promise<unknown>;
  /**
   * Computes what a round computes once more, on the main thread and without actors: what a round takes beyond it is the price of the actors. Has
   * beliefs of its own, and is called after each `round` with the world as it was for it.
   */
  kernels?(): void;
  /** Stops the system, and gives back all else. */
  close(): Promise<unknown>;
}

/** What an example gives to be measured by `skein scale`. */
export interface ScaleSpec {
  /** Numbers of agents, if none are asked for; default 1, 10, 100, 1 000, 10 000. */
  readonly agents?: readonly number[];
  /** Starts a swarm. Several live beside each other. */
  start(request: ScaleRequest): Promise<ScaleSubject>;
}
