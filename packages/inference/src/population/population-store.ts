import type { CompiledModel, SimdTables } from '../compile/compiled-model.js';
import { batchWords, populationWords } from '../kernels/structs.js';
import { Workspace } from '../kernels/workspace.js';
import { Allocations } from '../memory/allocations.js';
import { BatchPart } from './batch-part.js';
import { type BeliefArena, CompressedArena, DenseArena } from './belief-arena.js';
import { compressionSettings } from './compression.js';
import type { AgentColumns } from './lane-population.js';
import { OwnBlocks } from './own-blocks.js';
import type { BatchResults, PopulationOptions } from './population.js';

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
  readonly #allocations: Allocations;
  readonly #capacity: number;
  readonly #weightAddresses: Uint32Array;
  readonly #newPart: () => BatchPart;
  #part: BatchPart | null = null;

  private constructor(
    allocations: Allocations,
    compiled: CompiledModel,
    tables: SimdTables,
    options: PopulationOptions,
  ) {
    const { model, settings } = compiled;
    const { capacity, keepPolicies = false, keepCourses = false, compression } = options;
    const { stateCounts, outcomeCounts, actionCounts } = model.shape;
    this.#allocations = allocations;
    this.#capacity = capacity;
    this.#newPart = () => new BatchPart(allocations, compiled, capacity, keepPolicies);
    this.workspace = new Workspace(allocations, tables.workspace);
    this.beliefs =
      compression === undefined
        ? new DenseArena(allocations, stateCounts, capacity)
        : new CompressedArena(
            allocations,
            stateCounts,
            capacity,
            tables,
            this.workspace,
            compressionSettings(stateCounts, compression),
          );
    const learnsTransitions = tables.learned.transitions.some((table) => table !== null);
    this.previous = learnsTransitions ? new DenseArena(allocations, stateCounts, capacity) : null;
    this.ownLikelihoods = new OwnBlocks(allocations, tables.learned.likelihoods, capacity);
    this.ownTransitions = new OwnBlocks(allocations, tables.learned.transitions, capacity);
    this.columns = {
      lastActions: allocations.integers(capacity * actionCounts.length),
      steps: allocations.unsigned(capacity),
      keys: allocations.unsigned(capacity),
      batchLanes: allocations.integers(capacity),
      courses: keepCourses ? allocations.integers(2 * capacity) : null,
    };
    this.population = allocations.structure(
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
    const outcomes = allocations.integers(capacity * outcomeCounts.length);
    const actions = allocations.integers(capacity * actionCounts.length);
    const policyCount = settings.policies.length;
    const split = (column: Int32Array, count: number): Int32Array[] =>
      Array.from({ length: count }, (_, i) => column.subarray(i * capacity, (i + 1) * capacity));
    this.outcomes = split(outcomes, outcomeCounts.length);
    this.#weightAddresses = allocations.unsigned(outcomeCounts.length);
    this.results = {
      status: allocations.integers(capacity),
      freeEnergy: allocations.floats(capacity),
      compressionError: this.beliefs.spread,
      iterations: allocations.integers(capacity),
      actions: split(actions, actionCounts.length),
      expectedFreeEnergy: keepPolicies ? allocations.floats(capacity * policyCount) : null,
      policyPosterior: keepPolicies ? allocations.floats(capacity * policyCount) : null,
    };
    this.batch = allocations.structure(
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

  /** @throws PopulationError `INFERENCE_MEMORY_EXHAUSTED`; nothing stays behind then */
  static create(compiled: CompiledModel, tables: SimdTables, options: PopulationOptions): PopulationStore {
    return Allocations.make(
      compiled.memory,
      (allocations) => new PopulationStore(allocations, compiled, tables, options),
    );
  }

  /** Makes room for the soft outcomes of a modality, f32[capacity, outcomes]. */
  weightColumn(modality: number, outcomeCount: number): Float32Array {
    const column = this.#allocations.floats(this.#capacity * outcomeCount);
    this.#weightAddresses[modality] = column.byteOffset;
    return column;
  }

  /** Where entries are planned a part at a time; made when it is first needed. */
  makePart(): BatchPart {
    this.#part ??= this.#newPart();
    return this.#part;
  }

  /** Gives all memory back. */
  free(): void {
    this.ownLikelihoods.releaseAll();
    this.ownTransitions.releaseAll();
    this.#allocations.free();
  }
}
