import type { CompiledModel } from '../compile/compiled-model.js';
import { ImpossibleObservationError, InferenceError, InputError, PopulationError } from '../errors.js';
import type { Counts } from '../learning/counts.js';
import { expectedModel, type LearnedCounts } from '../learning/expected-model.js';
import type { GenerativeModel } from '../model/generative-model.js';
import { type PreparedModel, prepareModel } from '../model/prepare-model.js';
import type { ModelTensor } from '../model/sparse-tensor.js';
import { describe } from '../model/tensor.js';
import { type Beliefs, checkBeliefs } from '../perception/beliefs.js';
import type { Observation } from '../perception/evidence.js';
import { inferStates } from '../perception/infer-states.js';
import { type Action, checkAction, predictStates } from '../perception/predict-states.js';
import { BatchDoor } from './batch-door.js';
import { Courses } from './courses.js';
import type { LaneTable } from './lane-table.js';
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
  SOFT_OUTCOME,
} from './population.js';

/** What is kept of every agent beside its belief, by lane, and the lanes of the batch in hand. */
export interface AgentColumns {
  /** What each did last, `[capacity, factorCount]`. */
  readonly lastActions: Int32Array;
  /** Choices made so far, count, `[capacity]`. */
  readonly steps: Uint32Array;
  /** Who draws, `[capacity]`. */
  readonly keys: Uint32Array;
  /** The lane of each entry, `[capacity]`. */
  readonly batchLanes: Int32Array;
  /** What each is on, `[capacity, 2]`, see `Courses`; null when it is not kept. */
  readonly courses: Int32Array | null;
}

const NO_VALUES: readonly number[] = [];

/** What an agent went through in one inference. */
export interface Experience {
  readonly before: Beliefs;
  /** What it had done last; null: nothing. */
  readonly action: Action | null;
  readonly observations: readonly Observation[];
  readonly posterior: Beliefs;
}

/**
 * What every population does in the same way: it knows its agents, checks batches before anything changes, and
 * reports whose inference failed. How beliefs are kept and a batch is worked out is left to the backends.
 */
export abstract class LanePopulation implements Population {
  readonly compiled: CompiledModel;
  readonly capacity: number;
  readonly results: BatchResults;
  protected readonly columns: AgentColumns;
  protected readonly factorCount: number;
  /** Null when they are not kept. */
  protected readonly courses: Courses | null;
  readonly #lanes: LaneTable;
  readonly #door: BatchDoor;
  readonly #report: { count: number; failures: AgentFailure[]; referred: number } = {
    count: 0,
    failures: [],
    referred: 0,
  };
  #added = 0;
  /** Entries that the last call inferred and `learn` has not seen yet, count. */
  #unlearned = 0;
  #isDisposed = false;

  constructor(compiled: CompiledModel, lanes: LaneTable, columns: AgentColumns, results: BatchResults) {
    const { shape } = compiled.model;
    this.compiled = compiled;
    this.capacity = lanes.capacity;
    this.results = results;
    this.columns = columns;
    this.factorCount = shape.stateCounts.length;
    this.courses = columns.courses === null ? null : new Courses(compiled.settings, columns.courses);
    this.#lanes = lanes;
    this.#door = new BatchDoor(shape, lanes);
  }

  /** Infers a batch that is known to be valid and sets the status of every entry. */
  protected abstract inferBatch(batch: PopulationBatch, count: number): void;
  /** Evaluates policies and chooses, for entries whose status is `ok`. */
  protected abstract planBatch(agents: ArrayLike<AgentHandle>, count: number): void;
  /**
   * Plans some entries of the batch in hand, whose status is `ok`, by one of the compiled plans; G and posterior of
   * policies that the plan lacks become NaN. The arguments are trusted: this is for `DeadlineStepper`.
   *
   * @param agents those of the whole batch
   * @param count  entries, at most `PART_MAX`
   * @param plan   index into `CompileSettings.plans`
   */
  abstract planEntries(
    agents: ArrayLike<AgentHandle>,
    entries: Int32Array,
    count: number,
    plan: number,
  ): void;
  /** Makes what the backend needs for `planEntries`. */
  protected abstract makeParts(): void;
  /** Teaches the entries whose status is `ok` what they experienced in the last `inferBatch`. */
  protected abstract learnBatch(count: number): void;
  /** What a lane has learned. */
  protected abstract countsOf(lane: number): LearnedCounts;
  /** Has a lane know what was learned elsewhere. @param counts complete and valid */
  protected abstract teachLane(lane: number, counts: LearnedCounts): void;
  /** Forgets all that a lane has learned. */
  protected abstract forgetLane(lane: number): void;
  protected abstract readLane(lane: number): Float64Array[];
  /** @returns the mass that compression spread evenly, of the factor where it is most, probability */
  protected abstract writeLane(lane: number, beliefs: Beliefs): number;
  /** Gives back what the backend holds. */
  protected abstract release(): void;

  get size(): number {
    return this.#lanes.size;
  }

  add(options: AddAgentOptions = {}): AgentHandle {
    this.#checkUse();
    if (typeof options !== 'object' || options === null) {
      throw new InputError('INFERENCE_OPTION_INVALID', 'options', 'an object, or nothing', describe(options));
    }
    const { beliefs = this.compiled.model.D, key = this.#added >>> 0 } = options;
    checkBeliefs(this.compiled.model.shape, beliefs, 'beliefs');
    checkKey(key);
    const agent = this.#lanes.take();
    const lane = agent >>> 0;
    this.columns.keys[lane] = key;
    this.#added++;
    this.#begin(lane, beliefs);
    return agent;
  }

  addMany(count: number): Float64Array {
    this.#checkUse();
    if (!Number.isInteger(count) || count < 0) {
      throw new InputError('INFERENCE_OPTION_INVALID', 'count', 'a count of at least 0', describe(count));
    }
    this.#lanes.checkFree(count);
    return Float64Array.from({ length: count }, () => this.add());
  }

  adopt(agent: AgentHandle, from: Population): AgentHandle {
    this.#checkUse();
    this.#checkRelated(from);
    const there = from.#laneOf(agent);
    const counts = this.compiled.settings.learning === null ? null : from.countsOf(there);
    const handle = this.#lanes.take();
    const lane = handle >>> 0;
    try {
      if (counts !== null) this.#teach(lane, counts);
    } catch (error) {
      this.#lanes.release(handle);
      throw error;
    }
    const { keys, steps } = from.columns;
    this.#added++;
    this.#begin(lane, from.readLane(there));
    this.columns.keys[lane] = keys[there]!;
    this.columns.steps[lane] = steps[there]!;
    for (let f = 0; f < this.factorCount; f++) {
      this.columns.lastActions[lane * this.factorCount + f] =
        from.columns.lastActions[there * this.factorCount + f]!;
    }
    from.remove(agent);
    return handle;
  }

  remove(agent: AgentHandle): void {
    const lane = this.#laneOf(agent);
    this.#lanes.release(agent);
    this.forgetLane(lane);
    this.#forgetUnlearned(lane);
  }

  /** Whoever takes the lane next must not learn from what its agent before went through. */
  #forgetUnlearned(lane: number): void {
    for (let entry = 0; entry < this.#unlearned; entry++) {
      if (this.columns.batchLanes[entry] === lane) this.results.status[entry] = AGENT_STATUS.removed;
    }
  }

  has(agent: AgentHandle): boolean {
    return !this.#isDisposed && this.#lanes.has(agent);
  }

  reset(agent: AgentHandle, key?: number): void {
    const lane = this.#laneOf(agent);
    if (key !== undefined) {
      checkKey(key);
      this.columns.keys[lane] = key;
    }
    this.#begin(lane, this.#modelOf(lane).D);
  }

  readBeliefs(agent: AgentHandle): Float64Array[] {
    return this.readLane(this.#laneOf(agent));
  }

  writeBeliefs(agent: AgentHandle, beliefs: Beliefs): void {
    const lane = this.#laneOf(agent);
    checkBeliefs(this.compiled.model.shape, beliefs, 'beliefs');
    this.writeLane(lane, beliefs);
  }

  lastAction(agent: AgentHandle): number[] | null {
    return this.lastActionOf(this.#laneOf(agent));
  }

  setLastAction(agent: AgentHandle, action: Action | null): void {
    const lane = this.#laneOf(agent);
    if (action !== null) checkAction(this.compiled.model, action, 'action');
    for (let f = 0; f < this.factorCount; f++) {
      this.columns.lastActions[lane * this.factorCount + f] = action?.[f] ?? NO_ACTION;
    }
  }

  step(batch: PopulationBatch): BatchReport {
    const { count } = this.inferStates(batch);
    if (this.compiled.settings.learning !== null) this.learn();
    this.#unlearned = 0;
    this.planBatch(batch.agents, count);
    return this.#report;
  }

  inferStates(batch: PopulationBatch): BatchReport {
    this.#checkUse();
    this.#unlearned = 0;
    const count = this.#door.admitAgents(batch, this.columns.batchLanes);
    this.#door.admitOutcomes(batch, count);
    if (batch.lastActions !== undefined) this.#door.admitActions(batch.lastActions, count);
    this.#startReport(count);
    this.inferBatch(batch, count);
    this.#unlearned = count;
    return this.#report;
  }

  planActions(batch: Pick<PopulationBatch, 'agents' | 'count'>): BatchReport {
    this.#checkUse();
    this.#unlearned = 0;
    const count = this.#door.admitAgents(batch, this.columns.batchLanes);
    this.results.status.fill(AGENT_STATUS.ok, 0, count);
    this.#startReport(count);
    this.planBatch(batch.agents, count);
    return this.#report;
  }

  learn(): void {
    this.#checkUse();
    if (this.compiled.settings.learning === null) {
      throw new InputError('INFERENCE_OPTION_INVALID', 'learning', 'a model compiled with it', 'one without');
    }
    const count = this.#unlearned;
    this.#unlearned = 0;
    this.learnBatch(count);
  }

  readCounts(agent: AgentHandle): LearnedCounts {
    return this.countsOf(this.#laneOf(agent));
  }

  writeCounts(agent: AgentHandle, counts: LearnedCounts): void {
    const lane = this.#laneOf(agent);
    if (this.compiled.settings.learning === null) {
      throw new InputError('INFERENCE_OPTION_INVALID', 'learning', 'a model compiled with it', 'one without');
    }
    this.#teach(lane, counts);
  }

  #teach(lane: number, counts: LearnedCounts): void {
    const { model, settings } = this.compiled;
    const learning = settings.learning!;
    expectedModel(model, counts); // checks their shapes, forms and signs
    const { pE = learning.pE } = counts;
    this.teachLane(lane, {
      pA: learnedOnly(learning.pA, counts.pA),
      pB: learnedOnly(learning.pB, counts.pB),
      pD: learnedOnly(learning.pD, counts.pD),
      ...(learning.pE !== null && pE !== null && { pE }),
    });
  }

  /**
   * Makes room for `planEntries`, which then cannot run out of it in the middle of a step.
   *
   * @throws PopulationError `INFERENCE_MEMORY_EXHAUSTED`
   */
  preparePlanEntries(): void {
    this.#checkUse();
    this.makeParts();
  }

  /** Whether agents can carry on with the policies they are on. */
  get keepsCourses(): boolean {
    return this.courses !== null;
  }

  /** Steps left of the policy that the agent of an entry is on, count; 0 for none. */
  stepsLeft(entry: number): number {
    return this.courses?.stepsLeft(this.columns.batchLanes[entry]!, this.columns.lastActions) ?? 0;
  }

  /** Has the agent of an entry, which has steps left, take the next one. No draw is made, nothing evaluated. */
  carryOn(entry: number): void {
    const { actions, expectedFreeEnergy, policyPosterior } = this.results;
    const lane = this.columns.batchLanes[entry]!;
    const action = this.courses!.advance(lane);
    for (let f = 0; f < this.factorCount; f++) {
      actions[f]![entry] = action[f]!;
      this.columns.lastActions[lane * this.factorCount + f] = action[f]!;
    }
    this.keepRow(expectedFreeEnergy, entry, NO_VALUES);
    this.keepRow(policyPosterior, entry, NO_VALUES);
  }

  [Symbol.dispose](): void {
    this.#checkOpen();
    this.#isDisposed = true;
    this.release();
  }

  /** Notes what the agents of a batch did last, where it tells. */
  protected noteLastActions({ lastActions }: PopulationBatch, count: number): void {
    if (lastActions === undefined) return;
    const { batchLanes, lastActions: kept } = this.columns;
    for (let f = 0; f < this.factorCount; f++) {
      const column = lastActions[f]!;
      for (let entry = 0; entry < count; entry++) {
        kept[batchLanes[entry]! * this.factorCount + f] = column[entry]!;
      }
    }
  }

  /** Infers one entry by the double-precision reference, and reports it when that fails. */
  protected inferByReference(batch: PopulationBatch, entry: number): void {
    const { model, settings } = this.compiled;
    const { status, freeEnergy, iterations } = this.results;
    const lane = this.columns.batchLanes[entry]!;
    try {
      const belief = this.readLane(lane);
      const action = this.lastActionOf(lane);
      const prepared = this.preparedOf(lane);
      const prior = action === null ? belief : predictStates(prepared, belief, action);
      const observations = observationsOf(batch, entry, model.shape.outcomeCounts);
      const inferred = inferStates(prepared, { ...settings, observations, prior });
      this.publish(entry, { before: belief, action, observations, posterior: inferred.posterior });
      freeEnergy[entry] = inferred.variationalFreeEnergy;
      iterations[entry] = inferred.iterations;
      status[entry] = AGENT_STATUS.ok;
    } catch (error) {
      this.fail(batch.agents, entry, error);
    }
  }

  /** Replaces the belief of an entry by its posterior. */
  protected publish(entry: number, { posterior }: Experience): void {
    const spread = this.writeLane(this.columns.batchLanes[entry]!, posterior);
    if (this.results.compressionError !== null) this.results.compressionError[entry] = spread;
  }

  /** Reports an entry whose inference failed, and takes its action away. @throws what is no `InferenceError` */
  protected fail(agents: ArrayLike<AgentHandle>, entry: number, error: unknown): void {
    if (!(error instanceof InferenceError)) throw error;
    const { status, actions } = this.results;
    status[entry] = statusOf(error);
    for (const column of actions) column[entry] = NO_ACTION;
    this.courses?.clear(this.columns.batchLanes[entry]!);
    this.#report.failures.push({ entry, agent: agents[entry]!, error });
  }

  /** Keeps the values of the policies that were evaluated, and NaN for the others. */
  protected keepRow(column: BatchResults['policyPosterior'], entry: number, values: ArrayLike<number>): void {
    if (column === null) return;
    const policyCount = this.compiled.settings.policies.length;
    const first = entry * policyCount;
    column.set(values, first);
    column.fill(Number.NaN, first + values.length, first + policyCount);
  }

  /** The model as a lane has learned it, for the reference. */
  protected preparedOf(lane: number): PreparedModel {
    const { prepared, settings } = this.compiled;
    return settings.learning === null ? prepared : prepareModel(this.#modelOf(lane));
  }

  /** As `inferByReference`, for an entry that another backend left undecided. */
  protected refer(batch: PopulationBatch, entry: number): void {
    this.#report.referred++;
    this.inferByReference(batch, entry);
  }

  #startReport(count: number): void {
    this.#report.count = count;
    this.#report.referred = 0;
    if (this.#report.failures.length > 0) this.#report.failures = [];
  }

  #modelOf(lane: number): GenerativeModel {
    const { model, settings } = this.compiled;
    return settings.learning === null ? model : expectedModel(model, this.countsOf(lane));
  }

  /** What a lane did last, or null. */
  protected lastActionOf(lane: number): number[] | null {
    const first = lane * this.factorCount;
    const action = Array.from(this.columns.lastActions.subarray(first, first + this.factorCount));
    return action.includes(NO_ACTION) ? null : action;
  }

  #begin(lane: number, beliefs: Beliefs): void {
    const { lastActions, steps } = this.columns;
    this.writeLane(lane, beliefs);
    lastActions.fill(NO_ACTION, lane * this.factorCount, (lane + 1) * this.factorCount);
    steps[lane] = 0;
    this.courses?.clear(lane);
  }

  /** Whether agents of a population can go on here. @throws InputError `INFERENCE_OPTION_INVALID` */
  #checkRelated(from: Population): asserts from is LanePopulation {
    if (from === this || !(from instanceof LanePopulation)) {
      throw new InputError('INFERENCE_OPTION_INVALID', 'from', 'another population', describe(from));
    }
    const [here, there] = [this.compiled, from.compiled];
    if (here === there) return;
    const sizes = ({ model: { shape } }: CompiledModel): string =>
      JSON.stringify([shape.stateCounts, shape.outcomeCounts, shape.actionCounts]);
    if (here.model.shape !== there.model.shape && sizes(here) !== sizes(there)) {
      const expected = `states, outcomes and actions ${sizes(here)}`;
      throw new InputError('INFERENCE_OPTION_INVALID', 'from', expected, sizes(there));
    }
    if ((here.settings.learning === null) !== (there.settings.learning === null)) {
      const expected = 'a model that learns, as this one does, or as this one does not';
      throw new InputError('INFERENCE_OPTION_INVALID', 'from', expected, 'the contrary');
    }
  }

  #laneOf(agent: AgentHandle): number {
    this.#checkUse();
    return this.#lanes.laneOf(agent);
  }

  #checkUse(): void {
    this.#checkOpen();
    this.compiled.checkUse();
  }

  #checkOpen(): void {
    if (!this.#isDisposed) return;
    throw new PopulationError('INFERENCE_DISPOSED', 'population', 'one in use', 'one disposed of');
  }
}

/** Of what is learned the counts that are given, or the prior's; null for what is not. */
function learnedOnly<T extends ModelTensor>(prior: Counts<T>, given: Counts<T> | undefined): Counts<T> {
  return prior.map((counts, i) => (counts === null ? null : (given?.[i] ?? counts)));
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

/** Policies whose G or posterior is not finite. */
export function planNotFinite(agent: AgentHandle): PopulationError {
  return new PopulationError(
    'INFERENCE_PLAN_NOT_FINITE',
    `agent ${agent}`,
    'a finite G of every policy',
    'another',
  );
}

function statusOf(error: InferenceError): number {
  if (error instanceof ImpossibleObservationError) return AGENT_STATUS.impossibleObservation;
  const isBelief = error.code === 'INFERENCE_BELIEF_INVALID';
  return isBelief ? AGENT_STATUS.invalidBelief : AGENT_STATUS.noPlan;
}

function checkKey(key: number): void {
  if (!Number.isInteger(key) || key < 0 || key >= 2 ** 32) {
    throw new InputError('INFERENCE_OPTION_INVALID', 'key', 'an integer in [0, 2^32)', describe(key));
  }
}
