import { type Word, writeWords } from './image.js';
import type { InferenceMemory } from './inference-memory.js';

/** The regions of one owner, which are given back together. */
export class Allocations {
  readonly memory: InferenceMemory;
  readonly #regions: { readonly address: number; readonly bytes: number }[] = [];

  constructor(memory: InferenceMemory) {
    this.memory = memory;
  }

  /**
   * What is made of regions of a memory. If that fails, for instance since not all of them fit, nothing stays behind.
   *
   * @throws what `make` throws
   */
  static make<T>(memory: InferenceMemory, make: (allocations: Allocations) => T): T {
    const allocations = new Allocations(memory);
    try {
      return make(allocations);
    } catch (error) {
      allocations.free();
      throw error;
    }
  }

  /** Reserves a region; it is zeroed. @throws PopulationError `INFERENCE_MEMORY_EXHAUSTED` */
  allocate(bytes: number): number {
    const address = this.memory.allocate(bytes);
    this.#regions.push({ address, bytes });
    return address;
  }

  integers(count: number): Int32Array {
    return this.memory.integers(this.allocate(4 * count), count);
  }

  unsigned(count: number): Uint32Array {
    return this.memory.unsigned(this.allocate(4 * count), count);
  }

  floats(count: number): Float32Array {
    return this.memory.floats(this.allocate(4 * count), count);
  }

  /** Writes a structure to a region of its own. */
  structure(words: readonly Word[]): number {
    const address = this.allocate(4 * words.length);
    writeWords(this.memory, address, words);
    return address;
  }

  /** Gives all regions back. */
  free(): void {
    for (const { address, bytes } of this.#regions) this.memory.free(address, bytes);
    this.#regions.length = 0;
  }
}
