import { type ActorDefinition, type Batch, defineActor } from '@skein/runtime';
import { SingleObservationError } from '../errors.js';
import { type AgentArgs, type AgentProtocol, agentLabel } from './agent-actor.js';
import { contributeAll } from './batch-contributions.js';
import type { AgentContributions } from './contributions.js';
import { type MindSetup, mindSetup } from './mind.js';
import type { MindLanes } from './mind-lanes.js';
import { ofShard } from './of-shard.js';
import type { AgentNumber } from './roster.js';

/** How agents of a definition with batched minds live. */
export interface MindLaneParts {
  readonly name: string;
  /** What the agents of a shard have in common; called once there. */
  readonly createAgents: (setup: MindSetup) => MindLanes;
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
  createAgents,
  sharesEvidence,
  contributions,
}: MindLaneParts): ActorDefinition<AgentProtocol, AgentArgs> {
  const here = ofShard(createAgents);
  const refuse = (_agent: AgentNumber, _question: unknown, context: Refusing): void =>
    context.reject(new SingleObservationError(name));
  const observe = (batch: Batch<AgentProtocol, AgentNumber, 'observe'>): void =>
    here.of(batch).observe(batch);
  return defineActor<AgentProtocol>()({
    name,
    label: agentLabel,
    initial: (args: AgentArgs, context): AgentNumber =>
      here.orCreate(mindSetup(args, context)).begin(args, context),
    receive: {
      share: (agent, share, context) => here.of(context).roster.gossiperOf(agent)?.take(share), // a new life has no part in what the last one said
      ...(sharesEvidence ? { observe: refuse } : {}),
    },
    receiveBatch: {
      step: (batch) => here.of(batch).step(batch),
      perceive: (batch) => here.of(batch).perceive(batch),
      act: (batch) => here.of(batch).act(batch),
      take: (batch) => contributeAll(batch, here.of(batch), contributions),
      ...((sharesEvidence ? {} : { observe }) as { observe: typeof observe }),
    },
    release: (agent, locals) => here.of(locals).end(agent),
  });
}
