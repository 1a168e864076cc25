import { NOBODY } from '../../actor/address.js';
import type { RunnableDefinition } from '../../actor/definition.js';
import { createMessageCodec } from '../../remote/message-codec.js';
import { MESSAGE_LIMITS_DEFAULT } from '../../remote/message-limits.js';
import { fairChoices } from '../../scheduling/dispatcher-choices.js';
import { Shard } from '../../shard/shard.js';
import type { DeadLetterListener } from '../../system/dead-letters.js';
import { DefinitionRegistry } from '../../system/definition-registry.js';
import { createLedgerMemory, LedgerRow } from '../../system/ledger.js';
import type { LogSink } from '../../system/log.js';
import type { Clock } from '../../time/clock.js';

/** This and the rest as in a system. */
const MAILBOX_BYTES_MAX = 2 ** 28;
const STOP_DEADLINE_MS = 5000;

/** What a shard without a system is given. */
export interface LoneShardOptions {
  readonly seed: number;
  readonly clock: Clock;
  readonly extensions: Readonly<Record<string, unknown>>;
  /** At the root of the tree. */
  readonly root: RunnableDefinition;
  readonly onDeadLetter: DeadLetterListener;
  readonly onLog: LogSink;
}

/** Creates a shard that belongs to no system and knows no module: the kernel, and nothing around it. Strict. */
export function createLoneShard(options: LoneShardOptions): Shard {
  const shard = new Shard({
    index: 0,
    shardCount: 1,
    seed: options.seed,
    strict: true,
    mailboxBytesMax: MAILBOX_BYTES_MAX,
    stopDeadlineMs: STOP_DEADLINE_MS,
    registry: new DefinitionRegistry(),
    extensions: options.extensions,
    clock: options.clock,
    choices: fairChoices,
    row: new LedgerRow(createLedgerMemory(1), 0),
    orderCounts: [0],
    createCodec: (refOf) => createMessageCodec(MESSAGE_LIMITS_DEFAULT, refOf),
    transport: undefined,
    logSink: options.onLog,
    onDeadLetter: options.onDeadLetter,
    onInspection: () => undefined,
    slowHandlerMs: Number.POSITIVE_INFINITY,
    onSlowHandler: () => undefined,
    onRootStopped: () => undefined,
    onRootFailed: () => undefined,
  });
  shard.describesDeadLetters = true;
  shard.rootSlot = shard.spawner.createRoot(options.root, { path: '', id: NOBODY, shard: 0 });
  return shard;
}
