import type { CompiledModel } from '../compile/compiled-model.js';
import type { Counts } from '../learning/counts.js';
import type { LearnedCounts } from '../learning/expected-model.js';
import { argmax } from '../math/argmax.js';
import { keyedUniformF32 } from '../math/keyed-uniform.js';
import { sampleCategorical } from '../math/sample-categorical.js';
import type { PreparedModel } from '../model/prepare-model.js';
import type { ModelTensor } from '../model/sparse-tensor.js';
import type { Beliefs } from '../perception/beliefs.js';
import type { Action } from '../perception/predict-states.js';
import { actionMarginals } from '../planning/action-marginals.js';
import type { Policy } from '../planning/enumerate-policies.js';
import { expectedFreeEnergy } from '../planning/expected-free-energy.js';
import { noveltyWeights } from '../planning/parameter-information-gain.js';
import type { ExpectedFreeEnergyOptions } from '../planning/policy-point.js';
import { policyPosterior } from '../planning/policy-posterior.js';
import { sharpen } from '../planning/select-action.js';
import { sophisticatedInference } from '../planning/sophisticated-inference.js';
import { compressBelief } from './compress-belief.js';
import { type CompressionSettings, compressionSettings } from './compression.js';
import { type Experience, LanePopulation, planNotFinite } from './lane-population.js';
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
    const { capacity, keepPolicies = false, keepCourses = false, compression } = options;
    const lanes = new LaneTable(capacity);
    const { actionCounts } = compiled.model.shape;
    const policyCount = compiled.settings.policies.length;
    const columns = {
      lastActions: new Int32Array(capacity * actionCounts.length),
      steps: new Uint32Array(capacity),
      keys: new Uint32Array(capacity),
      batchLanes: new Int32Array(capacity),
      courses: keepCourses ? new Int32Array(2 * capacity) : null,
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
      if (experience === undefined || this.results.status[entry] !== AGENT_STATUS.ok) continue;
      const lane = this.columns.batchLanes[entry]!;
      // From the belief that is kept, which compression or the caller may have changed since.
      this.#learner!.learn(lane, { ...experience, posterior: this.readLane(lane) });
    }
  }

  protected override countsOf(lane: number): LearnedCounts {
    return this.#learner?.counts(lane) ?? {};
  }

  protected override teachLane(lane: number, counts: LearnedCounts): void {
    this.#learner!.write(lane, counts);
  }

  protected override forgetLane(lane: number): void {
    this.#learner?.release(lane);
  }

  protected override planBatch(agents: ArrayLike<AgentHandle>, count: number): void {
    for (let entry = 0; entry < count; entry++) {
      if (this.results.status[entry] !== AGENT_STATUS.ok) continue;
      try {
        this.#planEntry(agents, entry, 0);
      } catch (error) {
        this.fail(agents, entry, error);
      }
    }
  }

  protected override makeParts(): void {}

  override planEntries(
    agents: ArrayLike<AgentHandle>,
    entries: Int32Array,
    count: number,
    plan: number,
  ): void {
    for (let i = 0; i < count; i++) {
      try {
        this.#planEntry(agents, entries[i]!, plan);
      } catch (error) {
        this.fail(agents, entries[i]!, error);
      }
    }
  }

  #planEntry(agents: ArrayLike<AgentHandle>, entry: number, plan: number): void {
    const { settings } = this.compiled;
    const { policies } = settings.plans[plan]!;
    const { batchLanes, lastActions } = this.columns;
    const { results } = this;
    const lane = batchLanes[entry]!;
    const prepared = this.preparedOf(lane);
    const { G, posterior } = this.#evaluate(lane, prepared, plan);
    if (!posterior.every(Number.isFinite)) throw planNotFinite(agents[entry]!);
    this.keepRow(results.expectedFreeEnergy, entry, G);
    this.keepRow(results.policyPosterior, entry, posterior);
    const { action, policy } = this.#choose(lane, posterior, policies);
    action.forEach((choice, f) => {
      results.actions[f]![entry] = choice;
      lastActions[lane * this.factorCount + f] = choice;
    });
    this.courses?.begin(lane, plan, policy ?? mostProbable(posterior, policies, action));
    if (plan === 0) this.#learner?.learnHabit(lane, posterior);
  }

  /** G of every policy of a plan, nats, and the posterior over them. */
  #evaluate(
    lane: number,
    prepared: PreparedModel,
    plan: number,
  ): { G: Float64Array; posterior: Float64Array } {
    const { settings } = this.compiled;
    const { policies } = settings.plans[plan]!;
    const belief = this.#beliefs[lane]!;
    const options = settings.useParameterInformationGain ? { ...settings, ...this.#novelty(lane) } : settings;
    if (settings.search !== null) {
      const actions = policies.map((policy) => policy[0]!);
      const found = sophisticatedInference(prepared, belief, { ...options, ...settings.search, actions });
      return { G: found.expectedFreeEnergy, posterior: found.policyPosterior };
    }
    const { expectedFreeEnergy: G } = expectedFreeEnergy(prepared, policies, belief, options);
    // A habit is one over the policies of the full horizon.
    const E = plan === 0 ? prepared.model.E : null;
    return { G, posterior: policyPosterior(G, { gamma: settings.gamma, E }) };
  }

  /** What one more count of each learned parameter would teach. */
  #novelty(lane: number): Pick<ExpectedFreeEnergyOptions, 'noveltyA' | 'noveltyB'> {
    const weightsOf = (counts: Counts<ModelTensor> | undefined): (ModelTensor | null)[] | null =>
      counts?.map((count) => {
        return count === null ? null : noveltyWeights(count, this.compiled.settings.noveltyForm);
      }) ?? null;
    const { pA, pB } = this.countsOf(lane);
    return { noveltyA: weightsOf(pA), noveltyB: weightsOf(pB) };
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

  /** The next action of an agent, and the policy when one was chosen; every factor makes a draw of its own. */
  #choose(
    lane: number,
    posterior: Float64Array,
    policies: readonly Policy[],
  ): { readonly action: Action; readonly policy: number | null } {
    const { settings, model } = this.compiled;
    const { sampling, selection, alpha, seed } = settings;
    const { actionCounts } = model.shape;
    const step = this.columns.steps[lane]!;
    this.columns.steps[lane] = step + 1;
    const uniform = (stream: number): number => keyedUniformF32(seed, stream, this.columns.keys[lane]!, step);
    const choose = (probabilities: Float64Array, stream: number): number =>
      selection === 'deterministic'
        ? argmax(probabilities)
        : sampleCategorical(sharpen(probabilities, alpha), uniform(stream)).index;
    if (sampling === 'full') {
      const policy = choose(posterior, ACTION_STREAM);
      return { action: policies[policy]![0]!, policy };
    }
    const marginals = actionMarginals(posterior, policies, actionCounts);
    return { action: marginals.map((marginal, f) => choose(marginal, ACTION_STREAM + f)), policy: null };
  }
}

/** The most probable policy that begins with an action, of equals the first; -1: none begins with it. */
function mostProbable(posterior: Float64Array, policies: readonly Policy[], action: Action): number {
  let best = -1;
  policies.forEach(([first], p) => {
    if (best >= 0 && posterior[p]! <= posterior[best]!) return;
    if (first!.every((choice, f) => choice === action[f])) best = p;
  });
  return best;
}
