import {
  type ActorAddress,
  type ActorContext,
  type ActorDefinition,
  type ActorRef,
  type Ask,
  defineActor,
  type MessageOfType,
  prepareRows,
  RefColumn,
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
import { type Column, rowOf, sliceColumn } from './column.js';
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
  contributed: Contribution;
  /** Told by an agent that cannot take part. */
  declined: { readonly round: number; readonly index: number };
  /** Who is the agent with that index? */
  find: Ask<{ readonly index: number }, ActorRef<AgentProtocol> | undefined>;
  /** Told by a cohort to itself, when it has waited long enough; or longer than that ago. */
  overdue: Record<never, never>;
};

/** What an agent contributes. From agents in lanes whose contributions are whole numbers these come as rows. */
export interface Contribution {
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

interface Child {
  readonly ref: ActorRef<AgentProtocol> | ActorRef<CohortProtocol>;
  readonly from: number;
  readonly to: number;
  /** Of an agent: see {@link Descent.tenures}. */
  readonly tenure: number;
  /** Nothing is sent to a child that is gone, or whose shard is lost and not yet replaced. */
  here: boolean;
  /** Of a cohort, once it has told sums. */
  heard: SparseLink | undefined;
}

interface CohortState {
  readonly args: CohortArgs;
  /** Agents of a leaf, by place; else cohorts. Undefined where nobody is. */
  readonly children: (Child | undefined)[];
  /** Of a leaf: the agents that are there, by place; undefined when it is to be found out. */
  refs: RefColumn<AgentProtocol> | undefined;
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
      const size = node.children.length || node.to - node.from;
      const children: CohortState['children'] = new Array(size).fill(undefined);
      const state = {
        args,
        children,
        refs: undefined,
        round: undefined,
        books: new Round(size),
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
        finishIfComplete(state, context);
      },
      pass: (state, descent, context) => {
        begin(state, descent, context);
        finishIfComplete(state, context);
      },
      reported: (state, report, context) => {
        const { round } = state;
        if (round === undefined || round.descent.round !== report.round) return;
        const at = state.children.findIndex((child) => child?.from === report.from);
        if (at === -1) return;
        const told = unpacked(state.children[at]!, report, round.descent);
        if (told === undefined) round.settleMissing(at);
        else round.settle(at, told);
        finishIfComplete(state, context);
      },
      contributed: (state, { round: number, index, value }, context) => {
        const { round } = state;
        if (round === undefined || round.descent.round !== number) return;
        round.settle(index - state.args.node.from, value);
        finishIfComplete(state, context);
      },
      declined: (state, { round: number, index }, context) => {
        const { round } = state;
        if (round === undefined || round.descent.round !== number) return;
        round.settleMissing(index - state.args.node.from);
        finishIfComplete(state, context);
      },
      find: (state, { index }, context) => {
        const child = state.children.find((one) => one !== undefined && one.from <= index && index < one.to);
        if (child === undefined || !child.here) context.reply(undefined);
        else if (isLeaf(state)) context.reply(child.ref as ActorRef<AgentProtocol>);
        else context.forward(child.ref);
      },
      overdue: (state, _, context) => {
        state.alarm = undefined;
        if (state.round === undefined) return;
        if (context.now() >= state.round.dueMs) finish(state);
        else setAlarm(state, context);
      },
    },
    receiveRows: {
      contributed: (state, { columns, common, from, to }, context) => {
        const { round } = state;
        if (round === undefined) return;
        round.settleRows(columns as ContributionColumns, common?.round, from, to, state.args.node.from);
        finishIfComplete(state, context);
      },
    },
    childFailed: (state, { child, directive }, context) => {
      const at = indexOf(state, child);
      const failed = state.children[at];
      if (failed === undefined) return;
      state.round?.settleMissing(at);
      failed.here = directive !== 'stop';
      state.refs = undefined;
      if (failed.here) context.watch(failed.ref); // a loss of its shard has ended the earlier watch
      finishIfComplete(state, context);
    },
    terminated: (state, { address }, context) => {
      const at = indexOf(state, address);
      const gone = state.children[at];
      if (gone === undefined) return;
      gone.here = false;
      state.refs = undefined;
      state.round?.settleMissing(at);
      finishIfComplete(state, context);
    },
  });

  /** Spawns who is to be there and is not, and lets go who is not to be there any more. */
  function settleIn(
    state: CohortState,
    tenures: Int32Array | undefined,
    context: ActorContext<CohortProtocol>,
  ): void {
    const { args, children } = state;
    const { from, to, children: nodes } = args.node;
    if (nodes.length > 0) {
      for (const [at, node] of nodes.entries()) {
        if (children[at] !== undefined) continue;
        const part = tenures?.subarray(node.from - from, node.to - from);
        if (part === undefined || part.some((tenure) => tenure > 0))
          children[at] = spawnCohort(args, node, part, context);
      }
      return;
    }
    for (let place = 0; place < to - from; place++) {
      const tenure = tenures === undefined ? 1 : tenures[place]!;
      const child = children[place];
      if ((child?.tenure ?? 0) === tenure) continue;
      state.refs = undefined;
      if (child !== undefined) {
        context.unwatch(child.ref);
        context.stop(child.ref);
      }
      children[place] = tenure === 0 ? undefined : spawnAgent(args, from + place, tenure, context);
    }
  }

  function spawnCohort(
    { node: _, tenures: __, ...args }: CohortArgs,
    node: CohortNode,
    tenures: Int32Array | undefined,
    context: ActorContext<CohortProtocol>,
  ): Child {
    const options = { name: `cohort-${node.from}`, shard: node.shard };
    const ref = context.spawn(cohort, { ...args, node, ...(tenures && { tenures }) }, options);
    context.watch(ref);
    return { ref, from: node.from, to: node.to, tenure: 1, here: true, heard: undefined };
  }

  function spawnAgent(
    { agentCount, seed }: CohortArgs,
    index: number,
    tenure: number,
    context: ActorContext<CohortProtocol>,
  ): Child {
    const agentName = tenure === 1 ? `agent-${index}` : `agent-${index}.${tenure}`;
    const ref = context.spawn(agent, { index, agentCount, seed }, { name: agentName });
    context.watch(ref);
    return { ref, from: index, to: index + 1, tenure, here: true, heard: undefined };
  }

  function begin(state: CohortState, descent: Descent, context: ActorContext<CohortProtocol>): void {
    if (descent.tenures !== undefined) settleIn(state, descent.tenures, context);
    state.round = state.books.begin(descent, context.now());
    state.reply = undefined;
    setAlarm(state, context);
    if (!isLeaf(state)) tellCohorts(state, state.round, context.shard);
    else if (canBeRows(descent)) scatterToAgents(state, state.round, context);
    else tellAgents(state, state.round);
  }

  function finishIfComplete(state: CohortState, context: ActorContext<CohortProtocol>): void {
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
    if (isLeaf(state)) partial = round.combineContributions(combiner, from);
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
    state.parent.send({ type: 'reported', round: number, from, missing, partial });
  }

  return cohort;
}

function isLeaf({ args }: CohortState): boolean {
  return args.node.children.length === 0;
}

/** Whether what each agent is told is one row: the same for all, and numbers. */
function canBeRows({ operation: { tell }, column }: Descent): boolean {
  if (column !== undefined && !ArrayBuffer.isView(column)) return false;
  return tell === 'step' || tell === 'take';
}

function scatterToAgents(state: CohortState, round: Round, context: ActorContext<CohortProtocol>): void {
  state.refs ??= new RefColumn(
    state.children.map((child) => (child?.here ? (child.ref as ActorRef<AgentProtocol>) : undefined)),
  );
  const { refs, args } = state;
  const { descent } = round;
  const count = refs.length;
  for (let place = 0; place < count; place++) if (refs.refs[place] === undefined) round.settleMissing(place);
  const latest = context.shardLocal(LATEST_ROWS, () => ({}) as LatestRows);
  if (latest.round !== descent.round || latest.column !== descent.column || latest.count < count) {
    latest.round = descent.round;
    latest.column = descent.column;
    latest.rows = rowsOf(descent, count);
    latest.count = latest.rows.count;
  }
  const first = descent.column === undefined ? 0 : args.node.from - descent.columnFrom!;
  scatterRows(refs, latest.rows, first);
}

/** The rows that the leaves of one shard scatter, one after the other: those of one column are made once. */
interface LatestRows {
  round: number;
  column: Column | undefined;
  count: number;
  rows: Rows<AgentProtocol, 'step'> | Rows<AgentProtocol, 'take'>;
}

const LATEST_ROWS = {};

/** What is told to the agents of a descent, as rows: those of its column, or `count` that are the same. */
function rowsOf(
  { operation: { tell, tick, numeric, take }, round, column, columnWidth }: Descent,
  count: number,
): LatestRows['rows'] {
  const numbers = column as Int32Array | Float64Array | undefined;
  if (tell === 'step')
    return prepareRows<AgentProtocol, 'step'>({
      type: 'step',
      count: numbers!.length / columnWidth!,
      common: { round, tick, ...(numeric && { numeric }) },
      columns: { observation: numbers! },
    });
  return prepareRows<AgentProtocol, 'take'>({
    type: 'take',
    count: numbers === undefined ? count : numbers.length / columnWidth!,
    common: { round, operation: take!, ...(numbers === undefined && { row: undefined }) },
    columns: numbers === undefined ? {} : { row: numbers },
  });
}

function tellAgents({ children, args }: CohortState, round: Round): void {
  const { operation, round: number, column, columnFrom, columnWidth, countedThrough } = round.descent;
  const { tell, tick, take, pool } = operation;
  const { from, to } = args.node;
  for (let place = 0; place < to - from; place++) {
    const child = children[place];
    if (child === undefined || !child.here) {
      round.settleMissing(place);
      continue;
    }
    const agent = child.ref as ActorRef<AgentProtocol>;
    const row = column === undefined ? undefined : rowOf(column, from - columnFrom! + place, columnWidth!);
    if (tell === 'step') agent.send({ type: 'step', round: number, tick, observation: row });
    else if (tell === 'take') agent.send({ type: 'take', round: number, operation: take!, row });
    else {
      const fused = pool && { pool, countedThrough: countedThrough![place]! };
      if (tell === 'act') agent.send({ type: 'act', round: number, tick, fused: fused! });
      else agent.send({ type: 'perceive', round: number, tick, observation: row, ...(fused && { fused }) });
    }
  }
}

function tellCohorts({ children, args }: CohortState, round: Round, shard: number): void {
  const { descent } = round;
  const { operation, tenures, column, columnFrom, columnWidth, countedThrough } = descent;
  const { from } = args.node;
  const pass: CohortMessage<'pass'> = {
    type: 'pass',
    round: descent.round,
    operation,
    waitMs: descent.waitMs - descent.slackMs,
    slackMs: descent.slackMs,
  };
  // What is the same for all children of this shard is one message.
  const isSame = tenures === undefined && countedThrough === undefined && operation.sparse === undefined;
  const whole =
    column === undefined ? pass : { ...pass, column, columnFrom: columnFrom!, columnWidth: columnWidth! };
  for (const [at, child] of children.entries()) {
    if (child === undefined || !child.here) {
      round.settleMissing(at);
      continue;
    }
    const ref = child.ref as ActorRef<CohortProtocol>;
    if (isSame && args.node.children[at]!.shard === shard) {
      ref.send(whole);
      continue;
    }
    const [begin, end] = [child.from - from, child.to - from];
    const known = operation.sparse && child.heard?.roundOf(operation.sparse.series);
    ref.send({
      ...pass,
      ...(column && {
        column: sliceColumn(column, child.from - columnFrom!, child.to - columnFrom!, columnWidth!),
        columnFrom: child.from,
        columnWidth: columnWidth!,
      }),
      ...(tenures && { tenures: tenures.subarray(begin, end) }),
      ...(countedThrough && { countedThrough: countedThrough.subarray(begin, end) }),
      ...(known !== undefined && { known }),
    });
  }
}

type CohortMessage<Type extends keyof CohortProtocol> = MessageOfType<CohortProtocol, Type>;

/** The report of a cohort with its partial result whole; undefined if it tells changes of what is not known. */
function unpacked(child: Child, report: CohortReport, { operation }: Descent): CohortReport | undefined {
  if (operation.sparse === undefined) return report;
  child.heard ??= new SparseLink();
  const sums = child.heard.hear(operation.sparse, report.round, report.partial as SumsFrame);
  return sums && { ...report, partial: sums };
}

/** Members that the children have not spoken for, in index order. */
function missingFrom({ args, children }: CohortState, round: Round): Int32Array {
  const { node } = args;
  if (node.children.length === 0 && round.isWhole) return NOBODY;
  const { tenures } = round.descent;
  const missing: number[] = [];
  for (let at = 0; at < children.length; at++) {
    if (round.hasHeard(at)) {
      if (node.children.length > 0)
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

function indexOf({ children }: CohortState, { id }: ActorAddress): number {
  return children.findIndex((child) => child?.ref.address.id === id);
}
