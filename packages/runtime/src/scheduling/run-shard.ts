import { writeSync } from 'node:fs';
import { errorToData, type Transport } from '@skein/transport';
import { type ActorAddress, pathOfId } from '../actor/address.js';
import { createMessageCodec } from '../remote/message-codec.js';
import { superviseFloatingRejections } from '../shard/floating-rejections.js';
import { Shard } from '../shard/shard.js';
import type { ShardEnvironment } from '../shard/shard-environment.js';
import { closeShard } from '../shard/shutdown.js';
import type { ControlOrder, ControlReport } from '../system/control.js';
import { DefinitionRegistry } from '../system/definition-registry.js';
import { LedgerRow } from '../system/ledger.js';
import { LedgerWatch } from '../system/ledger-watch.js';
import { cloneableRecord, type LogRecord } from '../system/log.js';
import { slowHandlerMessage } from '../system/watchdog-office.js';
import type { Clock } from '../time/clock.js';
import { systemClock } from '../time/system-clock.js';
import { fairChoices } from './dispatcher-choices.js';
import type { ShardBoot } from './shard-boot.js';
import type { ControlPort } from './shard-launcher.js';

/** The file descriptor that all threads of a process share. */
const STDERR = 2;

/** What decides about a shard that is simulated, or that a test wants to end. */
export interface ShardSeams
  extends Pick<ShardEnvironment, 'createPump' | 'createWitness'>,
    Partial<Pick<ShardEnvironment, 'choices' | 'logSink'>> {
  readonly onStarted?: (shard: Shard) => void;
}

/**
 * Runs one shard beside the main one until it is told to stop: loads the definitions, takes over the row of
 * the ledger, reports `ready`, obeys orders.
 *
 * @param port the control port; it also keeps the thread alive
 */
export async function runShard(
  boot: ShardBoot,
  port: ControlPort,
  transport: Transport,
  clock: Clock,
  seams: ShardSeams = {},
): Promise<void> {
  let registry: DefinitionRegistry;
  try {
    registry = await DefinitionRegistry.load(boot.modules);
  } catch (error) {
    reporter(new LedgerRow(boot.ledger, boot.index), port)({ kind: 'failed', error: errorToData(error) });
    port.close();
    return;
  }
  await startShard(boot, registry, port, transport, clock, seams);
}

/** The same with definitions that are loaded. The shard is up when this returns; resolves when it has ended. */
export function startShard(
  boot: ShardBoot,
  registry: DefinitionRegistry,
  port: ControlPort,
  transport: Transport,
  clock: Clock,
  seams: ShardSeams,
): Promise<void> {
  const row = new LedgerRow(boot.ledger, boot.index);
  const report = reporter(row, port);
  const shard = new Shard({
    index: boot.index,
    shardCount: boot.shardCount,
    seed: boot.seed,
    strict: boot.strict,
    mailboxBytesMax: boot.mailboxBytesMax,
    stopDeadlineMs: boot.stopDeadlineMs,
    registry,
    extensions: boot.extensions,
    clock,
    choices: seams.choices ?? fairChoices,
    row,
    orderCounts: Array.from({ length: boot.shardCount }, (_, index) =>
      new LedgerRow(boot.ledger, index).get('orderCount'),
    ),
    createCodec: (refOf) => createMessageCodec(boot.messageLimits, refOf),
    transport,
    logSink: seams.logSink ?? ((record) => report({ kind: 'log', record: cloneableRecord(record) })),
    onDeadLetter: ({ cause, ...letter }) =>
      report({
        kind: 'dead-letter',
        letter: cause === undefined ? letter : { ...letter, cause: errorToData(cause) },
      }),
    onInspection: (batch) => report({ kind: 'inspection', batch }),
    slowHandlerMs: boot.slowHandlerMs,
    onSlowHandler: (slow) => report({ kind: 'slow-handler', slow }),
    createPump: seams.createPump,
    createWitness: seams.createWitness,
    onRootStopped: () => undefined,
    onRootFailed: () => undefined,
  });
  seams.onStarted?.(shard);
  shard.describesDeadLetters = boot.describesDeadLetters;
  shard.inspect(boot.inspectionLevel);
  shard.row.set('epoch', boot.epoch);
  const letGo = superviseFloatingRejections();
  const stopWatching = watchesMainShard(boot, clock) ? watchMainShard(boot, shard) : undefined;
  if (boot.epoch > 1) shard.peers.bookInheritedAsLost();
  const ended = new Promise<void>((stopped) => {
    port.on('message', (order: ControlOrder) => {
      if (order.kind === 'peer-lost') shard.peers.lost(order.shard);
      else if (order.kind === 'peer-back') shard.peers.back(order.shard);
      else if (order.kind === 'describe-dead-letters') shard.describesDeadLetters = order.on;
      else if (order.kind === 'inspect') shard.inspect(order.level);
      else if (order.kind === 'inspection-taken') shard.inspector?.taken();
      else if (order.kind === 'count-traffic') {
        const traffic = shard.countTraffic(order.on);
        if (!order.on) report({ kind: 'traffic', traffic });
      } else {
        closeShard(shard);
        shard.inspector?.taken(); // nothing more will come of which it could be too much
        stopped();
      }
      row.add('ordersTaken', 1); // only now: what it caused is in the ledger too
    });
    port.once('close', stopped); // nobody is there to be told anything any more
    report({ kind: 'ready', fingerprint: shard.registry.fingerprint });
    shard.wake();
  });
  return ended.then(() => {
    letGo();
    stopWatching?.();
    port.close();
  });
}

/** Sends reports and counts them. */
function reporter(row: LedgerRow, port: ControlPort): (what: ControlReport) => void {
  return (what) => {
    port.postMessage(what);
    row.add('reportsSent', 1);
  };
}

/** One shard does, if it has a thread of its own. */
function watchesMainShard({ index, slowHandlerMs }: ShardBoot, clock: Clock): boolean {
  return index === 1 && clock === systemClock && slowHandlerMs < Number.POSITIVE_INFINITY;
}

/** Tells of handlers that keep the main thread, past that thread, which cannot be told anything then. */
function watchMainShard(boot: ShardBoot, shard: Shard): () => void {
  const rows = new Map([[0, new LedgerRow(boot.ledger, 0)]]);
  const addressOf = (id: number): ActorAddress => ({ path: pathOfId(id), id, shard: 0 });
  const watch = new LedgerWatch(rows, boot.slowHandlerMs, shard.registry, addressOf, (slow) => {
    const record: LogRecord = {
      level: 'warn',
      message: slowHandlerMessage(slow),
      timeMs: shard.clock.now(),
      shard: boot.index,
      path: '/',
      fields: { ...slow },
    };
    writeSync(STDERR, `${JSON.stringify(record)}\n`);
  });
  return watch.start();
}
