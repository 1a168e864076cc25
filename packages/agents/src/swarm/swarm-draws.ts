/** What is left to chance in a swarm: each draw is decided by the seed and its own number. */
export class SwarmDraws {
  /** Decides the agents' random numbers too. */
  readonly seed: number;
  #taken = 0;

  constructor(seed: number) {
    this.seed = seed;
  }

  /** The number of a new draw, from 1. */
  take(): number {
    return ++this.#taken;
  }
}
