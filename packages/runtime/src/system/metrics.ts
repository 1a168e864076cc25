import type { LedgerRow } from './ledger.js';

/** Where all envelopes of a system are. `sent = handled + deadLetters + queued` at any quiet moment. */
export interface Accounting {
  /** Envelopes ever sent: messages, replies, fired timers; count. */
  readonly sent: number;
  /** Envelopes whose handler returned, and replies that were taken; count. */
  readonly handled: number;
  readonly deadLetters: number;
  /** Waiting in mailboxes, rings and outboxes, or being handled; count. */
  readonly queued: number;
}

/** One shard's counts and depths. */
export interface ShardMetrics {
  readonly shard: number;
  readonly sent: number;
  readonly handled: number;
  readonly deadLetters: number;
  /** Replies to questions that were not open any more, among the dead letters. */
  readonly lateReplies: number;
  readonly actors: number;
  readonly turns: number;
  /** Restarts ordered by this shard's supervisors. */
  readonly restarts: number;
  /** Envelopes in mailboxes. */
  readonly mailWaiting: number;
  /** Async calls that have not settled. */
  readonly callsRunning: number;
  /** Questions of this shard that wait for a reply. */
  readonly questionsOpen: number;
  /** Frames that wait because a ring is full. */
  readonly outboxFrames: number;
  /** Starts of the shard's thread; more than 1 after a loss. */
  readonly epoch: number;
}

/** Counts of a whole system, and of each of its shards. */
export interface SystemMetrics extends Accounting {
  readonly actors: number;
  readonly restarts: number;
  readonly shards: readonly ShardMetrics[];
}

export function readMetrics(rows: readonly LedgerRow[]): SystemMetrics {
  const shards = rows.map((row, shard) => ({
    shard,
    sent: row.get('sent'),
    handled: row.get('handled'),
    deadLetters: row.get('dead'),
    lateReplies: row.get('lateReplies'),
    actors: row.get('actors'),
    turns: row.get('turns'),
    restarts: row.get('restarts'),
    mailWaiting: row.get('mailWaiting'),
    callsRunning: row.get('callsRunning'),
    questionsOpen: row.get('questionsOpen'),
    outboxFrames: row.get('outboxFrames'),
    epoch: row.get('epoch'),
  }));
  const sum = (pick: (shard: ShardMetrics) => number): number =>
    shards.reduce((total, shard) => total + pick(shard), 0);
  const sent = sum((shard) => shard.sent);
  const handled = sum((shard) => shard.handled);
  const deadLetters = sum((shard) => shard.deadLetters);
  return {
    sent,
    handled,
    deadLetters,
    queued: sent - handled - deadLetters,
    actors: sum((shard) => shard.actors),
    restarts: sum((shard) => shard.restarts),
    shards,
  };
}
