import type { CompiledModel } from '../compile/compiled-model.js';
import { BATCH_WORDS, batchWords } from '../kernels/structs.js';
import type { Allocations } from '../memory/allocations.js';
import { AGENT_STATUS, type BatchResults } from './population.js';

/** Entries of a batch that are planned together at most, count; whole blocks of lanes. */
export const PART_MAX = 256;

/**
 * Some entries of a batch beside one another, as a batch that kernels can plan.
 *
 * What perception needs is left out: the entries were inferred before, as part of the batch they come from.
 */
export class BatchPart {
  /** The `Batch` structure. */
  readonly address: number;
  readonly #length: number;
  readonly #lanes: Int32Array;
  readonly #status: Int32Array;
  /** `[factor, length]` */
  readonly #actions: Int32Array;
  /** `[length, policy]`, policies of the plan at hand; null when they are not kept. */
  readonly #expectedFreeEnergy: Float32Array | null;
  readonly #policyPosterior: Float32Array | null;

  constructor(
    allocations: Allocations,
    { model, settings }: CompiledModel,
    capacity: number,
    keepPolicies: boolean,
  ) {
    const length = Math.min(PART_MAX, capacity);
    const factorCount = model.shape.actionCounts.length;
    const policyWords = keepPolicies ? length * settings.policies.length : 0;
    const { memory } = allocations;
    this.#length = length;
    this.address = allocations.allocate(4 * (BATCH_WORDS + (2 + factorCount) * length + 2 * policyWords));
    let at = this.address + 4 * BATCH_WORDS;
    const take = (words: number): number => {
      at += 4 * words;
      return at - 4 * words;
    };
    this.#lanes = memory.integers(take(length), length);
    this.#status = memory.integers(take(length), length);
    this.#actions = memory.integers(take(factorCount * length), factorCount * length);
    this.#expectedFreeEnergy = keepPolicies ? memory.floats(take(policyWords), policyWords) : null;
    this.#policyPosterior = keepPolicies ? memory.floats(take(policyWords), policyWords) : null;
    memory.unsigned(this.address, BATCH_WORDS).set(
      batchWords({
        capacity: length,
        lanes: this.#lanes.byteOffset,
        outcomes: 0,
        weights: 0,
        freeEnergy: 0,
        iterations: 0,
        status: this.#status.byteOffset,
        actions: this.#actions.byteOffset,
        expectedFreeEnergy: this.#expectedFreeEnergy?.byteOffset ?? 0,
        policyPosterior: this.#policyPosterior?.byteOffset ?? 0,
      }),
    );
  }

  /** Takes entries in whose status is `ok`. */
  gather(batchLanes: Int32Array, entries: Int32Array, count: number): void {
    for (let i = 0; i < count; i++) this.#lanes[i] = batchLanes[entries[i]!]!;
    this.#status.fill(AGENT_STATUS.ok, 0, count);
  }

  /**
   * Gives the results of the entries back.
   *
   * @param policyCount policies of the plan they were planned with, count
   */
  scatter(results: BatchResults, entries: Int32Array, count: number, policyCount: number): void {
    for (let i = 0; i < count; i++) results.status[entries[i]!] = this.#status[i]!;
    for (let f = 0; f < results.actions.length; f++) {
      const column = results.actions[f]!;
      for (let i = 0; i < count; i++) column[entries[i]!] = this.#actions[f * this.#length + i]!;
    }
    this.#scatterRows(results.expectedFreeEnergy, this.#expectedFreeEnergy, entries, count, policyCount);
    this.#scatterRows(results.policyPosterior, this.#policyPosterior, entries, count, policyCount);
  }

  #scatterRows(
    to: BatchResults['policyPosterior'],
    from: Float32Array | null,
    entries: Int32Array,
    count: number,
    policyCount: number,
  ): void {
    if (to === null || from === null) return;
    const stride = from.length / this.#length;
    for (let i = 0; i < count; i++) {
      if (this.#status[i] !== AGENT_STATUS.ok) continue;
      const row = entries[i]! * stride;
      for (let p = 0; p < policyCount; p++) to[row + p] = from[i * policyCount + p]!;
      to.fill(Number.NaN, row + policyCount, row + stride);
    }
  }
}
