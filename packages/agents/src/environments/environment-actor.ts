import {
  ACTOR_DEFINITIONS,
  type ActorAddress,
  type ActorContext,
  type ActorDefinition,
  type ActorRef,
  type Batch,
  defineActor,
  oneForOne,
  type Supervision,
} from '@skein/runtime';
import type { AgentArgs, AgentProtocol } from '../agent/agent-actor.js';
import { type MindSetup, mindSetup } from '../agent/mind.js';
import { defineCohort } from '../swarm/cohort.js';
import type { CohortArgs, CohortProtocol } from '../swarm/cohort-protocol.js';
import { CopyHost, type CopyTurn } from './copy-host.js';
import { checkStepsMax } from './vector-world.js';
import type { World } from './world.js';

/** How a world stands beside agents. */
export interface EnvironmentSpec {
  /** Unique in a system. */
  readonly name: string;
  /** The world, or how to get it from what the system was given as extensions; made once a shard. */
  readonly world: World | ((setup: MindSetup) => World);
  /** An episode that still runs after so many steps is truncated, count, at least 1. Default: never. */
  readonly stepsMax?: number;
  /** How copies that fail are supervised. Default {@link oneForOne}: a copy that fails waits, without an episode, until it is told to begin. */
  readonly supervision?: Supervision;
}

/** An environment definition: made by {@link defineEnvironment}, exported by a module, spawned by `spawnEnvironment`. */
export interface EnvironmentDefinition {
  readonly name: string;
  /** As far as it is known without a shard. */
  readonly world: World | undefined;
  readonly stepsMax: number;
  readonly copy: ActorDefinition<AgentProtocol, AgentArgs>;
  readonly cohort: ActorDefinition<CohortProtocol, CohortArgs>;
  readonly [ACTOR_DEFINITIONS]: readonly [
    ActorDefinition<AgentProtocol, AgentArgs>,
    ActorDefinition<CohortProtocol, CohortArgs>,
  ];
}

/**
 * Defines an environment: a copy of a world for each agent of a swarm, each an actor. All that are ready on a shard take a step together.
 *
 * A copy that fails fails alone: its supervisor gives it a new life, in which it waits to be told to begin.
 *
 * @throws WorldError `AGENTS_WORLD_OPTION`; InvalidOptionError for a name that no actor may have
 * @example
 * const grid = gridWorld({ width: 5, height: 5 });
 * export const meadow = defineEnvironment({ name: 'meadow', world: worldOfGrid(grid), stepsMax: 50 });
 */
export function defineEnvironment(spec: EnvironmentSpec): EnvironmentDefinition {
  const { name, world, stepsMax = Number.POSITIVE_INFINITY, supervision = oneForOne() } = spec;
  checkStepsMax(stepsMax);
  const copy = defineCopyActor(name, (setup) =>
    setup.shardLocal(spec, () => {
      const own = typeof world === 'function' ? world(setup) : world;
      return new ShardCopies(new CopyHost(own, stepsMax));
    }),
  );
  const cohort = defineCohort(`${name}-cohort`, copy, supervision, {});
  return {
    name,
    world: typeof world === 'function' ? undefined : world,
    stepsMax,
    copy,
    cohort,
    [ACTOR_DEFINITIONS]: [copy, cohort],
  };
}

/** The copies of one definition on one shard. */
class ShardCopies {
  readonly host: CopyHost;
  #parent: ActorRef<CohortProtocol> | undefined;

  constructor(host: CopyHost) {
    this.host = host;
  }

  /** Copies are spawned cohort by cohort, and those of a cohort share the ref of it. */
  parentRef(context: ActorContext<CopyProtocol>, address: ActorAddress): ActorRef<CohortProtocol> {
    if (this.#parent?.address.id !== address.id) this.#parent = context.ref<CohortProtocol>(address);
    return this.#parent!;
  }
}

/** A copy: the state of its actor. It is its own turn, too: a step makes no object for each. */
interface Copy extends CopyTurn {
  readonly copies: ShardCopies;
  readonly parent: ActorRef<CohortProtocol>;
  tick: number;
}

/** To its cohort a copy is an agent whose observations are actions. */
type CopyProtocol = Pick<AgentProtocol<number | Int32Array>, 'step'>;

function defineCopyActor(
  name: string,
  copiesOf: (setup: MindSetup) => ShardCopies,
): ActorDefinition<AgentProtocol, AgentArgs> {
  const definition = defineActor<CopyProtocol>()({
    name,
    initial: (args: AgentArgs, context): Copy => {
      const copies = copiesOf(mindSetup(args, context));
      const parent = copies.parentRef(context, context.parent);
      return { copies, parent, lane: copies.host.add(), copy: args.index, seed: args.seed, tick: 0 };
    },
    receive: {},
    receiveBatch: { step: stepAll },
    release: ({ copies, lane }) => copies.host.remove(lane),
  });
  return definition as unknown as ActorDefinition<AgentProtocol, AgentArgs>;
}

/** Takes all on, and tells each one's cohort what it shows: one row each. */
function stepAll(batch: Batch<CopyProtocol, Copy, 'step'>): void {
  const { size, states, messages } = batch;
  const { host } = states[0]!.copies;
  const rounds = new Float64Array(size);
  const indices = new Int32Array(size);
  const parents = new Array<ActorRef<CohortProtocol>>(size);
  host.begin(size);
  for (let item = 0; item < size; item++) {
    const copy = states[item]!;
    const { round, tick, observation } = messages[item]!;
    rounds[item] = round;
    indices[item] = copy.copy;
    parents[item] = copy.parent;
    copy.tick = tick;
    try {
      host.enter(item, copy, observation);
    } catch (error) {
      batch.fail(item, error);
    }
  }
  host.run();
  for (const { item, error } of host.failures) batch.fail(item, error);
  const columns = { round: rounds, index: indices, value: host.rows };
  batch.sendRows<CohortProtocol, 'contributed'>(parents, { type: 'contributed', count: size, columns });
}
