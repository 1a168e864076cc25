import type { LearnedTable } from '../compile/compiled-model.js';
import type { Allocations } from '../memory/allocations.js';
import type { InferenceMemory } from '../memory/inference-memory.js';

/**
 * Who has learned what: for each learned tensor and each lane the block that its values stand in.
 *
 * Copy on write. All lanes share one block, which holds the prior counts; a lane gets a copy before it learns for the
 * first time. So agents that do not learn cost four bytes a learned tensor.
 */
export class OwnBlocks {
  /** u32[tensors], the column of each learned tensor, u32[capacity] of block addresses; 0: not learned. */
  readonly address: number;
  readonly #memory: InferenceMemory;
  readonly #tables: readonly (LearnedTable | null)[];
  readonly #columns: readonly (Uint32Array | null)[];
  /** What `ownAll` made last: lane and tensor, one after the other. */
  readonly #made: number[] = [];

  constructor(allocations: Allocations, tables: readonly (LearnedTable | null)[], capacity: number) {
    this.#memory = allocations.memory;
    this.#tables = tables;
    this.#columns = tables.map((table) => {
      if (table === null) return null;
      return allocations.unsigned(capacity).fill(table.address);
    });
    this.address = allocations.structure(this.#columns.map((column) => column?.byteOffset ?? 0));
  }

  /**
   * Gives lanes copies of their own of everything that is learned: all of them or, when they do not fit, none.
   *
   * @param lanes `[count]`
   * @throws PopulationError `INFERENCE_MEMORY_EXHAUSTED`
   */
  ownAll(lanes: Int32Array, count: number): void {
    this.#made.length = 0;
    try {
      for (let entry = 0; entry < count; entry++) this.#own(lanes[entry]!);
    } catch (error) {
      this.disownAll();
      throw error;
    }
  }

  /** Takes back what the last `ownAll` gave, before anybody has learned. */
  disownAll(): void {
    for (let i = 0; i < this.#made.length; i += 2) this.#share(this.#made[i]!, this.#made[i + 1]!);
    this.#made.length = 0;
  }

  #own(lane: number): void {
    for (let tensor = 0; tensor < this.#tables.length; tensor++) {
      const table = this.#tables[tensor]!;
      const column = this.#columns[tensor]!;
      if (table === null || column[lane] !== table.address) continue;
      const address = this.#memory.allocate(table.bytes);
      this.#memory.bytes(address, table.bytes).set(this.#memory.bytes(table.address, table.bytes));
      column[lane] = address;
      this.#made.push(lane, tensor);
    }
  }

  /** Has a lane share what it owned. */
  release(lane: number): void {
    for (let tensor = 0; tensor < this.#tables.length; tensor++) this.#share(lane, tensor);
  }

  #share(lane: number, tensor: number): void {
    const table = this.#tables[tensor]!;
    const column = this.#columns[tensor]!;
    if (table === null || column[lane] === table.address) return;
    this.#memory.free(column[lane]!, table.bytes);
    column[lane] = table.address;
  }

  /** Where the values of one learned tensor stand for a lane. */
  blockOf(lane: number, tensor: number): number {
    return this.#columns[tensor]![lane]!;
  }

  /** A lane's counts of one tensor, entries in the order of its matrices; null when it is not learned. A view. */
  counts(lane: number, tensor: number): Float32Array | null {
    const table = this.#tables[tensor]!;
    if (table === null) return null;
    return this.#memory.floats(this.#columns[tensor]![lane]!, table.starts.at(-1)!);
  }

  /** Has all lanes share what they owned. */
  releaseAll(): void {
    const laneCount = Math.max(0, ...this.#columns.map((column) => column?.length ?? 0));
    for (let lane = 0; lane < laneCount; lane++) this.release(lane);
  }
}
