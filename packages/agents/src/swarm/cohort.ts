import {
  type ActorAddress,
  type ActorContext,
  type ActorDefinition,
  type ActorRef,
  defineActor,
  definitionNamed,
  type Supervision,
} from '@skein/runtime';
import type { AgentArgs, AgentProtocol } from '../agent/agent-actor.js';
import { combinerOf } from '../coordination/combiners.js';
import type { ExactSums } from '../coordination/exact-sum.js';
import type { OwnCombiners } from '../coordination/own-combiner.js';
import { canBeRows, scatterToAgents, tellAgents, tellCohorts } from './cohort-descent.js';
import type { CohortArgs, CohortProtocol } from './cohort-protocol.js';
import { missingFrom, Reported, unpacked } from './cohort-report.js';
import { type Branch, branchFrom, type CohortState, placeOf } from './cohort-state.js';
import { LeafAgents } from './leaf-agents.js';
import type { CohortReport, Descent } from './operation.js';
import { type ContributionColumns, Round } from './round.js';
import { SparseLink } from './sparse-link.js';
import type { CohortNode } from './swarm-tree.js';

/**
 * A node of a swarm's tree: hands operations down to its children, combines what they contribute, and supervises
 * them. No node handles more messages a round than it has children, and a few.
 *
 * A child that fails during a round, is gone, or says nothing until the round is due, is missing from it, with all its agents;
 * everybody else's round goes on.
 */
export function defineCohort(
  name: string,
  agent: ActorDefinition<AgentProtocol, AgentArgs>,
  supervision: Supervision,
  own: OwnCombiners,
): ActorDefinition<CohortProtocol, CohortArgs> {
  const cohort: ActorDefinition<CohortProtocol, CohortArgs> = defineActor<CohortProtocol>()({
    name,
    supervision,
    initial: (args: CohortArgs, context): CohortState => {
      const { node } = args;
      const branchCount = node.children.length;
      const state = {
        args,
        from: node.from,
        agents: branchCount === 0 ? new LeafAgents(node.to - node.from) : undefined,
        branches: new Array<undefined>(branchCount).fill(undefined),
        round: undefined,
        books: new Round(branchCount || node.to - node.from),
        parent: context.ref<CohortProtocol>(context.parent),
        reply: undefined,
        alarm: undefined,
        told: undefined,
      };
      settleIn(state, args.tenures, context);
      return state;
    },
    receive: {
      descend: (state, descent, context) => {
        const reply = context.deferReply();
        begin(state, descent, context);
        state.reply = reply;
        finishIfComplete(state);
      },
      pass: (state, descent, context) => {
        begin(state, descent, context);
        finishIfComplete(state);
      },
      reported: (state, report) => {
        const { round } = state;
        if (round === undefined || round.descent.round !== report.round) return;
        const at = branchFrom(state.branches, report.from);
        if (at === -1) return;
        const told = unpacked(state.branches[at]!, report, round.descent);
        if (told === undefined) round.settleMissing(at);
        else round.settle(at, told);
        finishIfComplete(state);
      },
      contributed: (state, { round: number, index, value }) => {
        const { round } = state;
        if (round === undefined || round.descent.round !== number) return;
        round.settle(index - state.from, value);
        finishIfComplete(state);
      },
      declined: (state, { round: number, index }) => {
        const { round } = state;
        if (round === undefined || round.descent.round !== number) return;
        round.settleMissing(index - state.from);
        finishIfComplete(state);
      },
      find: (state, { index }, context) => {
        const { agents, branches, from } = state;
        if (agents !== undefined) {
          context.reply(agents.at(index - from));
          return;
        }
        const branch = branches.find((one) => one !== undefined && one.from <= index && index < one.to);
        if (branch === undefined || !branch.here) context.reply(undefined);
        else context.forward(branch.ref);
      },
      overdue: (state, _, context) => {
        state.alarm = undefined;
        if (state.round === undefined) return;
        if (context.now() >= state.round.dueMs) finish(state);
        else setAlarm(state, context);
      },
    },
    receiveRows: {
      contributed: (state, { columns, common, from, to }) => {
        const { round } = state;
        if (round === undefined) return;
        round.settleRows(columns as ContributionColumns, common?.round, from, to, state.from);
        finishIfComplete(state);
      },
    },
    childFailed: (state, { child, directive }, context) => {
      if (directive === 'stop') {
        lose(state, child);
        return;
      }
      const at = placeOf(state, child);
      if (at === -1) return;
      state.round?.settleMissing(at);
      const branch = state.branches[at];
      if (branch !== undefined) {
        branch.here = true;
        context.watch(branch.ref); // a loss of its shard has ended the earlier watch
      }
      finishIfComplete(state);
    },
    childStopped: (state, { child }) => lose(state, child),
    /** Of a branch that is lost with its shard, before it is known whether it will be there again. */
    terminated: (state, { address }) => lose(state, address),
  });

  /** Spawns who is to be there and is not, and lets go who is not to be there any more. */
  function settleIn(
    state: CohortState,
    tenures: Int32Array | undefined,
    context: ActorContext<CohortProtocol>,
  ): void {
    const { args, from, agents, branches } = state;
    const nodes = args.node.children;
    agents?.settle(
      tenures,
      (place) => spawnAgent(args, from + place, context),
      (ref) => context.stop(ref),
    );
    for (const [at, node] of nodes.entries()) {
      if (branches[at] !== undefined) continue;
      const part = tenures?.subarray(node.from - from, node.to - from);
      if (part === undefined || part.some((tenure) => tenure > 0))
        branches[at] = spawnCohort(args, node, part, context);
    }
  }

  /** A child is gone, or its shard is lost. */
  function lose(state: CohortState, child: ActorAddress): void {
    const at = placeOf(state, child);
    if (at === -1) return;
    const branch = state.branches[at];
    if (branch === undefined) state.agents?.remove(at);
    else branch.here = false;
    state.round?.settleMissing(at);
    finishIfComplete(state);
  }

  function spawnCohort(
    { agentCount, seed }: CohortArgs,
    node: CohortNode,
    tenures: Int32Array | undefined,
    context: ActorContext<CohortProtocol>,
  ): Branch {
    const options = { name: `cohort-${node.from}`, shard: node.shard };
    const { definition } = node;
    const kind = definition === undefined ? cohort : definitionNamed<CohortProtocol, CohortArgs>(definition);
    // Not a spread of its own: V8 gives what is added to a copy a hidden class of its own, and thousands of leaves are asked for their node.
    const args = tenures ? { node, agentCount, seed, tenures } : { node, agentCount, seed };
    const ref = context.spawn(kind, args, options);
    context.watch(ref);
    return { ref, from: node.from, to: node.to, here: true, heard: undefined };
  }

  function spawnAgent(
    { agentCount, seed }: CohortArgs,
    index: number,
    context: ActorContext<CohortProtocol>,
  ): ActorRef<AgentProtocol> {
    return context.spawn(agent, { index, agentCount, seed });
  }

  function begin(state: CohortState, descent: Descent, context: ActorContext<CohortProtocol>): void {
    if (descent.tenures !== undefined) settleIn(state, descent.tenures, context);
    const { agents } = state;
    state.round = state.books.begin(descent, context.now());
    state.reply = undefined;
    setAlarm(state, context);
    if (agents === undefined) tellCohorts(state, state.round, context.shard);
    else if (canBeRows(descent)) scatterToAgents(state, agents, state.round, context);
    else tellAgents(state, agents, state.round);
  }

  function finishIfComplete(state: CohortState): void {
    if (state.round?.isComplete) finish(state);
  }

  /** Reports what there is. */
  function finish(state: CohortState): void {
    const { from, reply } = state;
    const round = state.round!;
    const { operation, round: number, known } = round.descent;
    const combiner = combinerOf(operation.combiner, own);
    let partial: unknown;
    if (state.agents !== undefined) partial = round.combineContributions(combiner, from);
    else partial = round.combinePartials(combiner, (said) => (said as CohortReport).partial);
    const missing = missingFrom(state, round);
    state.round = undefined;
    state.reply = undefined;
    if (reply !== undefined) {
      reply({ round: number, from, missing, partial });
      return;
    }
    if (operation.sparse !== undefined) {
      state.told ??= new SparseLink();
      partial = state.told.say(operation.sparse, number, partial as ExactSums, known);
    }
    state.parent.send(new Reported(number, from, missing, partial));
  }

  return cohort;
}

/** Sees to it that the node reports in time. */
function setAlarm(state: CohortState, context: ActorContext<CohortProtocol>): void {
  const { dueMs } = state.round!;
  if (state.alarm !== undefined && state.alarm.atMs <= dueMs) return;
  state.alarm?.message.cancel();
  const message = context.schedule(Math.max(dueMs - context.now(), 0), { type: 'overdue' });
  state.alarm = { atMs: dueMs, message };
}
