import { type ActorContext, type ActorDefinition, type Batch, defineActor } from '@skein/runtime';
import { type AgentArgs, type AgentProtocol, agentLabel } from './agent-actor.js';
import { contributeAll } from './batch-contributions.js';
import type { AgentContributions } from './contributions.js';
import type { Beginning, LaneAgent, LaneAgents, LaneProtocol } from './lane-agents.js';
import { type MindSetup, mindSetup } from './mind.js';

/** How agents of a definition live in lanes. */
export interface LaneParts {
  readonly name: string;
  /** What the agents of a shard have in common; made once there. */
  readonly agentsOf: (setup: MindSetup) => LaneAgents;
  /** Messages from one snapshot to the next, count. Left out: there are none, and each life begins with the prior. */
  readonly snapshotEvery: number | undefined;
  /** What its agents give to and take from their swarm. */
  readonly contributions: AgentContributions;
}

/**
 * Agents of one model as actors whose beliefs are lanes of a population: all that are ready step in one kernel call, and each is an actor
 * like any other. It answers its cohort's `step` and `take` with one `contributed`, and whoever asks it to `observe` with its effect. One whose
 * observation is impossible fails alone. Where evidence is fused there are none: `perceive` and `act` are unhandled.
 */
export function defineLaneActor({
  name,
  agentsOf,
  snapshotEvery,
  contributions,
}: LaneParts): ActorDefinition<AgentProtocol, AgentArgs> {
  const definition = defineActor<LaneProtocol>()({
    name,
    label: agentLabel,
    initial: (args: AgentArgs, context): LaneAgent =>
      agentsOf(mindSetup(args, context)).begin(args, context, undefined),
    receive: {
      share: (agent, share) => agent.agents.gossiperOf(agent)?.take(share), // a new life has no part in what the last one said
    },
    receiveBatch: {
      step: (batch) => {
        const { agents } = batch.states[0]!;
        if (!agents.inferRows(batch)) agents.infer(batch, tickOfStep, report);
      },
      take: (batch) => contributeAll(batch, contributions),
      observe: (batch) => batch.states[0]!.agents.infer(batch, tickBefore, answer),
    },
    release: (agent) => agent.agents.release(agent),
    ...(snapshotEvery !== undefined && {
      snapshotEvery,
      snapshot: (agent: LaneAgent) => agent.agents.snapshot(agent) ?? null,
      restore: (data: unknown, args: AgentArgs, context: ActorContext<LaneProtocol>): LaneAgent =>
        agentsOf(mindSetup(args, context)).begin(args, context, (data as Beginning | null) ?? undefined),
    }),
  });
  return definition as unknown as ActorDefinition<AgentProtocol, AgentArgs>;
}

type StepBatch = Batch<LaneProtocol, LaneAgent, 'step'>;
type ObserveBatch = Batch<LaneProtocol, LaneAgent, 'observe'>;

// Not closures of a batch: they are called for every item.
const tickOfStep = (batch: StepBatch, item: number): number => batch.messages[item]!.tick;
const tickBefore = (batch: ObserveBatch, item: number): number => batch.states[item]!.tick;

function report(batch: StepBatch, item: number, effect: unknown): void {
  const { index, parent } = batch.states[item]!;
  const { round } = batch.messages[item]!;
  batch.send(item, parent, { type: 'contributed', round, index, value: effect });
}

function answer(batch: ObserveBatch, item: number, effect: unknown): void {
  if (batch.isAsk(item)) batch.reply(item, effect);
}
