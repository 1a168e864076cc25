import type { ActorContext } from '@skein/runtime';
import type { AgentArgs } from './agent-actor.js';
import type { SharedEvidence } from './shared-evidence.js';

/** What an agent is told about itself when its mind is made: at its start and after each restart. */
export interface MindSetup {
  /** The agent's place in its swarm, from 0. */
  readonly index: number;
  /** Places in the swarm, count: its agents, and those who may still join. */
  readonly agentCount: number;
  readonly seed: number;
  /** What the system was given as `extensions[name]`. */
  extension(name: string): unknown;
  /** Made once a shard, read by all of its agents: prepared models, tables, scratch memory. */
  shardLocal<T>(key: object, build: () => T): T;
}

/** What an agent is told about itself, from within its actor. */
export function mindSetup(
  { index, agentCount, seed }: AgentArgs,
  context: Pick<ActorContext, 'extension' | 'shardLocal'>,
): MindSetup {
  return {
    index,
    agentCount,
    seed,
    extension: (name) => context.extension(name),
    shardLocal: (key, build) => context.shardLocal(key, build),
  };
}

/** What comes with each call. */
export interface MindTurn {
  /** The swarm's step, from 1. */
  readonly tick: number;
  /** In [0, 1): decided by (seed, index, tick) alone. */
  readonly uniform: number;
  /** Evidence shared with the swarm; undefined for a definition that shares none. */
  readonly evidence: SharedEvidence | undefined;
}

/**
 * What happens inside an agent: it perceives, and then it acts. It knows nothing of messages.
 *
 * Between the two, a swarm that shares evidence fuses it: what `act` finds in `turn.evidence` is everything that
 * all agents have perceived, this tick included.
 *
 * A mind that throws fails its agent, and no other: its supervisor decides, and a restart makes a new mind.
 */
export interface Mind<Observation, Effect> {
  /** Takes an observation in. A mind that shares evidence adds what it says to `turn.evidence.own`. */
  perceive(observation: Observation, turn: MindTurn): void;
  /** Begins an episode: forgets what it believes of the last. Left out: it goes on as it is. */
  begin?(): void;
  /** Decides what to do. Called once after each `perceive`. */
  act(turn: MindTurn): Effect;
}
