import { setImmediate as nextImmediate } from 'node:timers/promises';
import { QuietTimeoutError } from '../errors.js';
import type { LinkTallies } from '../scheduling/shard-launcher.js';
import type { LedgerRow } from './ledger.js';

type Tallies = (from: number, to: number) => LinkTallies;

/**
 * Resolves when nothing moves any more: no shard busy, no async call running, rings and outboxes empty, and
 * two equal snapshots of all counters in a row. What waits for a timer, or in the mailbox of a suspended
 * actor, does not move.
 *
 * The snapshots are read from shared memory without stopping anybody, hence two: had something moved
 * between them, a counter would differ.
 *
 * @throws QuietTimeoutError after `deadlineMs` of real time
 */
export async function untilQuiet(
  rows: readonly LedgerRow[],
  tallies: Tallies,
  deadlineMs: number,
): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  let previous: string | undefined;
  for (;;) {
    const obstacle = whatMoves(rows, tallies);
    const snapshot = obstacle === undefined ? countersOf(rows) : undefined;
    if (snapshot !== undefined && snapshot === previous) return;
    previous = snapshot;
    if (performance.now() > endMs)
      throw new QuietTimeoutError(deadlineMs, obstacle ?? 'counters kept changing');
    await nextImmediate();
  }
}

function whatMoves(rows: readonly LedgerRow[], tallies: Tallies): string | undefined {
  for (const [shard, row] of rows.entries()) {
    if (row.get('busy') !== 0) return `shard ${shard} is busy`;
    if (row.get('callsRunning') !== 0) return `shard ${shard} has async calls running`;
    if (row.get('outboxFrames') !== 0) return `shard ${shard} has frames in its outboxes`;
  }
  for (const from of rows.keys()) {
    for (const to of rows.keys()) {
      if (from === to) continue;
      const { framesWritten, framesRead } = tallies(from, to);
      if (framesWritten !== framesRead) return `frames are on their way from shard ${from} to shard ${to}`;
    }
  }
  return undefined;
}

function countersOf(rows: readonly LedgerRow[]): string {
  return rows
    .map(
      (row) =>
        `${row.get('sent')} ${row.get('handled')} ${row.get('dead')} ${row.get('turns')} ${row.get('epoch')}`,
    )
    .join('; ');
}
