import type { ActorSystem } from '@skein/runtime';
import { Membership } from '../swarm/membership.js';
import type { OperationOptions } from '../swarm/results.js';
import { Swarm } from '../swarm/swarm.js';
import type { CohortNode } from '../swarm/swarm-tree.js';
import { type CopyColumns, CopyRows } from './copy-row.js';
import type { EnvironmentDefinition } from './environment-actor.js';

/** Which environment of a swarm it is. */
export interface EnvironmentOptions {
  /** Decides all chance in the world; default: the system's seed. */
  readonly seed?: number;
  /** Name of the root cohort; default: the definition's. */
  readonly name?: string;
}

/** What all copies told. */
export interface EnvironmentStep extends CopyColumns {
  /** Copies that failed or were late, index, ascending. */
  readonly missing: readonly number[];
}

/**
 * A copy of a world for each place of a swarm of agents, under a tree of the same shape: so each stands on the shard of its agent, and a
 * step costs what a step of the agents costs, hops, messages and all. What copies are told comes down the tree, what they show goes up
 * it; agents and copies meet at the root, where a rollout sees and records both.
 */
export class EnvironmentSwarm {
  readonly definition: EnvironmentDefinition;
  readonly seed: number;
  readonly #copies: Swarm<unknown, unknown>;
  readonly #rows = new CopyRows();

  constructor(definition: EnvironmentDefinition, copies: Swarm<unknown, unknown>) {
    this.definition = definition;
    this.seed = copies.seed;
    this.#copies = copies;
  }

  /** Copies, count. */
  get capacity(): number {
    return this.#copies.capacity;
  }

  /** Steps so far, count: with the seed the key of all chance. */
  get tick(): number {
    return this.#copies.tick;
  }

  /**
   * One step of every copy. One that fails is missing, and has no episode until it is told to begin.
   *
   * @param told for each factor i32[capacity]: actions; in the first also what {@link COMMAND} says
   * @throws as `Swarm.stepColumns` does
   */
  async step(told: readonly Int32Array[], options: OperationOptions = {}): Promise<EnvironmentStep> {
    const { actions, missing } = await this.#copies.stepColumns(told, options);
    return { ...this.#rows.read(actions, this.capacity), missing };
  }

  /** Stops all of its actors. */
  stop(): Promise<void> {
    return this.#copies.stop();
  }
}

/**
 * Spawns the environment of a swarm.
 *
 * @throws UnknownDefinitionError when no module of the system exports the definition
 * @example
 * const flock = await spawnSwarm(system, forager, { count: 1000 });
 * const meadows = await spawnEnvironment(system, meadow, flock, { seed: 7 });
 */
export async function spawnEnvironment(
  system: ActorSystem,
  definition: EnvironmentDefinition,
  { tree }: { readonly tree: CohortNode },
  { seed = system.seed, name = definition.name }: EnvironmentOptions = {},
): Promise<EnvironmentSwarm> {
  const args = { node: tree, agentCount: tree.to, seed };
  const root = system.spawn(definition.cohort, args, { name, shard: 0 });
  const membership = new Membership(tree, tree.to);
  const copies = new Swarm({
    system,
    root,
    tree,
    membership,
    contributions: {},
    seed,
    fuses: false,
    countsEvidence: false,
  });
  return new EnvironmentSwarm(definition, copies);
}
