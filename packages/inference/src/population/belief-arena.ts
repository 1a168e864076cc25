import type { SimdTables } from '../compile/compiled-model.js';
import { compressionWords, populationWords } from '../kernels/structs.js';
import type { Workspace } from '../kernels/workspace.js';
import type { Allocations } from '../memory/allocations.js';
import type { InferenceMemory } from '../memory/inference-memory.js';
import type { Beliefs } from '../perception/beliefs.js';
import type { CompressionSettings } from './compression.js';

const LANES = 4;
/** Smaller probabilities are kept as this, so that they stay possible; the kernels' own bound. */
const PROBABILITY_MIN = 1e-30;

/** Where beliefs are kept: see `wasm/assembly/belief-store.ts` for both ways. */
export interface BeliefArena {
  readonly address: number;
  /** The `Compression` structure; 0: beliefs are kept as they are. */
  readonly compression: number;
  /** Mass that compression spread evenly, `[entry]`, probability; null: beliefs are kept as they are. */
  readonly spread: Float32Array | null;
  read(lane: number): Float64Array[];
  /** @returns the mass that compression spread evenly, of the factor where it is most, probability */
  write(lane: number, beliefs: Beliefs): number;
}

/**
 * Beliefs as they are, in blocks of four lanes, `f32[block][state][4]`: state s of lane l stands at
 * `(l >> 2) * 4 S + 4 s + (l & 3)`, S the states of all factors.
 */
export class DenseArena implements BeliefArena {
  readonly address: number;
  readonly compression = 0;
  readonly spread = null;
  readonly #values: Float32Array;
  readonly #stateCounts: readonly number[];
  readonly #stateTotal: number;

  constructor(allocations: Allocations, stateCounts: readonly number[], capacity: number) {
    this.#stateCounts = stateCounts;
    this.#stateTotal = stateCounts.reduce((total, count) => total + count, 0);
    this.#values = allocations.floats(Math.ceil(capacity / LANES) * LANES * this.#stateTotal);
    this.address = this.#values.byteOffset;
  }

  read(lane: number): Float64Array[] {
    return readColumns(this.#values, this.#first(lane), this.#stateCounts);
  }

  write(lane: number, beliefs: Beliefs): number {
    writeColumns(this.#values, this.#first(lane), beliefs);
    return 0;
  }

  #first(lane: number): number {
    return (lane >> 2) * LANES * this.#stateTotal + (lane & 3);
  }
}

/** Beliefs by their most probable states, a record an agent. */
export class CompressedArena implements BeliefArena {
  readonly address: number;
  readonly compression: number;
  readonly spread: Float32Array;
  readonly #memory: InferenceMemory;
  readonly #stateCounts: readonly number[];
  readonly #model: number;
  readonly #block: Float32Array;
  /** A `Population` structure of which only what records need is set. */
  readonly #population: number;

  constructor(
    allocations: Allocations,
    stateCounts: readonly number[],
    capacity: number,
    tables: SimdTables,
    workspace: Workspace,
    { slotCount, threshold }: CompressionSettings,
  ) {
    const recordBytes = stateCounts.reduce(
      (bytes, count) => bytes + partBytes(Math.min(slotCount, count)),
      0,
    );
    this.#memory = allocations.memory;
    this.#stateCounts = stateCounts;
    this.#model = tables.addresses.model;
    this.#block = this.#memory.floats(
      workspace.posterior,
      LANES * stateCounts.reduce((sum, count) => sum + count, 0),
    );
    this.address = allocations.allocate(recordBytes * capacity);
    this.spread = allocations.floats(capacity);
    const spread = this.spread.byteOffset;
    this.compression = allocations.structure(compressionWords({ slotCount, threshold, recordBytes, spread }));
    const nothing = {
      lastActions: 0,
      steps: 0,
      keys: 0,
      previous: 0,
      ownLikelihoods: 0,
      ownTransitions: 0,
      courses: 0,
    };
    const { address: beliefs, compression } = this;
    this.#population = allocations.structure(populationWords({ ...nothing, beliefs, compression }));
  }

  read(lane: number): Float64Array[] {
    this.#memory.kernels.loadLane(this.#model, this.#population, lane, this.#block.byteOffset);
    return readColumns(this.#block, 0, this.#stateCounts);
  }

  write(lane: number, beliefs: Beliefs): number {
    writeColumns(this.#block, 0, beliefs);
    return this.#memory.kernels.storeLane(this.#model, this.#population, lane, this.#block.byteOffset);
  }
}

/** Bytes of one factor's part of a record. */
function partBytes(slots: number): number {
  return 4 + 4 * slots + Math.ceil((2 * slots) / 4) * 4;
}

/** Every fourth value from `first` on, factor by factor. */
function readColumns(values: Float32Array, first: number, stateCounts: readonly number[]): Float64Array[] {
  let at = first;
  return stateCounts.map((count) => {
    const belief = new Float64Array(count);
    for (let state = 0; state < count; state++, at += LANES) belief[state] = values[at]!;
    return belief;
  });
}

function writeColumns(values: Float32Array, first: number, beliefs: Beliefs): void {
  let at = first;
  for (const belief of beliefs) {
    for (let state = 0; state < belief.length; state++, at += LANES) {
      const probability = belief[state]!;
      values[at] = probability > 0 ? Math.max(probability, PROBABILITY_MIN) : probability;
    }
  }
}
