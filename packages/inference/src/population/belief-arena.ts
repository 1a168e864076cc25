import type { InferenceMemory } from '../memory/inference-memory.js';
import type { Beliefs } from '../perception/beliefs.js';

const LANES = 4;
/** Smaller probabilities are stored as this, so that they stay possible; the kernels' own bound. */
const PROBABILITY_MIN = 1e-30;

/**
 * Beliefs in blocks of four lanes, `f32[block][state][4]`: state s of lane l stands at
 * `(l >> 2) * 4 S + 4 s + (l & 3)`, S the states of all factors.
 */
export class BeliefArena {
  readonly address: number;
  readonly bytes: number;
  readonly #values: Float32Array;
  readonly #stateCounts: readonly number[];
  readonly #stateTotal: number;

  constructor(memory: InferenceMemory, stateCounts: readonly number[], capacity: number) {
    this.#stateCounts = stateCounts;
    this.#stateTotal = stateCounts.reduce((total, count) => total + count, 0);
    const count = Math.ceil(capacity / LANES) * LANES * this.#stateTotal;
    this.bytes = 4 * count;
    this.address = memory.allocate(this.bytes);
    this.#values = memory.floats(this.address, count);
  }

  read(lane: number): Float64Array[] {
    let at = this.#first(lane);
    return this.#stateCounts.map((count) => {
      const belief = new Float64Array(count);
      for (let state = 0; state < count; state++, at += LANES) belief[state] = this.#values[at]!;
      return belief;
    });
  }

  write(lane: number, beliefs: Beliefs): void {
    let at = this.#first(lane);
    for (const belief of beliefs) {
      for (let state = 0; state < belief.length; state++, at += LANES) {
        const probability = belief[state]!;
        this.#values[at] = probability > 0 ? Math.max(probability, PROBABILITY_MIN) : probability;
      }
    }
  }

  #first(lane: number): number {
    return (lane >> 2) * LANES * this.#stateTotal + (lane & 3);
  }
}
