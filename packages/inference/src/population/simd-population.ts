import type { CompiledModel, SimdTables } from '../compile/compiled-model.js';
import type { LearnedCounts } from '../learning/expected-model.js';
import { type Beliefs, checkBeliefs } from '../perception/beliefs.js';
import { type Experience, LanePopulation, planNotFinite } from './lane-population.js';
import { LaneTable } from './lane-table.js';
import { readCounts, writeCounts } from './learned-counts.js';
import { OwnPriors } from './own-priors.js';
import {
  AGENT_STATUS,
  type AgentHandle,
  type PopulationBatch,
  type PopulationOptions,
  SOFT_OUTCOME,
} from './population.js';
import { PopulationStore } from './population-store.js';

/** What the kernels report of an agent that they cannot decide. */
const UNDECIDED = 1;

/**
 * A population in single precision, four agents at a time, on the kernels in `wasm/assembly`.
 *
 * What a kernel cannot vouch for, it leaves alone; the double-precision reference then decides that agent. Which
 * agents those are depends on the agent only, never on the batch it is in.
 */
export class SimdPopulation extends LanePopulation {
  readonly #tables: SimdTables;
  readonly #store: PopulationStore;
  /** Columns of soft outcomes, made when they are first needed. */
  readonly #weights: (Float32Array | null)[];
  /** What agents learned about how episodes begin; null when they learn nothing. */
  readonly #priors: OwnPriors | null;

  constructor(compiled: CompiledModel, tables: SimdTables, options: PopulationOptions) {
    const lanes = new LaneTable(options.capacity);
    const store = PopulationStore.create(compiled, tables, options);
    super(compiled, lanes, store.columns, store.results);
    this.#tables = tables;
    this.#store = store;
    const { model, settings } = compiled;
    this.#weights = model.A.map(() => null);
    this.#priors = settings.learning === null ? null : new OwnPriors(model, settings.learning);
  }

  protected override inferBatch(batch: PopulationBatch, count: number): void {
    this.#takeIn(batch, count);
    this.noteLastActions(batch, count);
    const { addresses } = this.#tables;
    const { kernels } = this.compiled.memory;
    const { population, batch: columns, workspace } = this.#store;
    const undecided = kernels.inferStates(addresses.model, population, columns, workspace.address, count);
    if (undecided === 0) return;
    const { status } = this.results;
    for (let entry = 0; entry < count; entry++) if (status[entry] === UNDECIDED) this.refer(batch, entry);
  }

  protected override planBatch(agents: ArrayLike<AgentHandle>, count: number): void {
    const { addresses } = this.#tables;
    const { kernels } = this.compiled.memory;
    const { population, batch, workspace } = this.#store;
    const { model, plans } = addresses;
    const invalid = kernels.planActions(model, plans[0]!, population, batch, workspace.address, count);
    if (invalid === 0) return;
    for (let entry = 0; entry < count; entry++) this.#reportInvalid(agents, entry);
  }

  protected override makeParts(): void {
    this.#store.makePart();
  }

  override planEntries(
    agents: ArrayLike<AgentHandle>,
    entries: Int32Array,
    count: number,
    plan: number,
  ): void {
    const { addresses } = this.#tables;
    const { kernels } = this.compiled.memory;
    const { population, workspace } = this.#store;
    const part = this.#store.makePart();
    const { policies } = this.compiled.settings.plans[plan]!;
    part.gather(this.columns.batchLanes, entries, count);
    const { model, plans } = addresses;
    const invalid = kernels.planActions(
      model,
      plans[plan]!,
      population,
      part.address,
      workspace.address,
      count,
    );
    part.scatter(this.results, entries, count, policies.length);
    if (invalid === 0) return;
    for (let i = 0; i < count; i++) this.#reportInvalid(agents, entries[i]!);
  }

  protected override learnBatch(count: number): void {
    const { population, batch, workspace } = this.#store;
    if (this.#priors?.isLearned) this.#learnPriors(this.#priors, count);
    const { model } = this.#tables.addresses;
    this.compiled.memory.kernels.learn(model, population, batch, workspace.address, count);
  }

  /** Teaches the agents that have not acted yet how an episode begins. */
  #learnPriors(priors: OwnPriors, count: number): void {
    for (let entry = 0; entry < count; entry++) {
      if (this.results.status[entry] !== AGENT_STATUS.ok) continue;
      const lane = this.columns.batchLanes[entry]!;
      if (this.lastActionOf(lane) === null) priors.learn(lane, this.readLane(lane));
    }
  }

  protected override countsOf(lane: number): LearnedCounts {
    const { learning } = this.compiled.settings;
    if (learning === null || this.#priors === null) return {};
    const { ownLikelihoods, ownTransitions } = this.#store;
    const counts = readCounts(learning, this.#tables.learned, ownLikelihoods, ownTransitions, lane);
    return { ...counts, pD: this.#priors.counts(lane) };
  }

  protected override teachLane(lane: number, { pA, pB, pD }: LearnedCounts): void {
    const { ownLikelihoods, ownTransitions, workspace } = this.#store;
    const { kernels } = this.compiled.memory;
    const { likelihoods, transitions } = this.#tables.learned;
    const lanes = Int32Array.of(lane);
    ownLikelihoods.ownAll(lanes, 1);
    try {
      ownTransitions.ownAll(lanes, 1);
    } catch (error) {
      ownLikelihoods.disownAll();
      throw error;
    }
    likelihoods.forEach((table, m) => {
      if (table === null) return;
      writeCounts(pA![m]!, table, ownLikelihoods.counts(lane, m)!);
      kernels.deriveLikelihood(table.owner, ownLikelihoods.blockOf(lane, m), workspace.address);
    });
    transitions.forEach((table, f) => {
      if (table === null) return;
      writeCounts(pB![f]!, table, ownTransitions.counts(lane, f)!);
      kernels.deriveTransition(table.owner, ownTransitions.blockOf(lane, f), workspace.address);
    });
    this.#priors!.write(lane, pD!);
  }

  protected override forgetLane(lane: number): void {
    this.#store.ownLikelihoods.release(lane);
    this.#store.ownTransitions.release(lane);
    this.#priors?.release(lane);
  }

  protected override publish(entry: number, experience: Experience): void {
    this.#store.previous?.write(this.columns.batchLanes[entry]!, experience.before);
    super.publish(entry, experience);
  }

  protected override readLane(lane: number): Float64Array[] {
    return this.#store.beliefs.read(lane);
  }

  protected override writeLane(lane: number, beliefs: Beliefs): number {
    return this.#store.beliefs.write(lane, beliefs);
  }

  protected override release(): void {
    this.#store.free();
  }

  /** Makes room for what the batch brings and what its agents will learn; nothing is changed when that does not fit. */
  #takeIn(batch: PopulationBatch, count: number): void {
    const { ownLikelihoods, ownTransitions } = this.#store;
    const { batchLanes } = this.columns;
    const learnerCount = this.compiled.settings.learning === null ? 0 : count;
    ownLikelihoods.ownAll(batchLanes, learnerCount);
    try {
      ownTransitions.ownAll(batchLanes, learnerCount);
      this.#copyOutcomes(batch, count);
    } catch (error) {
      ownLikelihoods.disownAll();
      ownTransitions.disownAll();
      throw error;
    }
  }

  #copyOutcomes({ outcomes, weights }: PopulationBatch, count: number): void {
    for (let m = 0; m < outcomes.length; m++) {
      const from = outcomes[m]!;
      const to = this.#store.outcomes[m]!;
      let isSoft = false;
      for (let entry = 0; entry < count; entry++) {
        to[entry] = from[entry]!;
        if (from[entry] === SOFT_OUTCOME) isSoft = true;
      }
      if (isSoft) this.#copyWeights(m, weights![m]!, count);
    }
  }

  #copyWeights(m: number, weights: ArrayLike<number>, count: number): void {
    const outcomeCount = this.compiled.model.shape.outcomeCounts[m]!;
    const column = this.#weights[m] ?? this.#store.weightColumn(m, outcomeCount);
    this.#weights[m] = column;
    const length = Math.min(weights.length, count * outcomeCount);
    for (let i = 0; i < length; i++) column[i] = weights[i]!;
  }

  /** Reports an entry if its belief allowed no posterior over policies. */
  #reportInvalid(agents: ArrayLike<AgentHandle>, entry: number): void {
    if (this.results.status[entry] !== AGENT_STATUS.noPlan) return;
    const lane = this.columns.batchLanes[entry]!;
    this.courses?.clear(lane);
    this.fail(agents, entry, this.#beliefError(lane) ?? planNotFinite(agents[entry]!));
  }

  /** What is wrong with a lane's belief, or null. */
  #beliefError(lane: number): unknown {
    try {
      checkBeliefs(this.compiled.model.shape, this.readLane(lane), 'beliefs');
      return null;
    } catch (error) {
      return error;
    }
  }
}
