import type { CompiledModel, SimdTables } from '../compile/compile-model.js';
import { ImpossibleObservationError, InferenceError, InputError, PopulationError } from '../errors.js';
import { batchWords, populationWords, workspaceRows } from '../kernels/structs.js';
import { type Beliefs, checkBeliefs } from '../perception/beliefs.js';
import type { Observation } from '../perception/evidence.js';
import { inferStates } from '../perception/infer-states.js';
import { type Action, checkAction, predictStates } from '../perception/predict-states.js';
import { BatchDoor } from './batch-door.js';
import { BeliefArena } from './belief-arena.js';
import { LaneTable } from './lane-table.js';
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

const ROW_BYTES = 16;
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
  readonly #workspaceAddress: number;
  readonly #regions: Region[] = [];
  readonly #report: { count: number; failures: AgentFailure[]; referred: number } = {
    count: 0,
    failures: [],
    referred: 0,
  };
  #added = 0;
  #isDisposed = false;

  constructor(compiled: CompiledModel, tables: SimdTables, options: PopulationOptions) {
    const { shape } = compiled.model;
    const { capacity, keepPolicies = false } = options;
    this.compiled = compiled;
    this.#tables = tables;
    this.#lanes = new LaneTable(capacity);
    this.capacity = capacity;
    this.#door = new BatchDoor(shape, this.#lanes);
    this.#factorCount = shape.stateCounts.length;
    this.#beliefs = new BeliefArena(compiled.memory, shape.stateCounts, capacity);
    this.#regions.push(this.#beliefs);
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
      iterations: this.#integers(capacity),
      actions: shape.actionCounts.map((_, f) => actions.subarray(f * capacity, (f + 1) * capacity)),
      expectedFreeEnergy: keepPolicies ? this.#floats(capacity * policyCount) : null,
      policyPosterior: keepPolicies ? this.#floats(capacity * policyCount) : null,
    };
    this.#populationAddress = this.#words(
      populationWords({
        beliefs: this.#beliefs.address,
        lastActions: this.#lastActions.byteOffset,
        steps: this.#steps.byteOffset,
        keys: this.#keys.byteOffset,
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
    this.#workspaceAddress = this.#workspace();
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
    this.#lanes.checkFree(count);
    return Float64Array.from({ length: count }, () => this.add());
  }

  remove(agent: AgentHandle): void {
    this.#checkUse();
    this.#lanes.release(agent);
  }

  has(agent: AgentHandle): boolean {
    return this.#lanes.has(agent);
  }

  reset(agent: AgentHandle): void {
    this.#begin(this.#laneOf(agent), this.compiled.model.D);
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
    const report = this.inferStates(batch);
    this.#plan(report.count);
    return report;
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
      this.#workspaceAddress,
      count,
    );
    this.#begun(count);
    if (undecided > 0) this.#decideByReference(batch, count);
    return this.#report;
  }

  planActions(batch: Pick<PopulationBatch, 'agents' | 'count'>): BatchReport {
    this.#checkUse();
    const count = this.#door.admitAgents(batch, this.#batchLanes);
    this.results.status.fill(AGENT_STATUS.ok, 0, count);
    this.#begun(count);
    this.#plan(count);
    return this.#report;
  }

  [Symbol.dispose](): void {
    this.#checkUse();
    this.#isDisposed = true;
    for (const { address, bytes } of this.#regions) this.compiled.memory.free(address, bytes);
  }

  #plan(count: number): void {
    this.compiled.memory.kernels.planActions(
      this.#tables.addresses.model,
      this.#tables.addresses.plan,
      this.#populationAddress,
      this.#batchAddress,
      this.#workspaceAddress,
      count,
    );
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
    const { prepared, settings } = this.compiled;
    const belief = this.#beliefs.read(lane);
    const action = this.#lastActionOf(lane);
    const prior = action === null ? belief : predictStates(prepared, belief, action);
    const inferred = inferStates(prepared, { ...settings, observations, prior });
    this.#beliefs.write(lane, inferred.posterior);
    this.results.freeEnergy[entry] = inferred.variationalFreeEnergy;
    this.results.iterations[entry] = inferred.iterations;
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

  /** Lays out the scratch blocks and the words that tell where each begins. */
  #workspace(): number {
    const rows = workspaceRows(this.#tables.workspace);
    let address = this.#allocate(ROW_BYTES * rows.reduce((total, count) => total + count, 0));
    return this.#words(
      rows.map((count) => {
        const block = address;
        address += ROW_BYTES * count;
        return block;
      }),
    );
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
