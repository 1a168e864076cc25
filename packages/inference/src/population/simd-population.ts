import type { CompiledModel, SimdTables } from '../compile/compile-model.js';
import { ImpossibleObservationError, InferenceError, InputError, PopulationError } from '../errors.js';
import { batchWords, populationWords } from '../kernels/structs.js';
import { Workspace } from '../kernels/workspace.js';
import { expectedModel, type LearnedCounts } from '../learning/expected-model.js';
import { type PreparedModel, prepareModel } from '../model/prepare-model.js';
import { type Beliefs, checkBeliefs } from '../perception/beliefs.js';
import type { Observation } from '../perception/evidence.js';
import { inferStates } from '../perception/infer-states.js';
import { type Action, checkAction, predictStates } from '../perception/predict-states.js';
import { BatchDoor } from './batch-door.js';
import { type BeliefArena, CompressedArena, DenseArena } from './belief-arena.js';
import { LaneTable } from './lane-table.js';
import { readCounts } from './learned-counts.js';
import { OwnBlocks } from './own-blocks.js';
import { OwnPriors } from './own-priors.js';
import {
  type AddAgentOptions,
  AGENT_STATUS,
  type AgentFailure,
  type AgentHandle,
  type BatchReport,
  type BatchResults,
  NO_ACTION,
  NOT_OBSERVED,
  type Population,
  type PopulationBatch,
  type PopulationOptions,
  SOFT_OUTCOME,
} from './population.js';

/** What the kernels report of an agent that they cannot decide. */
const UNDECIDED = 1;

/** A region of the memory, to be given back. */
interface Region {
  readonly address: number;
  readonly bytes: number;
}

/**
 * A population in single precision, four agents at a time, on the kernels in `wasm/assembly`.
 *
 * What a kernel cannot vouch for, it leaves alone; the double-precision reference then decides that agent. Which
 * agents those are depends on the agent only, never on the batch it is in.
 */
export class SimdPopulation implements Population {
  readonly compiled: CompiledModel;
  readonly capacity: number;
  readonly results: BatchResults;
  readonly #tables: SimdTables;
  readonly #lanes: LaneTable;
  readonly #door: BatchDoor;
  readonly #beliefs: BeliefArena;
  /** Beliefs before the last inference; null unless transitions are learned. */
  readonly #previous: DenseArena | null;
  readonly #factorCount: number;
  readonly #lastActions: Int32Array;
  readonly #steps: Uint32Array;
  readonly #keys: Uint32Array;
  readonly #batchLanes: Int32Array;
  readonly #outcomes: readonly Int32Array[];
  /** Columns of soft outcomes, and the words that tell the kernels where they stand; made when first needed. */
  readonly #weights: (Float32Array | null)[];
  readonly #weightAddresses: Uint32Array;
  readonly #populationAddress: number;
  readonly #batchAddress: number;
  readonly #workspace: Workspace;
  /** Null when agents learn nothing. */
  readonly #priors: OwnPriors | null;
  readonly #ownLikelihoods: OwnBlocks;
  readonly #ownTransitions: OwnBlocks;
  readonly #regions: Region[] = [];
  /** Entries that the last call inferred and `learn` has not seen yet, count. */
  #unlearned = 0;
  readonly #report: { count: number; failures: AgentFailure[]; referred: number } = {
    count: 0,
    failures: [],
    referred: 0,
  };
  #added = 0;
  #isDisposed = false;

  constructor(compiled: CompiledModel, tables: SimdTables, options: PopulationOptions) {
    const { shape } = compiled.model;
    const { capacity, keepPolicies = false, compression } = options;
    this.compiled = compiled;
    this.#tables = tables;
    this.#lanes = new LaneTable(capacity);
    this.capacity = capacity;
    this.#door = new BatchDoor(shape, this.#lanes);
    this.#factorCount = shape.stateCounts.length;
    this.#workspace = new Workspace(compiled.memory, tables.workspace);
    this.#beliefs =
      compression === undefined
        ? new DenseArena(compiled.memory, shape.stateCounts, capacity)
        : new CompressedArena(
            compiled.memory,
            shape.stateCounts,
            capacity,
            tables,
            this.#workspace,
            compression,
          );
    this.#lastActions = this.#integers(capacity * this.#factorCount);
    this.#steps = this.#unsigned(capacity);
    this.#keys = this.#unsigned(capacity);
    this.#batchLanes = this.#integers(capacity);
    const outcomes = this.#integers(capacity * shape.outcomeCounts.length);
    this.#outcomes = shape.outcomeCounts.map((_, m) => outcomes.subarray(m * capacity, (m + 1) * capacity));
    this.#weights = shape.outcomeCounts.map(() => null);
    this.#weightAddresses = this.#unsigned(shape.outcomeCounts.length);
    const actions = this.#integers(capacity * this.#factorCount);
    const policyCount = compiled.settings.policies.length;
    this.results = {
      status: this.#integers(capacity),
      freeEnergy: this.#floats(capacity),
      compressionError: this.#beliefs.spread,
      iterations: this.#integers(capacity),
      actions: shape.actionCounts.map((_, f) => actions.subarray(f * capacity, (f + 1) * capacity)),
      expectedFreeEnergy: keepPolicies ? this.#floats(capacity * policyCount) : null,
      policyPosterior: keepPolicies ? this.#floats(capacity * policyCount) : null,
    };
    const { learning } = compiled.settings;
    const { likelihoods, transitions } = tables.learned;
    this.#priors = learning === null ? null : new OwnPriors(compiled.model, learning);
    this.#ownLikelihoods = new OwnBlocks(compiled.memory, likelihoods, capacity);
    this.#ownTransitions = new OwnBlocks(compiled.memory, transitions, capacity);
    const learnsTransitions = transitions.some((table) => table !== null);
    if (learnsTransitions && compression !== undefined) {
      throw new InputError('INFERENCE_OPTION_INVALID', 'compression', 'none where B is learned', 'some');
    }
    this.#previous = learnsTransitions ? new DenseArena(compiled.memory, shape.stateCounts, capacity) : null;
    this.#populationAddress = this.#words(
      populationWords({
        beliefs: this.#beliefs.address,
        lastActions: this.#lastActions.byteOffset,
        steps: this.#steps.byteOffset,
        keys: this.#keys.byteOffset,
        previous: this.#previous?.address ?? 0,
        ownLikelihoods: this.#ownLikelihoods.address,
        ownTransitions: this.#ownTransitions.address,
        compression: this.#beliefs.compression,
      }),
    );
    this.#batchAddress = this.#words(
      batchWords({
        capacity,
        lanes: this.#batchLanes.byteOffset,
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

  get size(): number {
    return this.#lanes.size;
  }

  add(options: AddAgentOptions = {}): AgentHandle {
    const { beliefs = this.compiled.model.D, key = this.#added >>> 0 } = options;
    this.#checkUse();
    checkBeliefs(this.compiled.model.shape, beliefs, 'beliefs');
    if (!Number.isInteger(key) || key < 0 || key >= 2 ** 32) {
      throw new InputError('INFERENCE_OPTION_INVALID', 'key', 'an integer in [0, 2^32)', `${key}`);
    }
    const agent = this.#lanes.take();
    const lane = agent >>> 0;
    this.#keys[lane] = key;
    this.#added++;
    this.#begin(lane, beliefs);
    return agent;
  }

  addMany(count: number): Float64Array {
    this.#checkUse();
    if (!Number.isInteger(count) || count < 0) {
      throw new InputError('INFERENCE_OPTION_INVALID', 'count', 'a count of at least 0', `${count}`);
    }
    this.#lanes.checkFree(count);
    return Float64Array.from({ length: count }, () => this.add());
  }

  remove(agent: AgentHandle): void {
    const lane = this.#laneOf(agent);
    this.#lanes.release(agent);
    this.#ownLikelihoods.release(lane);
    this.#ownTransitions.release(lane);
    this.#priors?.release(lane);
  }

  has(agent: AgentHandle): boolean {
    return this.#lanes.has(agent);
  }

  reset(agent: AgentHandle): void {
    const lane = this.#laneOf(agent);
    this.#begin(lane, this.#priors?.expected(lane) ?? this.compiled.model.D);
  }

  readBeliefs(agent: AgentHandle): Float64Array[] {
    return this.#beliefs.read(this.#laneOf(agent));
  }

  writeBeliefs(agent: AgentHandle, beliefs: Beliefs): void {
    checkBeliefs(this.compiled.model.shape, beliefs, 'beliefs');
    this.#beliefs.write(this.#laneOf(agent), beliefs);
  }

  lastAction(agent: AgentHandle): number[] | null {
    return this.#lastActionOf(this.#laneOf(agent));
  }

  setLastAction(agent: AgentHandle, action: Action | null): void {
    const lane = this.#laneOf(agent);
    if (action !== null) checkAction(this.compiled.model, action, 'action');
    for (let f = 0; f < this.#factorCount; f++) {
      this.#lastActions[lane * this.#factorCount + f] = action?.[f] ?? NO_ACTION;
    }
  }

  step(batch: PopulationBatch): BatchReport {
    const { count } = this.inferStates(batch);
    if (this.#priors !== null) this.learn();
    this.#plan(count, batch.agents);
    return this.#report;
  }

  inferStates(batch: PopulationBatch): BatchReport {
    this.#checkUse();
    const count = this.#door.admitAgents(batch, this.#batchLanes);
    this.#door.admitOutcomes(batch, count);
    if (batch.lastActions !== undefined) this.#door.admitActions(batch.lastActions, count);
    this.#copyIn(batch, count);
    const { kernels } = this.compiled.memory;
    const undecided = kernels.inferStates(
      this.#tables.addresses.model,
      this.#populationAddress,
      this.#batchAddress,
      this.#workspace.address,
      count,
    );
    this.#begun(count);
    if (undecided > 0) this.#decideByReference(batch, count);
    this.#unlearned = count;
    return this.#report;
  }

  planActions(batch: Pick<PopulationBatch, 'agents' | 'count'>): BatchReport {
    this.#checkUse();
    const count = this.#door.admitAgents(batch, this.#batchLanes);
    this.results.status.fill(AGENT_STATUS.ok, 0, count);
    this.#begun(count);
    this.#plan(count, batch.agents);
    return this.#report;
  }

  learn(): void {
    this.#checkUse();
    if (this.#priors === null) {
      throw new InputError('INFERENCE_OPTION_INVALID', 'learning', 'a model compiled with it', 'one without');
    }
    const count = this.#unlearned;
    this.#unlearned = 0;
    for (let entry = 0; entry < count; entry++) {
      if (this.results.status[entry] !== AGENT_STATUS.ok) continue;
      const lane = this.#batchLanes[entry]!;
      this.#ownLikelihoods.own(lane);
      this.#ownTransitions.own(lane);
      if (this.#priors.isLearned && this.#lastActionOf(lane) === null) {
        this.#priors.learn(lane, this.#beliefs.read(lane));
      }
    }
    this.compiled.memory.kernels.learn(
      this.#tables.addresses.model,
      this.#populationAddress,
      this.#batchAddress,
      this.#workspace.address,
      count,
    );
  }

  readCounts(agent: AgentHandle): LearnedCounts {
    const lane = this.#laneOf(agent);
    return this.#countsOf(lane);
  }

  [Symbol.dispose](): void {
    this.#checkUse();
    this.#isDisposed = true;
    for (const { address, bytes } of this.#regions) this.compiled.memory.free(address, bytes);
    this.#workspace.free();
    this.#beliefs.free();
    this.#previous?.free();
    this.#ownLikelihoods.free();
    this.#ownTransitions.free();
  }

  #plan(count: number, agents: ArrayLike<AgentHandle>): void {
    this.#unlearned = 0;
    const invalid = this.compiled.memory.kernels.planActions(
      this.#tables.addresses.model,
      this.#tables.addresses.plan,
      this.#populationAddress,
      this.#batchAddress,
      this.#workspace.address,
      count,
    );
    if (invalid > 0) this.#reportInvalid(agents, count);
  }

  /** Adds the agents to the report whose beliefs allowed no posterior over policies. */
  #reportInvalid(agents: ArrayLike<AgentHandle>, count: number): void {
    const { shape } = this.compiled.model;
    for (let entry = 0; entry < count; entry++) {
      if (this.results.status[entry] !== AGENT_STATUS.invalidBelief) continue;
      if (this.#report.failures.some((failure) => failure.entry === entry)) continue;
      try {
        checkBeliefs(shape, this.#beliefs.read(this.#batchLanes[entry]!), 'beliefs');
      } catch (error) {
        if (!(error instanceof InferenceError)) throw error;
        this.#report.failures.push({ entry, agent: agents[entry]!, error });
      }
    }
  }

  #begun(count: number): void {
    this.#report.count = count;
    this.#report.referred = 0;
    if (this.#report.failures.length > 0) this.#report.failures = [];
  }

  #copyIn({ outcomes, weights, lastActions }: PopulationBatch, count: number): void {
    for (let m = 0; m < this.#outcomes.length; m++) {
      const from = outcomes[m]!;
      const to = this.#outcomes[m]!;
      let isSoft = false;
      for (let entry = 0; entry < count; entry++) {
        to[entry] = from[entry]!;
        if (from[entry] === SOFT_OUTCOME) isSoft = true;
      }
      if (isSoft) this.#copyWeights(m, weights![m]!, count);
    }
    if (lastActions === undefined) return;
    for (let f = 0; f < this.#factorCount; f++) {
      const column = lastActions[f]!;
      for (let entry = 0; entry < count; entry++) {
        this.#lastActions[this.#batchLanes[entry]! * this.#factorCount + f] = column[entry]!;
      }
    }
  }

  #copyWeights(m: number, weights: ArrayLike<number>, count: number): void {
    const outcomeCount = this.compiled.model.shape.outcomeCounts[m]!;
    const column = this.#weights[m] ?? this.#floats(this.capacity * outcomeCount);
    this.#weights[m] = column;
    this.#weightAddresses[m] = column.byteOffset;
    for (let i = 0; i < Math.min(weights.length, count * outcomeCount); i++) column[i] = weights[i]!;
  }

  /** Decides in double precision the agents that the kernels left undecided. */
  #decideByReference(batch: PopulationBatch, count: number): void {
    const { status } = this.results;
    for (let entry = 0; entry < count; entry++) {
      if (status[entry] !== UNDECIDED) continue;
      this.#report.referred++;
      const lane = this.#batchLanes[entry]!;
      try {
        this.#inferByReference(
          lane,
          entry,
          observationsOf(batch, entry, this.compiled.model.shape.outcomeCounts),
        );
        status[entry] = AGENT_STATUS.ok;
      } catch (error) {
        if (!(error instanceof InferenceError)) throw error;
        const impossible = error instanceof ImpossibleObservationError;
        status[entry] = impossible ? AGENT_STATUS.impossibleObservation : AGENT_STATUS.invalidBelief;
        for (const column of this.results.actions) column[entry] = NO_ACTION;
        this.#report.failures.push({ entry, agent: batch.agents[entry]!, error });
      }
    }
  }

  #inferByReference(lane: number, entry: number, observations: readonly Observation[]): void {
    const { settings } = this.compiled;
    const prepared = this.#preparedOf(lane);
    const belief = this.#beliefs.read(lane);
    const action = this.#lastActionOf(lane);
    const prior = action === null ? belief : predictStates(prepared, belief, action);
    const inferred = inferStates(prepared, { ...settings, observations, prior });
    this.#previous?.write(lane, belief);
    this.#beliefs.write(lane, inferred.posterior);
    this.results.freeEnergy[entry] = inferred.variationalFreeEnergy;
    this.results.iterations[entry] = inferred.iterations;
  }

  /** The model as the lane has learned it. */
  #preparedOf(lane: number): PreparedModel {
    const { model, prepared, settings } = this.compiled;
    if (settings.learning === null) return prepared;
    return prepareModel(expectedModel(model, this.#countsOf(lane)));
  }

  #countsOf(lane: number): LearnedCounts {
    const { learning } = this.compiled.settings;
    if (learning === null || this.#priors === null) return {};
    const pD = this.#priors.counts(lane);
    return {
      ...readCounts(learning, this.#tables.learned, this.#ownLikelihoods, this.#ownTransitions, lane),
      pD,
    };
  }

  #lastActionOf(lane: number): number[] | null {
    const first = lane * this.#factorCount;
    const action = Array.from(this.#lastActions.subarray(first, first + this.#factorCount));
    return action.includes(NO_ACTION) ? null : action;
  }

  #begin(lane: number, beliefs: Beliefs): void {
    this.#beliefs.write(lane, beliefs);
    this.#lastActions.fill(NO_ACTION, lane * this.#factorCount, (lane + 1) * this.#factorCount);
    this.#steps[lane] = 0;
  }

  #laneOf(agent: AgentHandle): number {
    this.#checkUse();
    return this.#lanes.laneOf(agent);
  }

  #checkUse(): void {
    if (!this.#isDisposed) return;
    throw new PopulationError('INFERENCE_DISPOSED', 'population', 'one in use', 'one disposed of');
  }

  #allocate(bytes: number): number {
    const address = this.compiled.memory.allocate(bytes);
    this.#regions.push({ address, bytes });
    return address;
  }

  #integers(count: number): Int32Array {
    return this.compiled.memory.integers(this.#allocate(4 * count), count);
  }

  #unsigned(count: number): Uint32Array {
    return this.compiled.memory.unsigned(this.#allocate(4 * count), count);
  }

  #floats(count: number): Float32Array {
    return this.compiled.memory.floats(this.#allocate(4 * count), count);
  }

  #words(words: readonly number[]): number {
    const region = this.#unsigned(words.length);
    region.set(words);
    return region.byteOffset;
  }
}

/** One agent's observations, as the reference takes them. */
function observationsOf(
  batch: PopulationBatch,
  entry: number,
  outcomeCounts: readonly number[],
): Observation[] {
  return outcomeCounts.map((outcomeCount, m) => {
    const outcome = batch.outcomes[m]![entry]!;
    if (outcome === NOT_OBSERVED) return null;
    if (outcome !== SOFT_OUTCOME) return outcome;
    const weights = batch.weights![m]!;
    return Float64Array.from({ length: outcomeCount }, (_, o) => weights[entry * outcomeCount + o]!);
  });
}
