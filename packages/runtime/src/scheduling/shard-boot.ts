import type { MessageLimits } from '../remote/message-limits.js';
import type { InspectionLevel } from '../system/inspection.js';

/** Everything a shard needs to start on any thread, as data that can be cloned to it. */
export interface ShardBoot {
  readonly index: number;
  readonly shardCount: number;
  /** 1 for the first thread of this shard, one more for each replacement. */
  readonly epoch: number;
  readonly seed: number;
  readonly strict: boolean;
  readonly messageLimits: MessageLimits;
  readonly mailboxBytesMax: number;
  readonly stopDeadlineMs: number;
  /** After how long a handler is slow, ms; infinite if nobody wants to know. */
  readonly slowHandlerMs: number;
  readonly modules: readonly string[];
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly ledger: SharedArrayBuffer;
  /** Whether somebody listens to dead letters: there may be some to tell of before the first order comes. */
  readonly describesDeadLetters: boolean;
  /** How much there is to tell of actors from the beginning. */
  readonly inspectionLevel: InspectionLevel;
}
