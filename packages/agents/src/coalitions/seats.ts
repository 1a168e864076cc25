/** In no coalition. */
export const NO_COALITION = 0;

/**
 * In which coalition the agent of each place of a swarm is: in one or in none, whoever forms them. Like the swarm's membership it is kept outside
 * of all actors, so it outlives every crash; agents learn of it with each operation of a coalition, and agree with it.
 */
export class Seats {
  readonly #seats: Int32Array;
  #coalitions = 0;
  #terms = 0;

  /** @param capacity places, count */
  constructor(capacity: number) {
    this.#seats = new Int32Array(capacity);
  }

  /** The coalition of an agent, from 1; {@link NO_COALITION} for none. */
  of(index: number): number {
    return this.#seats[index]!;
  }

  /** The number that the next coalition gets: no two of a swarm ever have one. */
  get next(): number {
    return this.#coalitions + 1;
  }

  /** Begins a coalition. @param members who are in none */
  found(members: readonly number[]): number {
    const coalition = ++this.#coalitions;
    for (const index of members) this.#seats[index] = coalition;
    return coalition;
  }

  /** Lets agents go. */
  vacate(members: Iterable<number>): void {
    for (const index of members) this.#seats[index] = NO_COALITION;
  }

  /** Gives up a term, from 1: no other election has it. */
  takeTerm(): number {
    return ++this.#terms;
  }
}
