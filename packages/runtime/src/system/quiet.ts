import { setImmediate as nextImmediate } from 'node:timers/promises';
import { QuietTimeoutError } from '../errors.js';
import type { LinkTallies } from '../scheduling/shard-launcher.js';
import type { LedgerRow } from './ledger.js';

/** What `quiet` looks at beside the rows of the ledger. */
export interface Ways {
  tallies(from: number, to: number): LinkTallies;
  /** What is still on its way between the main thread and the other shards, if anything. */
  readonly pending: string | undefined;
}

/**
 * Resolves when nothing moves any more: no shard busy, no async call running, rings and outboxes empty, no
 * shard being replaced, no order or report on its way between the main thread and a shard, and two equal
 * snapshots of all counters in a row. What waits for a timer, or in the mailbox of a suspended actor, does not
 * move.
 *
 * The snapshots are read from shared memory without stopping anybody, hence two: had something moved
 * between them, a counter would differ.
 *
 * @param withCalls false: async calls that wait for something do not count as moving
 * @throws QuietTimeoutError after `deadlineMs` of real time
 */
export async function untilQuiet(
  rows: readonly LedgerRow[],
  ways: Ways,
  deadlineMs: number,
  withCalls: boolean,
): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  let previous: string | undefined;
  for (;;) {
    const obstacle = whatMoves(rows, ways, withCalls);
    const snapshot = obstacle === undefined ? countersOf(rows, ways) : undefined;
    if (snapshot !== undefined && snapshot === previous) return;
    previous = snapshot;
    if (performance.now() > endMs)
      throw new QuietTimeoutError(deadlineMs, obstacle ?? 'counters kept changing');
    await nextImmediate();
  }
}

function whatMoves(rows: readonly LedgerRow[], ways: Ways, withCalls: boolean): string | undefined {
  for (const [shard, row] of rows.entries()) {
    if (row.get('busy') !== 0) return `shard ${shard} is busy`;
    if (withCalls && row.get('callsRunning') !== 0) return `shard ${shard} has async calls running`;
    if (row.get('outboxFrames') !== 0) return `shard ${shard} has frames in its outboxes`;
  }
  for (const from of rows.keys()) {
    for (const to of rows.keys()) {
      if (from === to) continue;
      const { framesWritten, framesRead } = ways.tallies(from, to);
      if (framesWritten !== framesRead) return `frames are on their way from shard ${from} to shard ${to}`;
    }
  }
  return ways.pending;
}

const COUNTERS = ['sent', 'handled', 'dead', 'turns', 'epoch', 'ordersTaken', 'reportsSent'] as const;

function countersOf(rows: readonly LedgerRow[], ways: Ways): string {
  const counters = rows.flatMap((row) => COUNTERS.map((column) => row.get(column)));
  for (const from of rows.keys())
    for (const to of rows.keys()) if (from !== to) counters.push(ways.tallies(from, to).framesRead);
  return counters.join(' ');
}
