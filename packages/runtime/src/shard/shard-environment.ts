import type { Transport } from '@skein/transport';
import type { ActorRef } from '../actor/actor-ref.js';
import type { ActorAddress } from '../actor/address.js';
import type { MessageCodec } from '../remote/links.js';
import type { DispatcherChoices } from '../scheduling/dispatcher-choices.js';
import type { DeadLetter } from '../system/dead-letters.js';
import type { DefinitionRegistry } from '../system/definition-registry.js';
import type { InspectionBatch } from '../system/inspection.js';
import type { LedgerRow } from '../system/ledger.js';
import type { LogSink } from '../system/log.js';
import type { SlowHandler } from '../system/watchdog.js';
import type { Clock } from '../time/clock.js';
import type { Shard } from './shard.js';
import type { ShardPump } from './shard-pump.js';
import type { ShardWitness } from './shard-witness.js';

/** What the world around a shard gives it: everything a seed or a test may want to decide. */
export interface ShardEnvironment {
  readonly index: number;
  readonly shardCount: number;
  readonly seed: number;
  /** Encode and decode every message, also between actors of one shard. */
  readonly strict: boolean;
  readonly mailboxBytesMax: number;
  readonly stopDeadlineMs: number;
  readonly registry: DefinitionRegistry;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly choices: DispatcherChoices;
  readonly row: LedgerRow;
  /** The order counts of all shards now: ids up to these were given out before this shard started. */
  readonly orderCounts: readonly number[];
  readonly createCodec: (refOf: (address: ActorAddress) => ActorRef) => MessageCodec;
  readonly transport: Transport | undefined;
  readonly logSink: LogSink;
  readonly onDeadLetter: (letter: DeadLetter) => void;
  readonly onInspection: (batch: InspectionBatch) => void;
  /** After how long a handler is slow, ms; infinite if nobody wants to know. */
  readonly slowHandlerMs: number;
  readonly onSlowHandler: (slow: SlowHandler) => void;
  /** Simulated: who decides what the shard does next, and who sees it. */
  readonly createPump?: ((shard: Shard) => ShardPump) | undefined;
  readonly createWitness?: ((shard: Shard) => ShardWitness) | undefined;
  /** The root of the tree has stopped or failed; on the main shard only. */
  readonly onRootStopped: () => void;
  readonly onRootFailed: (error: unknown) => void;
}
