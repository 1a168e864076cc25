import type { CompiledModel, SimdTables } from '../compile/compiled-model.js';
import { batchWords, populationWords } from '../kernels/structs.js';
import { Workspace } from '../kernels/workspace.js';
import { writeWords } from '../memory/image.js';
import type { InferenceMemory } from '../memory/inference-memory.js';
import { BatchPart } from './batch-part.js';
import { type BeliefArena, CompressedArena, DenseArena } from './belief-arena.js';
import { compressionSettings } from './compression.js';
import type { AgentColumns } from './lane-population.js';
import { OwnBlocks } from './own-blocks.js';
import type { BatchResults, PopulationOptions } from './population.js';

/** A region of the memory, to be given back. */
interface Region {
  readonly address: number;
  readonly bytes: number;
}

/** All that kernels read and write of one population, in the memory of its model, and views on it. */
export class PopulationStore {
  readonly columns: AgentColumns;
  readonly results: BatchResults;
  readonly beliefs: BeliefArena;
  /** Beliefs before the last inference; null unless transitions are learned. */
  readonly previous: DenseArena | null;
  readonly ownLikelihoods: OwnBlocks;
  readonly ownTransitions: OwnBlocks;
  /** For each modality the outcome of each entry. */
  readonly outcomes: readonly Int32Array[];
  readonly workspace: Workspace;
  /** Addresses of the `Population` and the `Batch` structures. */
  readonly population: number;
  readonly batch: number;
  readonly #memory: InferenceMemory;
  readonly #capacity: number;
  readonly #weightAddresses: Uint32Array;
  readonly #regions: Region[] = [];
  readonly #makePart: () => BatchPart;
  #part: BatchPart | null = null;

  constructor(compiled: CompiledModel, tables: SimdTables, options: PopulationOptions) {
    const { memory, model, settings } = compiled;
    const { capacity, keepPolicies = false, keepCourses = false, compression } = options;
    const { stateCounts, outcomeCounts, actionCounts } = model.shape;
    this.#memory = memory;
    this.#capacity = capacity;
    this.#makePart = () => new BatchPart(compiled, capacity, keepPolicies);
    this.workspace = new Workspace(memory, tables.workspace);
    this.beliefs =
      compression === undefined
        ? new DenseArena(memory, stateCounts, capacity)
        : new CompressedArena(
            memory,
            stateCounts,
            capacity,
            tables,
            this.workspace,
            compressionSettings(stateCounts, compression),
          );
    const learnsTransitions = tables.learned.transitions.some((table) => table !== null);
    this.previous = learnsTransitions ? new DenseArena(memory, stateCounts, capacity) : null;
    this.ownLikelihoods = new OwnBlocks(memory, tables.learned.likelihoods, capacity);
    this.ownTransitions = new OwnBlocks(memory, tables.learned.transitions, capacity);
    this.columns = {
      lastActions: this.#integers(capacity * actionCounts.length),
      steps: this.#unsigned(capacity),
      keys: this.#unsigned(capacity),
      batchLanes: this.#integers(capacity),
      courses: keepCourses ? this.#integers(2 * capacity) : null,
    };
    this.population = this.#structure(
      populationWords({
        beliefs: this.beliefs.address,
        lastActions: this.columns.lastActions.byteOffset,
        steps: this.columns.steps.byteOffset,
        keys: this.columns.keys.byteOffset,
        previous: this.previous?.address ?? 0,
        ownLikelihoods: this.ownLikelihoods.address,
        ownTransitions: this.ownTransitions.address,
        compression: this.beliefs.compression,
        courses: this.columns.courses?.byteOffset ?? 0,
      }),
    );
    const outcomes = this.#integers(capacity * outcomeCounts.length);
    const actions = this.#integers(capacity * actionCounts.length);
    const policyCount = settings.policies.length;
    const split = (column: Int32Array, count: number): Int32Array[] =>
      Array.from({ length: count }, (_, i) => column.subarray(i * capacity, (i + 1) * capacity));
    this.outcomes = split(outcomes, outcomeCounts.length);
    this.#weightAddresses = this.#unsigned(outcomeCounts.length);
    this.results = {
      status: this.#integers(capacity),
      freeEnergy: this.#floats(capacity),
      compressionError: this.beliefs.spread,
      iterations: this.#integers(capacity),
      actions: split(actions, actionCounts.length),
      expectedFreeEnergy: keepPolicies ? this.#floats(capacity * policyCount) : null,
      policyPosterior: keepPolicies ? this.#floats(capacity * policyCount) : null,
    };
    this.batch = this.#structure(
      batchWords({
        capacity,
        lanes: this.columns.batchLanes.byteOffset,
        outcomes: outcomes.byteOffset,
        weights: this.#weightAddresses.byteOffset,
        status: this.results.status.byteOffset,
        freeEnergy: this.results.freeEnergy.byteOffset,
        iterations: this.results.iterations.byteOffset,
        actions: actions.byteOffset,
        expectedFreeEnergy: this.results.expectedFreeEnergy?.byteOffset ?? 0,
        policyPosterior: this.results.policyPosterior?.byteOffset ?? 0,
      }),
    );
  }

  /** Makes room for the soft outcomes of a modality, f32[capacity, outcomes]. */
  weightColumn(modality: number, outcomeCount: number): Float32Array {
    const column = this.#floats(this.#capacity * outcomeCount);
    this.#weightAddresses[modality] = column.byteOffset;
    return column;
  }

  /** Where entries are planned a part at a time; made when it is first needed. */
  get part(): BatchPart {
    this.#part ??= this.#makePart();
    return this.#part;
  }

  /** Gives all memory back. */
  free(): void {
    this.#part?.free();
    for (const { address, bytes } of this.#regions) this.#memory.free(address, bytes);
    this.beliefs.free();
    this.previous?.free();
    this.ownLikelihoods.free();
    this.ownTransitions.free();
    this.workspace.free();
  }

  #allocate(bytes: number): number {
    const address = this.#memory.allocate(bytes);
    this.#regions.push({ address, bytes });
    return address;
  }

  #integers(count: number): Int32Array {
    return this.#memory.integers(this.#allocate(4 * count), count);
  }

  #unsigned(count: number): Uint32Array {
    return this.#memory.unsigned(this.#allocate(4 * count), count);
  }

  #floats(count: number): Float32Array {
    return this.#memory.floats(this.#allocate(4 * count), count);
  }

  #structure(words: readonly number[]): number {
    const address = this.#allocate(4 * words.length);
    writeWords(this.#memory, address, words);
    return address;
  }
}
