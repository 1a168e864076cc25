import { type ActorContext, prepareRows, type Rows, scatterRows } from '@skein/runtime';
import type { AgentProtocol } from '../agent/agent-actor.js';
import type { CohortMessage, CohortProtocol } from './cohort-protocol.js';
import type { CohortState } from './cohort-state.js';
import { partOf, rowOf } from './column.js';
import type { LeafAgents } from './leaf-agents.js';
import type { Descent } from './operation.js';
import type { Round } from './round.js';

/** Whether what each agent is told is one row: the same for all, and numbers. How to `act` always is. */
export function canBeRows({ scattered }: Descent): boolean {
  return scattered === undefined || ArrayBuffer.isView(scattered.column);
}

/** Scatters the rows of a descent to the agents of a leaf. */
export function scatterToAgents(
  { from }: CohortState,
  { refs }: LeafAgents,
  round: Round,
  context: ActorContext<CohortProtocol>,
): void {
  const { descent } = round;
  const count = refs.length;
  if (!refs.isFull)
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
  const first = descent.scattered === undefined ? 0 : from - descent.scattered.from;
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
export function tellAgents({ from }: CohortState, { refs, places }: LeafAgents, round: Round): void {
  const { operation, round: number, scattered, countedThrough } = round.descent;
  const { tell, tick, take, pool } = operation;
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

/** Hands a descent on to the cohorts below. */
export function tellCohorts({ branches, args, from }: CohortState, round: Round, shard: number): void {
  const { round: number, operation, tenures, scattered, countedThrough, slackMs } = round.descent;
  const waitMs = round.descent.waitMs - slackMs;
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
