import {
  type ActorContext,
  type ActorDefinition,
  type Batch,
  defineActor,
  type ShardLocals,
} from '@skein/runtime';
import { type AgentArgs, type AgentProtocol, agentLabel } from './agent-actor.js';
import { contributeAll } from './batch-contributions.js';
import type { AgentContributions } from './contributions.js';
import type { Beginning, LaneAgents, LaneProtocol } from './lane-agents.js';
import { LaneInference } from './lane-inference.js';
import { type MindSetup, mindSetup } from './mind.js';
import { ofShard } from './of-shard.js';
import type { AgentNumber } from './roster.js';

/** How agents of a definition live in lanes. */
export interface LaneParts {
  readonly name: string;
  /** What the agents of a shard have in common; called once there. */
  readonly createAgents: (setup: MindSetup) => LaneAgents;
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
  createAgents,
  snapshotEvery,
  contributions,
}: LaneParts): ActorDefinition<AgentProtocol, AgentArgs> {
  const here = ofShard((setup: MindSetup) => {
    const agents = createAgents(setup);
    return { agents, inference: new LaneInference(agents), ...perItem(agents) };
  });
  const begin = (args: AgentArgs, context: ActorContext<LaneProtocol>, beginning?: Beginning): AgentNumber =>
    here.orCreate(mindSetup(args, context)).agents.begin(args, context, beginning);
  const definition = defineActor<LaneProtocol>()({
    name,
    label: agentLabel,
    initial: (args: AgentArgs, context): AgentNumber => begin(args, context),
    receive: {
      share: (agent, share, context) => here.of(context).agents.roster.gossiperOf(agent)?.take(share), // a new life has no part in what the last one said
    },
    receiveBatch: {
      step: (batch) => {
        const { inference, report } = here.of(batch);
        if (!inference.inferRows(batch)) inference.infer(batch, tickOfStep, report);
      },
      take: (batch) => contributeAll(batch, here.of(batch).agents, contributions),
      observe: (batch) => {
        const { inference, tickBefore } = here.of(batch);
        inference.infer(batch, tickBefore, answer);
      },
    },
    release: (agent, locals) => here.of(locals).agents.end(agent),
    ...(snapshotEvery !== undefined && {
      snapshotEvery,
      snapshot: (agent: AgentNumber, locals: ShardLocals) => here.of(locals).agents.snapshot(agent) ?? null,
      restore: (data: unknown, args: AgentArgs, context: ActorContext<LaneProtocol>): AgentNumber =>
        begin(args, context, (data as Beginning | null) ?? undefined),
    }),
  });
  return definition as unknown as ActorDefinition<AgentProtocol, AgentArgs>;
}

type StepBatch = Batch<LaneProtocol, AgentNumber, 'step'>;
type ObserveBatch = Batch<LaneProtocol, AgentNumber, 'observe'>;

// None of these is a closure of a batch: they are called for every item.
const tickOfStep = (batch: StepBatch, item: number): number => batch.messages[item]!.tick;

function perItem({ roster }: LaneAgents) {
  return {
    tickBefore: (batch: ObserveBatch, item: number): number => roster.ticks[batch.states[item]!]!,
    report: (batch: StepBatch, item: number, effect: unknown): void => {
      const agent = batch.states[item]!;
      const { round } = batch.messages[item]!;
      const index = roster.indices[agent]!;
      batch.send(item, roster.cohortOf(agent), { type: 'contributed', round, index, value: effect });
    },
  };
}

function answer(batch: ObserveBatch, item: number, effect: unknown): void {
  if (batch.isAsk(item)) batch.reply(item, effect);
}
