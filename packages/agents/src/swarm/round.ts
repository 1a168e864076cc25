import { type AnyCombiner, combineAll, joinAll } from '../coordination/combiner.js';
import type { Descent } from './operation.js';

const OPEN = 0;
const HEARD = 1;
const MISSING = 2;

/**
 * One operation at one node: what its children say, until all have, or are known not to, or the time is up. It is
 * combined in index order, whatever the order of arrival: so it rounds alike on any number of threads.
 */
export class Round {
  readonly descent: Descent;
  /** When the node reports what it has, ms on the system's clock. */
  readonly dueMs: number;
  readonly #said: unknown[];
  readonly #standing: Uint8Array;
  #open: number;

  /** @param childCount children that will say something or be missing */
  constructor(descent: Descent, childCount: number, nowMs: number) {
    this.descent = descent;
    this.dueMs = nowMs + descent.waitMs;
    this.#said = new Array(childCount).fill(undefined);
    this.#standing = new Uint8Array(childCount);
    this.#open = childCount;
  }

  get isComplete(): boolean {
    return this.#open === 0;
  }

  /** The first word about a child counts; what comes later is ignored. */
  settle(child: number, said: unknown): void {
    if (this.#standing[child] !== OPEN) return;
    this.#standing[child] = HEARD;
    this.#said[child] = said;
    this.#open--;
  }

  /** Nothing will come, or nothing that counts. */
  settleMissing(child: number): void {
    if (this.#standing[child] !== OPEN) return;
    this.#standing[child] = MISSING;
    this.#open--;
  }

  /** Whether it has said something. */
  hasHeard(child: number): boolean {
    return this.#standing[child] === HEARD;
  }

  /** What a child has said, if anything. */
  said(child: number): unknown {
    return this.#said[child];
  }

  /** What the children say are contributions: all of them as one. @param from index of the first child */
  combineContributions(combiner: AnyCombiner, from: number): unknown {
    const indices: number[] = [];
    const contributions: unknown[] = [];
    for (let child = 0; child < this.#said.length; child++)
      if (this.#standing[child] === HEARD) {
        indices.push(from + child);
        contributions.push(this.#said[child]);
      }
    return combineAll(combiner, contributions, indices);
  }

  /** What the children say are partial results: all of them as one. */
  combinePartials(combiner: AnyCombiner, partialOf: (said: unknown, child: number) => unknown): unknown {
    const partials: unknown[] = [];
    for (let child = 0; child < this.#said.length; child++)
      if (this.#standing[child] === HEARD) partials.push(partialOf(this.#said[child], child));
    return joinAll(combiner, partials);
  }
}
