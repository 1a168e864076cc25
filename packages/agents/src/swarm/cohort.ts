import {
  type ActorAddress,
  type ActorContext,
  type ActorDefinition,
  type ActorRef,
  type Ask,
  defineActor,
  definitionNamed,
  type MessageOfType,
  prepareRows,
  type ReplyHandle,
  type Rows,
  type ScheduledMessage,
  type Supervision,
  scatterRows,
} from '@skein/runtime';
import type { AgentArgs, AgentProtocol } from '../agent/agent-actor.js';
import { combinerOf } from '../coordination/combiners.js';
import type { ExactSums } from '../coordination/exact-sum.js';
import type { OwnCombiners } from '../coordination/own-combiner.js';
import type { SumsFrame } from '../coordination/sparse-sums.js';
import { partOf, rowOf } from './column.js';
import { LeafAgents } from './leaf-agents.js';
import type { CohortReport, Descent } from './operation.js';
import { type ContributionColumns, Round } from './round.js';
import { SparseLink } from './sparse-link.js';
import type { CohortNode } from './swarm-tree.js';

/** What a cohort understands: operations on their way down, what was contributed on its way up. */
export type CohortProtocol = {
  /** Asked of the root by the swarm. */
  descend: Ask<Descent, CohortReport>;
  /** Told by a parent to its children. */
  pass: Descent;
  /** Told by a cohort to its parent. */
  reported: CohortReport;
  /** Told by an agent: what it contributes, undefined where it only takes part. */
  contributed: Contributed;
  /** Told by an agent that cannot take part. */
  declined: { readonly round: number; readonly index: number };
  /** Who is the agent with that index? */
  find: Ask<{ readonly index: number }, ActorRef<AgentProtocol> | undefined>;
  /** Told by a cohort to itself, when it has waited long enough; or longer than that ago. */
  overdue: Record<never, never>;
};

/** What an agent contributes. From agents in lanes whose contributions are whole numbers these come as rows. */
export interface Contributed {
  readonly round: number;
  readonly index: number;
  readonly value: unknown;
}

/** Which node of which swarm it is. Plain data. */
export interface CohortArgs extends Omit<AgentArgs, 'index'> {
  readonly node: CohortNode;
  /** Who was there when it was spawned: see {@link Descent.tenures}. */
  readonly tenures?: Int32Array;
}

/** A cohort under another. */
interface Branch {
  readonly ref: ActorRef<CohortProtocol>;
  readonly from: number;
  readonly to: number;
  /** Nothing is sent to one that is gone, or whose shard is lost and not yet replaced. */
  here: boolean;
  /** Once it has told sums. */
  heard: SparseLink | undefined;
}

interface CohortState {
  readonly args: CohortArgs;
  /** Of a leaf. */
  readonly agents: LeafAgents | undefined;
  /** Of any other node: undefined where there are no agents. */
  readonly branches: (Branch | undefined)[];
  /** The operation in hand, of which the books are kept in `books`. */
  round: Round | undefined;
  readonly books: Round;
  readonly parent: ActorRef<CohortProtocol>;
  reply: ReplyHandle<CohortReport> | undefined;
  /** When `overdue` comes: at the latest when the round is due. It is not taken back at the end of a round, but serves the next. */
  alarm: { readonly atMs: number; readonly message: ScheduledMessage } | undefined;
  told: SparseLink | undefined;
}

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
        round.settle(index - state.args.node.from, value);
        finishIfComplete(state);
      },
      declined: (state, { round: number, index }) => {
        const { round } = state;
        if (round === undefined || round.descent.round !== number) return;
        round.settleMissing(index - state.args.node.from);
        finishIfComplete(state);
      },
      find: (state, { index }, context) => {
        const { agents, branches, args } = state;
        if (agents !== undefined) {
          context.reply(agents.at(index - args.node.from));
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
        round.settleRows(columns as ContributionColumns, common?.round, from, to, state.args.node.from);
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
    const { args, agents, branches } = state;
    const { from, children: nodes } = args.node;
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
    { node: _, tenures: __, ...args }: CohortArgs,
    node: CohortNode,
    tenures: Int32Array | undefined,
    context: ActorContext<CohortProtocol>,
  ): Branch {
    const options = { name: `cohort-${node.from}`, shard: node.shard };
    const { definition } = node;
    const kind = definition === undefined ? cohort : definitionNamed<CohortProtocol, CohortArgs>(definition);
    const ref = context.spawn(kind, { ...args, node, ...(tenures && { tenures }) }, options);
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
    const { reply } = state;
    const round = state.round!;
    const { operation, round: number, known } = round.descent;
    const combiner = combinerOf(operation.combiner, own);
    const { from } = state.args.node;
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

/** Whether what each agent is told is one row: the same for all, and numbers. How to `act` always is. */
function canBeRows({ scattered }: Descent): boolean {
  return scattered === undefined || ArrayBuffer.isView(scattered.column);
}

function scatterToAgents(
  { args }: CohortState,
  { refs }: LeafAgents,
  round: Round,
  context: ActorContext<CohortProtocol>,
): void {
  const { descent } = round;
  const count = refs.length;
  for (let place = 0; place < count; place++) if (!refs.has(place)) round.settleMissing(place);
  const latest = context.shardLocal(LATEST_ROWS, noRows);
  // One operation is one object as long as it stays on a shard; other swarms count rounds too.
  const isLatest =
    latest.descent !== undefined &&
    latest.descent.operation === descent.operation &&
    latest.descent.round === descent.round &&
    latest.descent.scattered?.column === descent.scattered?.column &&
    latest.descent.countedThrough === descent.countedThrough &&
    latest.rows!.count >= count;
  if (!isLatest) {
    latest.descent = descent;
    latest.rows = prepareRows(rowsOf(descent, count));
  }
  const first = descent.scattered === undefined ? 0 : args.node.from - descent.scattered.from;
  scatterRows(refs, latest.rows!, first);
}

/** The rows that the leaves of one shard scatter, one after the other: those of one column are made once. */
interface LatestRows {
  descent: Descent | undefined;
  rows: Rows<AgentProtocol> | undefined;
}

const LATEST_ROWS = {};
const noRows = (): LatestRows => ({ descent: undefined, rows: undefined });

/** What is told to the agents of a descent, as rows: those of its column, or `count` that are the same but for what is counted. */
function rowsOf(
  { operation, round, scattered, countedThrough }: Descent,
  count: number,
): Rows<AgentProtocol> {
  const { tell, tick, numeric, take, pool } = operation;
  const rows = scattered?.column as Int32Array | Float64Array | undefined;
  const rowCount = rows === undefined ? count : rows.length / scattered!.width;
  if (tell === 'take')
    return {
      type: tell,
      count: rowCount,
      common: { round, operation: take!, ...(rows === undefined && { row: undefined }) },
      columns: rows === undefined ? {} : { row: rows },
    };
  return {
    type: tell,
    count: rowCount,
    common: { round, tick, ...(numeric && { numeric }), ...(pool && { pool }) },
    columns: { ...(rows && { observation: rows }), ...(pool && { countedThrough: countedThrough! }) },
  };
}

/** Tells each agent something that is no number. */
function tellAgents({ args }: CohortState, { refs, places }: LeafAgents, round: Round): void {
  const { operation, round: number, scattered, countedThrough } = round.descent;
  const { tell, tick, take, pool } = operation;
  const { from } = args.node;
  for (let place = 0; place < places; place++) {
    const agent = refs.at(place);
    if (agent === undefined) {
      round.settleMissing(place);
      continue;
    }
    const row = scattered && rowOf(scattered.column, from - scattered.from + place, scattered.width);
    if (tell === 'step') agent.send({ type: 'step', round: number, tick, observation: row });
    else if (tell === 'take') agent.send({ type: 'take', round: number, operation: take!, row });
    else {
      const fused = pool && { pool, countedThrough: countedThrough![place]! };
      agent.send({ type: 'perceive', round: number, tick, observation: row, ...fused });
    }
  }
}

function tellCohorts({ branches, args }: CohortState, round: Round, shard: number): void {
  const { descent } = round;
  const { operation, tenures, scattered, countedThrough } = descent;
  const { from } = args.node;
  const { round: number, slackMs } = descent;
  const waitMs = descent.waitMs - slackMs;
  // What is the same for all children of this shard is one message.
  const isSame = tenures === undefined && countedThrough === undefined && operation.sparse === undefined;
  const whole: CohortMessage<'pass'> = {
    type: 'pass',
    round: number,
    operation,
    waitMs,
    slackMs,
    ...(scattered && { scattered }),
  };
  for (let at = 0; at < branches.length; at++) {
    const branch = branches[at];
    if (branch === undefined || !branch.here) {
      round.settleMissing(at);
      continue;
    }
    const { ref } = branch;
    if (isSame && args.node.children[at]!.shard === shard) {
      ref.send(whole);
      continue;
    }
    const [begin, end] = [branch.from - from, branch.to - from];
    const known = operation.sparse && branch.heard?.roundOf(operation.sparse.series);
    // Not a spread of `whole`: V8 gives what is added to a copy a hidden class of its own, each time.
    ref.send({
      type: 'pass',
      round: number,
      operation,
      waitMs,
      slackMs,
      ...(scattered && { scattered: partOf(scattered, branch.from, branch.to) }),
      ...(tenures && { tenures: tenures.subarray(begin, end) }),
      ...(countedThrough && { countedThrough: countedThrough.subarray(begin, end) }),
      ...(known !== undefined && { known }),
    });
  }
}

/**
 * Makes what a cohort tells its parent. A plain object, but not by a literal: V8 would allot those in its old space, see
 * `docs/decisions/0018-rounds-that-leave-little-behind.md`.
 */
const Reported = function (
  this: { -readonly [Field in keyof CohortMessage<'reported'>]: CohortMessage<'reported'>[Field] },
  round: number,
  from: number,
  missing: Int32Array,
  partial: unknown,
): void {
  this.type = 'reported';
  this.round = round;
  this.from = from;
  this.missing = missing;
  this.partial = partial;
} as unknown as new (
  round: number,
  from: number,
  missing: Int32Array,
  partial: unknown,
) => CohortMessage<'reported'>;
Reported.prototype = Object.prototype;

/** Which branch begins with that agent; -1 if none does. */
function branchFrom(branches: readonly (Branch | undefined)[], from: number): number {
  for (let at = 0; at < branches.length; at++) if (branches[at]?.from === from) return at;
  return -1;
}

type CohortMessage<Type extends keyof CohortProtocol> = MessageOfType<CohortProtocol, Type>;

/** The report of a cohort with its partial result whole; undefined if it tells changes of what is not known. */
function unpacked(branch: Branch, report: CohortReport, { operation }: Descent): CohortReport | undefined {
  if (operation.sparse === undefined) return report;
  branch.heard ??= new SparseLink();
  const sums = branch.heard.hear(operation.sparse, report.round, report.partial as SumsFrame);
  return sums && { ...report, partial: sums };
}

/** Members that the children have not spoken for, in index order. */
function missingFrom({ args, agents, branches }: CohortState, round: Round): Int32Array {
  const { node } = args;
  if (agents !== undefined && round.isWhole) return NOBODY;
  const { tenures } = round.descent;
  const missing: number[] = [];
  const count = agents?.places ?? branches.length;
  for (let at = 0; at < count; at++) {
    if (round.hasHeard(at)) {
      if (agents === undefined)
        for (const index of (round.said(at) as CohortReport).missing) missing.push(index);
      continue;
    }
    const { from, to } = node.children[at] ?? { from: node.from + at, to: node.from + at + 1 };
    for (let index = from; index < to; index++)
      if (tenures === undefined || tenures[index - node.from]! > 0) missing.push(index);
  }
  return missing.length === 0 ? NOBODY : Int32Array.from(missing);
}

/** Shared, and empty. */
const NOBODY: Int32Array = new Int32Array(0);

/** Sees to it that the node reports in time. */
function setAlarm(state: CohortState, context: ActorContext<CohortProtocol>): void {
  const { dueMs } = state.round!;
  if (state.alarm !== undefined && state.alarm.atMs <= dueMs) return;
  state.alarm?.message.cancel();
  const message = context.schedule(Math.max(dueMs - context.now(), 0), { type: 'overdue' });
  state.alarm = { atMs: dueMs, message };
}

/** Which child of the node that is; -1 if it is none of those that are there. */
function placeOf({ agents, branches }: CohortState, child: ActorAddress): number {
  return agents?.placeOf(child) ?? branches.findIndex((branch) => branch?.ref.address.id === child.id);
}
