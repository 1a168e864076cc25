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

/** One step, on its way down: the part of it that concerns the agents below one node. */
export interface CohortStep {
  readonly tick: number;
  /** One for each agent, in index order. */
  readonly observations: readonly unknown[];
  /** The swarm's evidence, and for each agent the tick through which it counts; absent when nothing is fused. */
  readonly fused?: { readonly pool: Float64Array; readonly countedThrough: Float64Array };
}

export type CohortProtocol = {
  /** Asked of the root by the swarm. */
  round: Ask<CohortStep, Report>;
  /** Told by a parent to its children. */
  step: CohortStep;
  /** Told by a child to its parent. */
  reported: Report;
};

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
      round: (state, step, context) => {
        state.reply = context.deferReply();
        scatter(state, step);
        finishIfComplete(state, context);
      },
      step: (state, step, context) => {
        scatter(state, step);
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

function scatter(state: CohortState, { tick, observations, fused }: CohortStep): void {
  const { node, children } = state;
  state.gather = new Gather(tick, node.from, node.to, children.length);
  for (const [at, { ref, from, to, here }] of children.entries()) {
    const first = from - node.from;
    if (!here) state.gather.settle(at, 'missing');
    else if (node.children.length === 0)
      (ref as ActorRef<AgentProtocol>).send({
        type: 'step',
        tick,
        observation: observations[first],
        ...(fused && { fused: { pool: fused.pool, countedThrough: fused.countedThrough[first]! } }),
      });
    else
      (ref as ActorRef<CohortProtocol>).send({
        type: 'step',
        tick,
        observations: observations.slice(first, to - node.from),
        ...(fused && {
          fused: { pool: fused.pool, countedThrough: fused.countedThrough.slice(first, to - node.from) },
        }),
      });
  }
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
