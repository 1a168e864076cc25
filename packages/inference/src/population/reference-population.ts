import type { CompiledModel } from '../compile/compile-model.js';
import type { LearnedCounts } from '../learning/expected-model.js';
import { keyedUniformF32 } from '../math/keyed-uniform.js';
import { sampleCategorical } from '../math/sample-categorical.js';
import type { Beliefs } from '../perception/beliefs.js';
import { actionMarginals } from '../planning/action-marginals.js';
import { expectedFreeEnergy } from '../planning/expected-free-energy.js';
import { policyPosterior } from '../planning/policy-posterior.js';
import { selectAction, sharpen } from '../planning/select-action.js';
import { compressBelief } from './compress-belief.js';
import { type CompressionSettings, checkPopulationOptions, compressionSettings } from './compression.js';
import { type Experience, LanePopulation } from './lane-population.js';
import { LaneTable } from './lane-table.js';
import {
  AGENT_STATUS,
  type AgentHandle,
  type PopulationBatch,
  type PopulationOptions,
} from './population.js';
import { ReferenceLearner } from './reference-learner.js';

/** The stream of the first factor's draws, and of whole policies; factor f's is f further. That of `select.ts` too. */
const ACTION_STREAM = 0x6163_7400;

/**
 * A population in double precision, one agent after the other, on the functions that everyone may call.
 *
 * It is what the other is measured by: it makes no attempt to be fast.
 */
export class ReferencePopulation extends LanePopulation {
  readonly #beliefs: Beliefs[] = [];
  /** What each entry of the last batch went through; absent where its inference failed. */
  readonly #experiences: (Experience | undefined)[] = [];
  /** Null when agents learn nothing. */
  readonly #learner: ReferenceLearner | null;
  /** Null when beliefs are kept as they are. */
  readonly #compression: CompressionSettings | null;

  constructor(compiled: CompiledModel, options: PopulationOptions) {
    checkPopulationOptions(compiled, options);
    const { capacity, keepPolicies = false, compression } = options;
    const lanes = new LaneTable(capacity);
    const { actionCounts } = compiled.model.shape;
    const policyCount = compiled.settings.policies.length;
    const columns = {
      lastActions: new Int32Array(capacity * actionCounts.length),
      steps: new Uint32Array(capacity),
      keys: new Uint32Array(capacity),
      batchLanes: new Int32Array(capacity),
    };
    super(compiled, lanes, columns, {
      status: new Int32Array(capacity),
      freeEnergy: new Float64Array(capacity),
      compressionError: compression === undefined ? null : new Float32Array(capacity),
      iterations: new Int32Array(capacity),
      actions: actionCounts.map(() => new Int32Array(capacity)),
      expectedFreeEnergy: keepPolicies ? new Float64Array(capacity * policyCount) : null,
      policyPosterior: keepPolicies ? new Float64Array(capacity * policyCount) : null,
    });
    const { model, settings } = compiled;
    this.#learner = settings.learning === null ? null : new ReferenceLearner(model, settings.learning);
    this.#compression =
      compression === undefined ? null : compressionSettings(model.shape.stateCounts, compression);
  }

  protected override inferBatch(batch: PopulationBatch, count: number): void {
    this.noteLastActions(batch, count);
    for (let entry = 0; entry < count; entry++) {
      this.#experiences[entry] = undefined;
      this.inferByReference(batch, entry);
    }
  }

  protected override publish(entry: number, experience: Experience): void {
    this.#experiences[entry] = experience;
    super.publish(entry, experience);
  }

  protected override learnBatch(count: number): void {
    for (let entry = 0; entry < count; entry++) {
      const experience = this.#experiences[entry];
      if (experience !== undefined) this.#learner!.learn(this.columns.batchLanes[entry]!, experience);
    }
  }

  protected override countsOf(lane: number): LearnedCounts {
    return this.#learner?.counts(lane) ?? {};
  }

  protected override forgetLane(lane: number): void {
    this.#learner?.release(lane);
  }

  protected override planBatch(agents: ArrayLike<AgentHandle>, count: number): void {
    for (let entry = 0; entry < count; entry++) {
      if (this.results.status[entry] !== AGENT_STATUS.ok) continue;
      try {
        this.#planEntry(entry);
      } catch (error) {
        this.fail(agents, entry, error);
      }
    }
  }

  #planEntry(entry: number): void {
    const { settings } = this.compiled;
    const { batchLanes, lastActions } = this.columns;
    const { results } = this;
    const lane = batchLanes[entry]!;
    const prepared = this.preparedOf(lane);
    const { expectedFreeEnergy: G } = expectedFreeEnergy(
      prepared,
      settings.policies,
      this.#beliefs[lane]!,
      settings,
    );
    const posterior = policyPosterior(G, { gamma: settings.gamma, E: prepared.model.E });
    results.expectedFreeEnergy?.set(G, entry * G.length);
    results.policyPosterior?.set(posterior, entry * G.length);
    this.#choose(lane, posterior).forEach((action, f) => {
      results.actions[f]![entry] = action;
      lastActions[lane * this.factorCount + f] = action;
    });
    this.#learner?.learnHabit(lane, posterior);
  }

  protected override readLane(lane: number): Float64Array[] {
    return this.#beliefs[lane]!.map((belief) => belief.slice());
  }

  protected override writeLane(lane: number, beliefs: Beliefs): number {
    const { slotCount = Number.POSITIVE_INFINITY, threshold = 0 } = this.#compression ?? {};
    const kept = beliefs.map((belief) => compressBelief(belief, slotCount, threshold));
    this.#beliefs[lane] = kept.map(({ belief }) => belief);
    return Math.max(...kept.map(({ spread }) => spread));
  }

  protected override release(): void {
    this.#beliefs.length = 0;
  }

  /** The next action of an agent; every factor makes a draw of its own. */
  #choose(lane: number, posterior: Float64Array): number[] {
    const { settings, model } = this.compiled;
    const { policies, sampling, selection, alpha, seed } = settings;
    const { actionCounts } = model.shape;
    const step = this.columns.steps[lane]!;
    this.columns.steps[lane] = step + 1;
    const uniform = (stream: number): number => keyedUniformF32(seed, stream, this.columns.keys[lane]!, step);
    if (selection === 'deterministic' || sampling === 'full') {
      const choice = { policyPosterior: posterior, policies, actionCounts, sampling, selection, alpha };
      return selectAction({ ...choice, uniform: uniform(ACTION_STREAM) });
    }
    return actionMarginals(posterior, policies, actionCounts).map(
      (marginal, f) => sampleCategorical(sharpen(marginal, alpha), uniform(ACTION_STREAM + f)).index,
    );
  }
}
