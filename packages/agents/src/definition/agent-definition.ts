import {
  compileModel,
  entryAt,
  type GenerativeModel,
  InferenceError,
  isSparse,
  type LearningOptions,
  type ModelTensor,
  type Observation,
} from '@skein/inference';
import { ACTOR_DEFINITIONS, type ActorDefinition, oneForOne, type Supervision } from '@skein/runtime';
import type { AnyStateMachine } from 'xstate';
import {
  type AgentArgs,
  type AgentParts,
  type AgentProtocol,
  defineAgentActor,
} from '../agent/agent-actor.js';
import type { BatchedMind, BatchedMindSetup } from '../agent/batched-mind.js';
import type { AgentContributions, ReportColumn } from '../agent/contributions.js';
import { inferenceMemoryOf } from '../agent/inference-memory.js';
import { defineLaneActor, type LaneParts } from '../agent/lane-actor.js';
import { LaneAgents, type LaneSpec } from '../agent/lane-agents.js';
import type { Mind, MindSetup } from '../agent/mind.js';
import { defineMindLaneActor } from '../agent/mind-lane-actor.js';
import { MindLanes } from '../agent/mind-lanes.js';
import { ModelMind, type ModelPlan, planModel, sharedLength, type Thought } from '../agent/model-mind.js';
import type { LaneObservation } from '../agent/observation-columns.js';
import { PopulationHost } from '../agent/population-host.js';
import { AgentDefinitionError, AgentInferenceError } from '../errors.js';
import type { AgentLifecycle } from '../lifecycle/agent-lifecycle.js';
import { defineCohort } from '../swarm/cohort.js';
import type { CohortArgs, CohortProtocol } from '../swarm/cohort-protocol.js';
import type { AgentInferenceOptions } from './inference-options.js';
import { type LaneVariants, laneVariants, type ModelVariant } from './lane-variants.js';
import { costOfStep } from './step-cost.js';

/**
 * An agent that perceives and plans with a discrete generative model. Unless they share evidence, all of a shard that are ready do so in
 * one kernel call, in single precision; the results are those of each by itself.
 */
export interface ModelAgentSpec<Observed, Effect, Machine extends AnyStateMachine = AnyStateMachine>
  extends AgentContributions {
  /** Unique in a system. */
  readonly name: string;
  /** The model, or how to get it from what the system was given as extensions; made once a shard. */
  readonly model: GenerativeModel | ((setup: MindSetup) => GenerativeModel);
  /** Steps of a policy, at least 1; default 1. All policies of that length are evaluated. */
  readonly horizon?: number;
  /** Precision of policies, dimensionless; default 16. */
  readonly gamma?: number;
  /** Default `marginal`. */
  readonly sampling?: 'marginal' | 'full';
  /** Default `deterministic`. */
  readonly selection?: 'deterministic' | 'stochastic';
  /** Precision of a stochastic choice, dimensionless; default 16. */
  readonly alpha?: number;
  /** What agents learn, each for itself. Default: nothing. Not with `shared`. */
  readonly learning?: LearningOptions;
  /** What else the model is compiled for. Not with `shared`. */
  readonly inference?: AgentInferenceOptions;
  /**
   * How what the world shows becomes one outcome a modality. Default: it is that already. For a model of one modality the bare outcome
   * will do.
   */
  readonly observe?: (observation: Observed) => LaneObservation;
  /**
   * What the agent does, given what it thought. Default: the action, one index a factor; frozen. A thought is worked out as far as it is
   * looked at, and good for one call: take what is to be kept out of it.
   */
  readonly act?: (thought: Thought) => Effect;
  /**
   * What a life after a failure begins with: the prior, or what the last snapshot had: belief, last action and what was learned. Default
   * `prior`. Not with `shared`.
   */
  readonly onRestart?: 'prior' | 'snapshot';
  /** A statechart that changes how the agent perceives and plans. Not with `shared`. */
  readonly lifecycle?: AgentLifecycle<Observed, Machine>;
  /** Messages from one snapshot to the next, count, at least 1; default 1. */
  readonly snapshotEvery?: number;
  /**
   * Factors whose evidence the swarm fuses, index. They must not change: one action, and B the identity.
   */
  readonly shared?: readonly number[];
  /** How cohorts supervise these agents. Default {@link oneForOne}. */
  readonly supervision?: Supervision;
}

/** An agent with a mind of its own making. */
export interface MindAgentSpec<Observed, Effect> extends AgentContributions {
  readonly name: string;
  /** Makes the mind of each life. */
  readonly mind: (setup: MindSetup) => Mind<Observed, Effect>;
  /** Numbers of shared evidence, count, at least 1. Left out: none is shared. */
  readonly evidenceLength?: (setup: MindSetup) => number;
  readonly supervision?: Supervision;
}

/**
 * Agents with minds of their own making that are kept together, in columns: all of a shard that are ready perceive in one call, and act in one.
 * What they do is what each would with a `Mind` of its own.
 */
export interface BatchedAgentSpec<Observed, Effect> extends AgentContributions {
  readonly name: string;
  /** Makes what keeps the minds of all agents of a shard; called once there. */
  readonly minds: (setup: BatchedMindSetup) => BatchedMind<Observed, Effect>;
  /** Counts of shared evidence, at least 1, the same for all agents: see {@link CountedEvidence}. Left out: none is shared. */
  readonly evidenceLength?: (setup: MindSetup) => number;
  readonly supervision?: Supervision;
}

/** An agent definition: made by {@link defineAgent}, exported by a module, spawned by `spawnSwarm`. */
export interface AgentDefinition<Observed, Effect> {
  readonly name: string;
  readonly agent: ActorDefinition<AgentProtocol<Observed, Effect>, AgentArgs>;
  readonly cohort: ActorDefinition<CohortProtocol, CohortArgs>;
  readonly sharesEvidence: boolean;
  /** Whether the evidence it shares is counts: see {@link CountedEvidence}. */
  readonly countsEvidence: boolean;
  /** What its agents give to and take from their swarm, by name. */
  readonly contributions: AgentContributions;
  /** About how long a step of one of many agents takes, ns; left out where nobody knows, as of minds of one's own. */
  readonly stepCostNs?: (setup: MindSetup) => number;
  readonly [ACTOR_DEFINITIONS]: readonly [
    ActorDefinition<AgentProtocol<Observed, Effect>, AgentArgs>,
    ActorDefinition<CohortProtocol, CohortArgs>,
  ];
  /** Only for types: what a step takes and gives. */
  readonly types?: readonly [(observation: Observed) => void, () => Effect];
}

/**
 * Defines an agent, from a generative model or with a mind of its own.
 *
 * @throws AgentDefinitionError when a shared factor can change; in its agents, when `evidenceLength` is no count
 * @throws InvalidOptionError for a name that no actor may have
 * @example
 * export const forager = defineAgent({ name: 'forager', model: gridWorld({ width: 5, height: 5 }), horizon: 2 });
 */
export function defineAgent<
  Observed = readonly Observation[],
  Effect = readonly number[],
  Machine extends AnyStateMachine = AnyStateMachine,
>(spec: AgentSpec<Observed, Effect, Machine>): AgentDefinition<Observed, Effect> {
  const sharesEvidence = 'model' in spec ? (spec.shared ?? []).length > 0 : spec.evidenceLength !== undefined;
  const contributions = checkedContributions(spec.name, spec);
  const { agent, ...cost } = actorOf(spec, sharesEvidence, contributions);
  const supervision = spec.supervision ?? oneForOne();
  const cohort = defineCohort(`${spec.name}.cohort`, agent, supervision, contributions.combiners ?? {});
  const typed = agent as unknown as AgentDefinition<Observed, Effect>['agent'];
  return {
    name: spec.name,
    agent: typed,
    cohort,
    sharesEvidence,
    countsEvidence: sharesEvidence && 'minds' in spec,
    contributions,
    ...cost,
    [ACTOR_DEFINITIONS]: [typed, cohort],
  };
}

/** How agents are defined: by a model, by a mind of each, or by minds kept together. */
export type AgentSpec<Observed, Effect, Machine extends AnyStateMachine> =
  | ModelAgentSpec<Observed, Effect, Machine>
  | MindAgentSpec<Observed, Effect>
  | BatchedAgentSpec<Observed, Effect>;

function actorOf<Observed, Effect, Machine extends AnyStateMachine>(
  spec: AgentSpec<Observed, Effect, Machine>,
  sharesEvidence: boolean,
  contributions: AgentContributions,
): { agent: ActorDefinition<AgentProtocol, AgentArgs>; stepCostNs?: (setup: MindSetup) => number } {
  const common = { name: spec.name, contributions };
  if ('minds' in spec)
    return {
      agent: defineMindLaneActor({ ...common, sharesEvidence, createAgents: mindLanesOf(spec) }),
    };
  if ('mind' in spec) return { agent: defineAgentActor({ ...common, ...mindParts(spec) }) };
  if (sharesEvidence) return { agent: defineAgentActor({ ...common, ...modelParts(spec) }) };
  const { variantsOf, ...parts } = laneParts(spec);
  const stepCostNs = (setup: MindSetup): number => {
    const [{ model, options }] = variantsOf(setup) as [ModelVariant];
    return costOfStep(model, options);
  };
  return { agent: defineLaneActor({ ...common, ...parts }), stepCostNs };
}

type Parts = Omit<AgentParts, 'name' | 'contributions'>;

function mindParts<Observed, Effect>(spec: MindAgentSpec<Observed, Effect>): Parts {
  return {
    createMind: spec.mind as unknown as Parts['createMind'],
    evidenceLength: spec.evidenceLength ? checkedLength(spec.name, spec.evidenceLength) : () => 0,
    subjectOf: (mind) => mind,
  };
}

function mindLanesOf<Observed, Effect>(
  spec: BatchedAgentSpec<Observed, Effect>,
): (setup: MindSetup) => MindLanes {
  const { name, minds, evidenceLength } = spec;
  const lengthOf = evidenceLength && checkedLength(name, evidenceLength);
  return (setup) => new MindLanes(minds(setup) as MindsOfAnything, lengthOf?.(setup) ?? 0);
}

type MindsOfAnything = BatchedMind<unknown, unknown>;

/** The same, with what an operation of a swarm may rely on checked. */
function checkedContributions(name: string, spec: AgentContributions): AgentContributions {
  const { reports = {}, accepts = {}, votes = {}, combiners = {}, capabilities = {} } = spec;
  const { elected, coalition } = spec;
  for (const [report, { width }] of Object.entries(reports as Record<string, Partial<ReportColumn>>))
    if (typeof reports[report] !== 'function' && !isCount(width))
      throw new AgentDefinitionError(
        name,
        `report "${report}" has a width of ${width}`,
        'Give a report a width of at least 1, or make it a function that gives one number.',
      );
  for (const [vote, { choices }] of Object.entries(votes))
    if (!isCount(choices))
      throw new AgentDefinitionError(
        name,
        `vote "${vote}" has ${choices} choices`,
        'Give a vote at least 1 choice.',
      );
  return {
    reports,
    accepts,
    votes,
    combiners,
    capabilities,
    ...(elected && { elected }),
    ...(coalition && { coalition }),
  };
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1;
}

/** A swarm that shares nothing must not be told that it shares: it would wait for evidence that never comes. */
function checkedLength(
  name: string,
  evidenceLength: (setup: MindSetup) => number,
): (setup: MindSetup) => number {
  return (setup) => {
    const length = evidenceLength(setup);
    if (Number.isInteger(length) && length >= 1) return length;
    throw new AgentDefinitionError(
      name,
      `evidenceLength gave ${length}, expected a count of at least 1`,
      'Leave `evidenceLength` out when nothing is shared.',
    );
  };
}

/** Agents in lanes of populations, which share nothing but the model. */
function laneParts<Observed, Effect, Machine extends AnyStateMachine>(
  spec: ModelAgentSpec<Observed, Effect, Machine>,
): Omit<LaneParts, 'name' | 'contributions'> & Pick<LaneVariants, 'variantsOf'> {
  const { name, observe, act, onRestart = 'prior', snapshotEvery = 1 } = spec;
  if (onRestart !== 'prior' && onRestart !== 'snapshot')
    throw new AgentDefinitionError(
      name,
      `a restart from "${onRestart}"`,
      'Pass `prior` or `snapshot` as `onRestart`.',
    );
  const { lifecycle, variantsOf } = laneVariants(spec);
  const laneSpec = { name, observe, act, lifecycle } as LaneSpec;
  return {
    createAgents: (setup) => {
      const memory = inferenceMemoryOf(setup);
      const compiled = variantsOf(setup).map(({ model, options }) =>
        compileModel(model, { ...options, memory }),
      );
      const [first, ...others] = compiled;
      return new LaneAgents(laneSpec, new PopulationHost(first!, ...others));
    },
    snapshotEvery: onRestart === 'snapshot' ? snapshotEvery : undefined,
    variantsOf,
  };
}

/** Agents that share evidence: each with a mind of its own, between whose halves the evidence is fused. */
function modelParts<Observed, Effect, Machine extends AnyStateMachine>(
  spec: ModelAgentSpec<Observed, Effect, Machine>,
): Parts {
  const { model, shared = [], observe, act } = spec;
  for (const option of ['learning', 'inference', 'onRestart', 'lifecycle'] as const)
    if (spec[option] !== undefined)
      throw new AgentDefinitionError(
        spec.name,
        `\`${option}\` together with \`shared\``,
        `Leave \`${option}\` out where evidence is shared.`,
      );
  if (typeof model !== 'function') checkShared(spec.name, model, shared);
  const options = {
    horizon: spec.horizon ?? 1,
    gamma: spec.gamma ?? 16,
    sampling: spec.sampling ?? 'marginal',
    selection: spec.selection ?? 'deterministic',
    alpha: spec.alpha,
    shared,
  } as const;
  const planOf = (setup: MindSetup): ModelPlan =>
    setup.shardLocal(spec, () => {
      const own = typeof model === 'function' ? model(setup) : model;
      checkShared(spec.name, own, shared);
      return planModel(own, options);
    });
  const createMind = (setup: MindSetup): Mind<unknown, unknown> & { readonly mind: ModelMind } => {
    const mind = new ModelMind(planOf(setup));
    return {
      mind,
      perceive: (observation, turn) => {
        const shown = observe ? observe(observation as Observed) : (observation as LaneObservation);
        try {
          mind.perceive(outcomesOf(shown), turn);
        } catch (error) {
          if (!(error instanceof InferenceError)) throw error;
          throw new AgentInferenceError(spec.name, setup.index, observation, mind.view.posterior, error);
        }
      },
      act: (turn) => {
        const thought = mind.act(turn);
        return act ? act(thought) : thought.action;
      },
    };
  };
  return {
    createMind,
    evidenceLength: (setup) => sharedLength(planOf(setup)),
    subjectOf: (mind) => (mind as ReturnType<typeof createMind>).mind.view,
  };
}

function outcomesOf(observation: LaneObservation): readonly Observation[] {
  return typeof observation === 'number' ? [observation] : Array.from(observation);
}

/** Fusion adds up evidence from different times: that is exact for what does not change, and wrong otherwise. */
function checkShared(
  name: string,
  { shape, B, factorNames }: GenerativeModel,
  shared: readonly number[],
): void {
  for (const factor of shared) {
    const stateCount = shape.stateCounts[factor];
    if (stateCount === undefined)
      throw new AgentDefinitionError(
        name,
        `shared factor ${factor} does not exist; there are ${shape.stateCounts.length}`,
        'List indices of the model’s factors in `shared`.',
      );
    const parents = shape.transitionFactors[factor]!;
    const neverChanges =
      parents.length === 1 &&
      parents[0] === factor &&
      shape.actionCounts[factor] === 1 &&
      isIdentity(B[factor]!, stateCount);
    if (!neverChanges)
      throw new AgentDefinitionError(
        name,
        `shared factor ${factor} (${factorNames[factor]}) can change`,
        'Share only factors with one action whose B is the identity.',
      );
  }
}

/** Whether every state stays, with certainty. What a background gives to other states is change. */
function isIdentity(transition: ModelTensor, stateCount: number): boolean {
  if (!isSparse(transition))
    return transition.data.every((p, i) => p === (Math.floor(i / stateCount) === i % stateCount ? 1 : 0));
  const { background, values } = transition;
  if (background?.some((p) => p !== 0) || values.filter((p) => p !== 0).length !== stateCount) return false;
  for (let state = 0; state < stateCount; state++)
    if (entryAt(transition, [state, state, 0]) !== 1) return false;
  return true;
}
