import { type ActorDefinition, type Batch, defineActor } from '@skein/runtime';
import { SingleObservationError } from '../errors.js';
import type { AgentArgs, AgentProtocol } from './agent-actor.js';
import { contributeAll } from './batch-contributions.js';
import type { AgentContributions } from './contributions.js';
import { type MindSetup, mindSetup } from './mind.js';
import type { MindAgent, MindLanes } from './mind-lanes.js';

/** How agents of a definition with batched minds live. */
export interface MindLaneParts {
  readonly name: string;
  /** What the agents of a shard have in common; made once there. */
  readonly agentsOf: (setup: MindSetup) => MindLanes;
  readonly sharesEvidence: boolean;
  /** What its agents give to and take from their swarm. */
  readonly contributions: AgentContributions;
}

/** The context of a question. */
interface Refusing {
  reject(error: unknown): void;
}

/**
 * Agents whose minds are kept in lanes, as actors: all that are ready perceive, or act, in one call of their minds, and each is an actor like
 * any other. What they say is what the agents of `defineAgentActor` would, one by one.
 */
export function defineMindLaneActor({
  name,
  agentsOf,
  sharesEvidence,
  contributions,
}: MindLaneParts): ActorDefinition<AgentProtocol, AgentArgs> {
  const refuse = (_agent: MindAgent, _question: unknown, context: Refusing): void =>
    context.reject(new SingleObservationError(name));
  const observe = (batch: Batch<AgentProtocol, MindAgent, 'observe'>): void =>
    batch.states[0]!.agents.observe(batch);
  return defineActor<AgentProtocol>()({
    name,
    initial: (args: AgentArgs, context): MindAgent => agentsOf(mindSetup(args, context)).begin(args, context),
    receive: {
      share: (agent, share) => agent.agents.gossiperOf(agent)?.take(share), // a new life has no part in what the last one said
      ...(sharesEvidence ? { observe: refuse } : {}),
    },
    receiveBatch: {
      step: (batch) => batch.states[0]!.agents.step(batch),
      perceive: (batch) => batch.states[0]!.agents.perceive(batch),
      act: (batch) => batch.states[0]!.agents.act(batch),
      take: (batch) => contributeAll(batch, contributions),
      ...((sharesEvidence ? {} : { observe }) as { observe: typeof observe }),
    },
    release: (agent) => agent.agents.release(agent),
  });
}
