import {
  type ActorAddress,
  type ActorContext,
  type ActorDefinition,
  type ActorRef,
  type Ask,
  defineActor,
  type ReplyHandle,
  type Supervision,
} from '@skein/runtime';
import type { AgentArgs, AgentProtocol } from '../agent/agent-actor.js';
import { Gather, type Report } from './gather.js';
import type { CohortNode } from './swarm-tree.js';

/** Part of a step, on its way down: what concerns the agents below one node. */
export interface CohortRound {
  /** The number of this way down and up; a step has one or two. */
  readonly round: number;
  readonly tick: number;
  /** `step`: perceive and act at once. Where evidence is fused: `perceive`, and after the fusion `act`. */
  readonly phase: 'step' | 'perceive' | 'act';
  /** One for each agent, in index order; none for `act`. */
  readonly observations: readonly unknown[];
  /** Once something was fused, for `perceive` and `act`: the swarm's evidence, and for each agent the tick through which it counts. */
  readonly fused?: { readonly pool: Float64Array; readonly countedThrough: Float64Array };
}

/** What a cohort understands: rounds on their way down, reports on their way up. */
export type CohortProtocol = {
  /** Asked of the root by the swarm. */
  round: Ask<CohortRound, Report>;
  /** Told by a parent to its children. */
  pass: CohortRound;
  /** Told by a child to its parent. */
  reported: Report;
};

/** Which node of which swarm it is. Plain data. */
export interface CohortArgs extends Omit<AgentArgs, 'index'> {
  readonly node: CohortNode;
}

interface Child {
  readonly ref: ActorRef<AgentProtocol> | ActorRef<CohortProtocol>;
  readonly from: number;
  readonly to: number;
  /** Steps are not sent to a child that is gone, or whose shard is lost and not yet replaced. */
  here: boolean;
}

interface CohortState {
  readonly node: CohortNode;
  readonly children: readonly Child[];
  gather: Gather | undefined;
  reply: ReplyHandle<Report> | undefined;
}

/**
 * A node of a swarm's tree: scatters a step to its children, gathers their reports, and supervises them. No
 * node handles more messages a round than it has children, and a few.
 *
 * A child that fails during a step, or is gone, does not report: its agents are missing from this round, and
 * everybody else's round goes on. Nothing here waits for a time to pass.
 */
export function defineCohort(
  name: string,
  agent: ActorDefinition<AgentProtocol, AgentArgs>,
  supervision: Supervision,
): ActorDefinition<CohortProtocol, CohortArgs> {
  const cohort: ActorDefinition<CohortProtocol, CohortArgs> = defineActor<CohortProtocol>()({
    name,
    supervision,
    initial: ({ node, ...args }: CohortArgs, context): CohortState => {
      const spawnAgent = (index: number): Child => ({
        ref: context.spawn(agent, { ...args, index }, { name: `agent-${index}` }),
        from: index,
        to: index + 1,
        here: true,
      });
      const spawnCohort = (child: CohortNode): Child => ({
        ref: context.spawn(
          cohort,
          { ...args, node: child },
          { name: `cohort-${child.from}`, shard: child.shard },
        ),
        from: child.from,
        to: child.to,
        here: true,
      });
      const children =
        node.children.length > 0
          ? node.children.map(spawnCohort)
          : Array.from({ length: node.to - node.from }, (_, i) => spawnAgent(node.from + i));
      for (const { ref } of children) context.watch(ref);
      return { node, children, gather: undefined, reply: undefined };
    },
    receive: {
      round: (state, round, context) => {
        state.reply = context.deferReply();
        scatter(state, round);
        finishIfComplete(state, context);
      },
      pass: (state, round, context) => {
        scatter(state, round);
        finishIfComplete(state, context);
      },
      reported: (state, report, context) => {
        const child = state.children.findIndex(({ from, to }) => from <= report.from && report.from < to);
        state.gather?.settle(child, report);
        finishIfComplete(state, context);
      },
    },
    childFailed: (state, { child, directive }, context) => {
      const at = indexOf(state, child);
      const failed = state.children[at];
      if (failed === undefined) return;
      state.gather?.settle(at, 'missing');
      failed.here = directive !== 'stop';
      if (failed.here) context.watch(failed.ref); // a loss of its shard has ended the earlier watch
      finishIfComplete(state, context);
    },
    terminated: (state, { address }, context) => {
      const at = indexOf(state, address);
      const gone = state.children[at];
      if (gone === undefined) return;
      gone.here = false;
      state.gather?.settle(at, 'missing');
      finishIfComplete(state, context);
    },
  });
  return cohort;
}

function scatter(state: CohortState, round: CohortRound): void {
  const { node, children } = state;
  state.gather = new Gather(round.round, node.from, node.to, children.length);
  for (const [at, child] of children.entries()) {
    if (!child.here) state.gather.settle(at, 'missing');
    else if (node.children.length === 0) tellAgent(state, child, round);
    else tellCohort(state, child, round);
  }
}

function tellAgent({ node }: CohortState, { ref, from }: Child, round: CohortRound): void {
  const agent = ref as ActorRef<AgentProtocol>;
  const at = from - node.from;
  const { round: number, tick, phase, fused } = round;
  const observation = round.observations[at];
  const told = fused && { pool: fused.pool, countedThrough: fused.countedThrough[at]! };
  if (phase === 'step') agent.send({ type: 'step', round: number, tick, observation });
  else if (phase === 'perceive')
    agent.send({ type: 'perceive', round: number, tick, observation, ...(told && { fused: told }) });
  else agent.send({ type: 'act', round: number, tick, fused: told! });
}

function tellCohort({ node }: CohortState, { ref, from, to }: Child, round: CohortRound): void {
  const { round: number, tick, phase, observations, fused } = round;
  const part = [from - node.from, to - node.from] as const;
  (ref as ActorRef<CohortProtocol>).send({
    type: 'pass',
    round: number,
    tick,
    phase,
    observations: observations.slice(...part),
    ...(fused && { fused: { pool: fused.pool, countedThrough: fused.countedThrough.slice(...part) } }),
  });
}

function finishIfComplete(state: CohortState, context: ActorContext<CohortProtocol>): void {
  const { gather, reply } = state;
  if (gather === undefined || !gather.isComplete) return;
  state.gather = undefined;
  state.reply = undefined;
  const report = gather.sum();
  if (reply) reply(report);
  else context.ref<CohortProtocol>(context.parent).send({ type: 'reported', ...report });
}

function indexOf({ children }: CohortState, { id }: ActorAddress): number {
  return children.findIndex(({ ref }) => ref.address.id === id);
}
