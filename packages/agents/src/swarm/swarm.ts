import type { ActorRef, ActorSystem } from '@skein/runtime';
import type { AgentDefinition } from '../definition/agent-definition.js';
import { SwarmError } from '../errors.js';
import type { CohortProtocol, CohortRound } from './cohort.js';
import { EvidencePool } from './evidence-pool.js';
import type { Report } from './gather.js';
import { type CohortNode, planSwarmTree } from './swarm-tree.js';

/** How many agents, under which tree. */
export interface SwarmOptions {
  /** Agents, at least 1. */
  readonly count: number;
  /** Children of a node of the tree, at least 2; default 32. */
  readonly fanOut?: number;
  /** Decides the agents' random numbers; default: the system's seed. */
  readonly seed?: number;
  /** Whether the evidence of a definition that shares any is fused each step; default true. */
  readonly fuse?: boolean;
  /** Name of the root cohort; default: the definition's. */
  readonly name?: string;
}

/** How long a step may take. */
export interface StepOptions {
  /** Longest time each way down and up the tree may take, ms; default 30 000. Then it rejects; the swarm can be stepped again. */
  readonly deadlineMs?: number;
}

/** What the agents of a swarm did in one step. */
export interface StepResult<Effect> {
  /** The step's number, from 1. */
  readonly tick: number;
  /** For each agent what it does; undefined for one that is missing. */
  readonly actions: readonly (Effect | undefined)[];
  /** Agents that failed in this step, or were not there: they did nothing. */
  readonly missing: readonly number[];
  /**
   * Agents whose observations do not count. Most are missing too; one whose cohort had just failed may have seen its observation
   * late and acted upon it, and then it counts with its next. Those that are only missing failed when they acted.
   */
  readonly unseen: readonly number[];
}

/**
 * A population of agents under one tree of supervisors. Each step scatters observations down the tree, one
 * agent one observation, and gathers actions up it. Where agents share evidence it is fused in between: each
 * acts on what all have perceived, this step included.
 */
export class Swarm<Observation, Effect> {
  readonly count: number;
  /** The shape of the tree: depends on count and fan-out alone. */
  readonly tree: CohortNode;
  readonly #system: ActorSystem;
  readonly #root: ActorRef<CohortProtocol>;
  #pool: EvidencePool | undefined;
  readonly #fuses: boolean;
  #tick = 0;
  #rounds = 0;
  #stepping = false;

  constructor(system: ActorSystem, root: ActorRef<CohortProtocol>, tree: CohortNode, fuses: boolean) {
    this.count = tree.to;
    this.tree = tree;
    this.#system = system;
    this.#root = root;
    this.#fuses = fuses;
  }

  /** Steps done so far, count. */
  get tick(): number {
    return this.#tick;
  }

  /** The fused evidence after the last step, nats; undefined before the first, or when nothing is fused. */
  get pool(): Float64Array | undefined {
    return this.#pool?.total;
  }

  /** For each agent the last step whose observation the pool counts; undefined as `pool` is. */
  get countedThrough(): Float64Array | undefined {
    return this.#pool?.countedThrough.slice();
  }

  /**
   * One step of every agent. An agent that crashes is missing from the result and restarted by its cohort; the
   * others are not disturbed.
   *
   * @param observations one for each agent, in index order
   * @throws SwarmError `AGENTS_OBSERVATION_COUNT`, `AGENTS_STEP_IN_FLIGHT`; what `ask` rejects with
   */
  async step(
    observations: readonly Observation[],
    { deadlineMs = 30_000 }: StepOptions = {},
  ): Promise<StepResult<Effect>> {
    if (observations.length !== this.count)
      throw new SwarmError(
        'AGENTS_OBSERVATION_COUNT',
        `A step of ${this.count} agents needs as many observations, got ${observations.length}.`,
        'Pass one observation for each agent, in index order.',
      );
    if (this.#stepping)
      throw new SwarmError(
        'AGENTS_STEP_IN_FLIGHT',
        `Step ${this.#tick} of the swarm has not ended.`,
        'Await one step before beginning the next.',
      );
    this.#stepping = true;
    try {
      const tick = ++this.#tick;
      const { perceived, acted } = this.#fuses
        ? await this.#fusedStep(tick, observations, deadlineMs)
        : await this.#plainStep(tick, observations, deadlineMs);
      return {
        tick,
        actions: acted.effects as (Effect | undefined)[],
        missing: absentFrom(acted),
        unseen: absentFrom(perceived),
      };
    } finally {
      this.#stepping = false;
    }
  }

  /** Observations down, actions up. An agent that fails may have failed at either: nothing it saw counts. */
  async #plainStep(
    tick: number,
    observations: readonly Observation[],
    deadlineMs: number,
  ): Promise<StepReports> {
    const report = await this.#round({ tick, phase: 'step', observations }, deadlineMs);
    return { perceived: report, acted: report };
  }

  /**
   * Observations down, evidence up; the pool down, actions up. The pool goes down with the observations too: who missed it when it was
   * to act must know what of its evidence it holds already.
   */
  async #fusedStep(
    tick: number,
    observations: readonly Observation[],
    deadlineMs: number,
  ): Promise<StepReports> {
    const known = this.#fused;
    const perceived = await this.#round(
      { tick, phase: 'perceive', observations, ...(known && { fused: known }) },
      deadlineMs,
    );
    const length = perceived.evidence?.length ?? this.#pool?.total.length ?? 0;
    this.#pool ??= length > 0 ? new EvidencePool(this.count, length) : undefined;
    if (this.#pool === undefined) return { perceived, acted: perceived }; // not one agent was there
    this.#pool.add(tick, perceived);
    const fused = this.#fused!;
    const acted = await this.#round({ tick, phase: 'act', observations: [], fused }, deadlineMs);
    return { perceived, acted };
  }

  get #fused(): CohortRound['fused'] {
    const pool = this.#pool;
    return pool && { pool: pool.total, countedThrough: pool.countedThrough.slice() };
  }

  #round(round: Omit<CohortRound, 'round'>, deadlineMs: number): Promise<Report> {
    return this.#root.ask({ type: 'round', round: ++this.#rounds, ...round }, { deadlineMs });
  }

  /** Stops all of its actors. */
  stop(): Promise<void> {
    return this.#system.stopActor(this.#root);
  }
}

/** Who perceived, and who acted. */
interface StepReports {
  readonly perceived: Report;
  readonly acted: Report;
}

/** The agents that did not report. */
function absentFrom({ reported }: Report): number[] {
  return [...reported.keys()].filter((index) => reported[index] === 0);
}

/**
 * Spawns a swarm: its tree of cohorts over all shards, with the agents as leaves.
 *
 * @throws SwarmError `AGENTS_SWARM_SIZE`, `AGENTS_SWARM_OPTION`; UnknownDefinitionError when no module of the
 *   system exports the definition
 * @example
 * const flock = await spawnSwarm(system, forager, { count: 10_000 });
 * const { actions } = await flock.step(observations);
 */
export async function spawnSwarm<Observation, Effect>(
  system: ActorSystem,
  definition: AgentDefinition<Observation, Effect>,
  { count, fanOut = 32, seed = system.seed, fuse = true, name = definition.name }: SwarmOptions,
): Promise<Swarm<Observation, Effect>> {
  if (!(Number.isInteger(count) && count >= 1))
    throw new SwarmError('AGENTS_SWARM_SIZE', `A swarm of ${count} agents.`, 'Pass a count of at least 1.');
  if (!(Number.isInteger(fanOut) && fanOut >= 2))
    throw new SwarmError('AGENTS_SWARM_OPTION', `A fan-out of ${fanOut}.`, 'Pass a fan-out of at least 2.');
  const tree = planSwarmTree(count, fanOut, system.threads);
  const fuses = fuse && definition.sharesEvidence;
  const args = { node: tree, agentCount: count, seed };
  const root = system.spawn(definition.cohort, args, { name, shard: 0 });
  return new Swarm(system, root, tree, fuses);
}
