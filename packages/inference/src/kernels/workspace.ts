import type { Allocations } from '../memory/allocations.js';
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

  constructor(allocations: Allocations, rows: WorkspaceRows) {
    const counts = workspaceRows(rows);
    const header = Math.ceil((4 * counts.length) / ROW_BYTES) * ROW_BYTES;
    const rowCount = counts.reduce((total, count) => total + count, 0);
    this.address = allocations.allocate(header + ROW_BYTES * rowCount);
    const words = allocations.memory.unsigned(this.address, counts.length);
    let block = this.address + header;
    counts.forEach((count, i) => {
      words[i] = block;
      block += ROW_BYTES * count;
    });
    this.posterior = words[POSTERIOR]!;
  }
}
