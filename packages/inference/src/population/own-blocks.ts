import type { LearnedTable } from '../compile/compiled-model.js';
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
  readonly #words: Uint32Array;

  constructor(memory: InferenceMemory, tables: readonly (LearnedTable | null)[], capacity: number) {
    this.#memory = memory;
    this.#tables = tables;
    this.#columns = tables.map((table) => {
      if (table === null) return null;
      return memory.unsigned(memory.allocate(4 * capacity), capacity).fill(table.address);
    });
    this.address = memory.allocate(4 * tables.length);
    this.#words = memory.unsigned(this.address, tables.length);
    this.#words.set(this.#columns.map((column) => column?.byteOffset ?? 0));
  }

  /** Gives a lane copies of its own of everything that is learned. */
  own(lane: number): void {
    for (let tensor = 0; tensor < this.#tables.length; tensor++) {
      const table = this.#tables[tensor]!;
      const column = this.#columns[tensor]!;
      if (table === null || column[lane] !== table.address) continue;
      const address = this.#memory.allocate(table.bytes);
      this.#memory.bytes(address, table.bytes).set(this.#memory.bytes(table.address, table.bytes));
      column[lane] = address;
    }
  }

  /** Has a lane share what it owned. */
  release(lane: number): void {
    this.#tables.forEach((table, tensor) => {
      const column = this.#columns[tensor]!;
      if (table === null || column[lane] === table.address) return;
      this.#memory.free(column[lane]!, table.bytes);
      column[lane] = table.address;
    });
  }

  /** A lane's counts of one tensor, entries in the order of its matrices; null when it is not learned. A view. */
  counts(lane: number, tensor: number): Float32Array | null {
    const table = this.#tables[tensor]!;
    if (table === null) return null;
    return this.#memory.floats(this.#columns[tensor]![lane]!, table.starts.at(-1)!);
  }

  /** Gives all memory back. */
  free(): void {
    this.#columns.forEach((column) => {
      if (column === null) return;
      for (let lane = 0; lane < column.length; lane++) this.release(lane);
      this.#memory.free(column.byteOffset, column.byteLength);
    });
    this.#memory.free(this.address, this.#words.byteLength);
  }
}
