import {
  type CompiledModel,
  type Counts,
  type ExpectedFreeEnergy,
  type ExpectedFreeEnergyOptions,
  expectedFreeEnergy,
  expectedModel,
  type ModelTensor,
  noveltyWeights,
  type Population,
  type PreparedModel,
  policyPosterior,
  prepareModel,
} from '@skein/inference';
import type { LifecycleView } from '../lifecycle/agent-lifecycle.js';
import type { LaneLifecycle } from '../lifecycle/lane-lifecycle.js';
import type { ActionTable } from './action-table.js';
import type { LaneAgents } from './lane-agents.js';
import type { Thought } from './model-mind.js';
import type { AgentNumber } from './roster.js';

/** A thought of an agent in a lane: worked out as far as it is looked at, and only while the agent acts. */
export interface LaneThought {
  /** With a lifecycle it shows what a {@link LifecycleView} does; without one no more than a thought. */
  readonly thought: LifecycleView;
  /** Turns to the agent of an item of the host's last round. */
  turnTo(batch: ThinkingBatch, item: number): void;
}

/** Whose round it was: what matters here of a batch. */
export interface ThinkingBatch {
  readonly states: readonly AgentNumber[];
  message(item: number): { readonly observation: unknown };
}

/**
 * One thought for all agents of a definition on a shard. Belief and free energy are read from the lane; what the kernels do not keep, G with its parts and the
 * posterior over policies, the float64 reference works out from the belief.
 */
export function laneThought(
  agents: LaneAgents,
  actions: ActionTable,
  lifecycle: LaneLifecycle | undefined,
): LaneThought {
  const { host } = agents;
  let item = 0;
  let batch: ThinkingBatch | undefined;
  let plan: Plan | undefined;
  const planned = (): Plan => {
    plan ??= planOf(host.populationAt(item), host.handleAt(item));
    return plan;
  };
  const thought: Thought = {
    get posterior() {
      return host.populationAt(item).readBeliefs(host.handleAt(item));
    },
    get variationalFreeEnergy() {
      return host.populationAt(item).results.freeEnergy[host.entryOf(item)]!;
    },
    get policies() {
      return host.populationAt(item).compiled.settings.policies;
    },
    get expectedFreeEnergy() {
      return planned().expectedFreeEnergy;
    },
    get policyPosterior() {
      return planned().policyPosterior;
    },
    get action() {
      return actions.at(host.actions, item);
    },
  };
  if (lifecycle !== undefined)
    Object.defineProperties(
      thought,
      Object.getOwnPropertyDescriptors({
        get observation() {
          return batch!.message(item).observation;
        },
        get state() {
          return agents.stateOf(batch!.states[item]!)!;
        },
      }),
    );
  return {
    thought: thought as LifecycleView,
    turnTo: (toBatch, toItem) => {
      batch = toBatch;
      item = toItem;
      plan = undefined;
    },
  };
}

type Plan = Pick<Thought, 'expectedFreeEnergy' | 'policyPosterior'>;

function planOf(population: Population, handle: number): Plan {
  const { settings } = population.compiled;
  const { prepared, novelty } = learned(population.compiled, population, handle);
  const G: ExpectedFreeEnergy = expectedFreeEnergy(
    prepared,
    settings.policies,
    population.readBeliefs(handle),
    {
      ...settings,
      ...novelty,
    },
  );
  const { E } = prepared.model;
  return {
    expectedFreeEnergy: G,
    policyPosterior: policyPosterior(G.expectedFreeEnergy, { gamma: settings.gamma, E }),
  };
}

/** The model as an agent has learned it, and what one more count of each of its parameters would teach. */
function learned(
  { model, prepared, settings }: CompiledModel,
  population: Population,
  handle: number,
): { prepared: PreparedModel; novelty: Pick<ExpectedFreeEnergyOptions, 'noveltyA' | 'noveltyB'> } {
  if (settings.learning === null) return { prepared, novelty: {} };
  const counts = population.readCounts(handle);
  const weights = (tensors: Counts<ModelTensor> | undefined): (ModelTensor | null)[] | null =>
    tensors?.map((tensor) => (tensor === null ? null : noveltyWeights(tensor, settings.noveltyForm))) ?? null;
  const novelty = settings.useParameterInformationGain
    ? { noveltyA: weights(counts.pA), noveltyB: weights(counts.pB) }
    : {};
  return { prepared: prepareModel(expectedModel(model, counts)), novelty };
}
