import type { InferenceMemory } from '../memory/inference-memory.js';
import { type WorkspaceRows, workspaceRows } from './structs.js';

/** Bytes of a row of a block: one value of four lanes. */
const ROW_BYTES = 16;

/** Where `posterior` stands among the words. */
const POSTERIOR = 1;

/** The scratch memory of kernels: blocks, and the words that tell where each begins. */
export class Workspace {
  /** The `Workspace` structure. */
  readonly address: number;
  /** The block `posterior`, which is free between two calls. */
  readonly posterior: number;
  readonly #bytes: number;
  readonly #memory: InferenceMemory;

  constructor(memory: InferenceMemory, rows: WorkspaceRows) {
    const counts = workspaceRows(rows);
    const header = Math.ceil((4 * counts.length) / ROW_BYTES) * ROW_BYTES;
    this.#bytes = header + ROW_BYTES * counts.reduce((total, count) => total + count, 0);
    this.#memory = memory;
    this.address = memory.allocate(this.#bytes);
    const words = memory.unsigned(this.address, counts.length);
    let block = this.address + header;
    counts.forEach((count, i) => {
      words[i] = block;
      block += ROW_BYTES * count;
    });
    this.posterior = words[POSTERIOR]!;
  }

  free(): void {
    this.#memory.free(this.address, this.#bytes);
  }
}
