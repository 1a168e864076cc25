import { errorFromData } from '@skein/transport';
import { DefinitionMismatchError, ShardLostError, ShardStartError } from '../errors.js';
import type { ShardBoot } from '../scheduling/shard-boot.js';
import type { LaunchedShard, LinkTallies, ShardLauncher } from '../scheduling/shard-launcher.js';
import type { Shard } from '../shard/shard.js';
import { RestartWindow } from '../supervision/restart-intensity.js';
import type { ControlOrder, ControlReport } from './control.js';
import type { DeadLetterOffice } from './dead-letter-office.js';
import type { DeadLetter } from './dead-letters.js';
import type { InspectionOffice } from './inspection-office.js';
import type { LedgerRow } from './ledger.js';
import type { LogSink } from './log.js';
import type { Traffic } from './traffic.js';
import type { WatchdogOffice } from './watchdog-office.js';

/** How long a new thread waits for the others to hear of the loss of the old one, ms. */
const HEARD_WITHIN_MS = 1000;

/** Threads that may be replaced in a sliding window; one more loss ends the system. */
const REPLACEMENTS = { maxRestarts: 5, withinMs: 10_000 } as const;

export interface SideShardsOptions {
  readonly launcher: ShardLauncher | undefined;
  readonly main: Shard;
  readonly rows: readonly LedgerRow[];
  readonly office: DeadLetterOffice;
  readonly inspections: InspectionOffice;
  /** What a shard has counted. */
  readonly onTraffic: (traffic: Traffic) => void;
  readonly watchdog: WatchdogOffice;
  readonly log: LogSink;
  readonly boot: Omit<ShardBoot, 'index' | 'epoch' | 'describesDeadLetters' | 'inspectionLevel'>;
  /** Threads are lost faster than it makes sense to replace them. */
  readonly onGivenUp: (cause: unknown) => void;
}

/**
 * The shards beside the main one: starts them, replaces those whose thread ends, stops them.
 *
 * When a thread ends by itself:
 *
 * 1. what was inside it is booked as dead, by difference: what it had sent or taken in, less what it had
 *    handled, declared dead or passed on;
 * 2. all others are told: they take in what it still had sent, reject their questions to it, tell watchers;
 * 3. a new thread takes over its rings; what was on its way to the old one is booked as dead;
 * 4. when that is ready all others are told: supervisors restart the children they had there.
 */
export class SideShards {
  readonly #options: SideShardsOptions;
  readonly #shards = new Map<number, SideShard>();
  readonly #replacements = new RestartWindow(REPLACEMENTS);
  /** Of shards whose thread has ended: when each replacement is ready, or will not be. */
  readonly #replacing = new Set<Promise<void>>();
  /** The system ends: what is lost now is not replaced. */
  #ending = false;
  #stopping = false;

  constructor(options: SideShardsOptions) {
    this.#options = options;
  }

  /** Launches all of them and waits until each is ready. */
  async start(): Promise<void> {
    const indices = this.#options.rows.map((_, index) => index).slice(1);
    await Promise.all(indices.map((index) => this.#launch(index, 1)));
    this.#options.main.wake();
  }

  tellAll(order: ControlOrder, except?: number): void {
    for (const [index, shard] of this.#shards) if (index !== except) post(shard, order);
  }

  tallies(from: number, to: number): LinkTallies {
    return (
      this.#options.launcher?.tallies(from, to) ?? {
        framesWritten: 0,
        framesRead: 0,
        countedWritten: 0,
        countedRead: 0,
      }
    );
  }

  /** What is still on its way between the main thread and the others, if anything. */
  get pending(): string | undefined {
    if (this.#replacing.size > 0) return 'a shard is being replaced';
    for (const [index, { ordersSent, reportsTaken }] of this.#shards) {
      const row = this.#options.rows[index]!;
      if (row.get('ordersTaken') !== ordersSent) return `orders are on their way to shard ${index}`;
      if (row.get('reportsSent') !== reportsTaken) return `reports are on their way from shard ${index}`;
    }
    return undefined;
  }

  /**
   * Ends, as if by themselves, the threads on which actors live that should have stopped long ago: a handler
   * that does not return cannot be asked to.
   */
  killOverdue(): void {
    this.#ending = true;
    for (const [index, { launched }] of this.#shards)
      if (this.#options.rows[index]!.get('actors') > 0) launched.kill();
  }

  /** Ends all threads. None begins any more: what is on its way to one that is lost is left to {@link bookUnread}, and to it alone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.tellAll({ kind: 'stop' });
    await Promise.all(this.#replacing);
    await Promise.allSettled([...this.#shards.values()].map(({ launched }) => launched.ended));
  }

  /** Gives the threads back. The main shard must have closed before. */
  async close(): Promise<void> {
    await this.#options.launcher?.close();
  }

  /** After all threads have ended: books what they had left in the rings. */
  bookUnread(): void {
    const { rows, office } = this.#options;
    let unread = 0;
    for (const from of rows.keys())
      for (const to of rows.keys()) {
        if (from === to) continue;
        const { countedWritten, countedRead } = this.tallies(from, to);
        unread += countedWritten - countedRead;
      }
    rows[0]!.add('dead', unread);
    if (unread > 0) office.publish(lostUnseen('stopped', 0, unread));
  }

  async #launch(index: number, epoch: number): Promise<void> {
    const { launcher, boot, main, office, inspections } = this.#options;
    const row = this.#options.rows[index]!;
    row.set('busy', 1);
    row.set('ordersTaken', 0);
    row.set('reportsSent', 0);
    const launched = launcher!.launch({
      ...boot,
      index,
      epoch,
      describesDeadLetters: office.hasListeners,
      inspectionLevel: inspections.level,
    });
    const shard: SideShard = { launched, ordersSent: 0, reportsTaken: 0 };
    this.#shards.set(index, shard);
    let up = false;
    launched.ended.catch((error: unknown) => {
      if (up && !this.#stopping) this.#replace(index, epoch, error);
      else this.#bookLost(index);
    });
    const fingerprint = await ready(index, shard, (report) => this.#takeReport(report, shard));
    const expected = main.registry.fingerprint;
    if (fingerprint !== expected) throw new DefinitionMismatchError(index, expected, fingerprint);
    if (this.#stopping) post(shard, { kind: 'stop' });
    up = true;
  }

  #takeReport(report: ControlReport, from: SideShard): void {
    if (report.kind === 'log') this.#options.log(report.record);
    else if (report.kind === 'traffic') this.#options.onTraffic(report.traffic);
    else if (report.kind === 'slow-handler') this.#options.watchdog.publish(report.slow);
    else if (report.kind === 'inspection') {
      if (!this.#stopping) post(from, { kind: 'inspection-taken' }); // nobody takes an order after `stop`
      this.#options.inspections.publish(report.batch);
    } else if (report.kind === 'dead-letter') {
      const { cause, ...letter } = report.letter;
      this.#options.office.publish({ ...letter, cause: cause && errorFromData(cause) });
    }
  }

  #replace(index: number, epoch: number, error: unknown): void {
    const { main, onGivenUp } = this.#options;
    const lost = new ShardLostError(index, { cause: error });
    this.#shards.delete(index);
    this.#bookLost(index);
    main.log.error('a shard was lost', { shard: index, error: lost });
    this.tellAll({ kind: 'peer-lost', shard: index });
    main.peers.lost(index);
    if (this.#ending) return;
    if (!this.#replacements.admit(main.clock.now())) {
      onGivenUp(lost);
      return;
    }
    this.#options.rows[index]!.set('busy', 1); // until its replacement is ready
    const replacing = this.#launchAgain(index, epoch + 1).finally(() => this.#replacing.delete(replacing));
    this.#replacing.add(replacing);
  }

  /** Resolves when the shard is back, or will not come. */
  async #launchAgain(index: number, epoch: number): Promise<void> {
    const { main, onGivenUp } = this.#options;
    try {
      await this.#untilAllHaveHeard();
      if (this.#stopping) return;
      await this.#launch(index, epoch);
      this.tellAll({ kind: 'peer-back', shard: index }, index);
      main.peers.back(index);
    } catch (cause) {
      this.#options.rows[index]!.set('busy', 0);
      onGivenUp(cause);
    }
  }

  /**
   * Resolves when all shards have taken their orders: who has not heard of a loss might order actors from the new thread that are
   * to him, when he hears of it, lost with the old one. A shard whose handler does not return is not waited for.
   */
  async #untilAllHaveHeard(): Promise<void> {
    const { main, launcher } = this.#options;
    const endMs = main.clock.now() + HEARD_WITHIN_MS;
    const areBehind = (): boolean =>
      [...this.#shards].some(
        ([index, { ordersSent }]) => this.#options.rows[index]!.get('ordersTaken') < ordersSent,
      );
    while (areBehind() && main.clock.now() < endMs && !this.#stopping) await launcher!.nextLook();
  }

  /** Books what was inside a thread that has ended, and resets its gauges. */
  #bookLost(index: number): void {
    const { rows, office } = this.#options;
    const row = rows[index]!;
    let inside = row.get('sent') - row.get('handled') - row.get('dead');
    for (const peer of rows.keys()) {
      if (peer === index) continue;
      inside += this.tallies(peer, index).countedRead - this.tallies(index, peer).countedWritten;
    }
    row.add('dead', inside);
    for (const gauge of [
      'mailWaiting',
      'actors',
      'callsRunning',
      'questionsOpen',
      'outboxFrames',
      'runningId',
      'busy',
    ] as const)
      row.set(gauge, 0);
    if (inside > 0) office.publish(lostUnseen('shard-lost', index, inside));
  }
}

/** A shard on its thread, and how much went over its control port. */
interface SideShard {
  readonly launched: LaunchedShard;
  ordersSent: number;
  reportsTaken: number;
}

/** One letter for all that nobody saw go. */
function lostUnseen(reason: 'stopped' | 'shard-lost', shard: number, count: number): DeadLetter {
  const [target, sender, cause] = [undefined, undefined, undefined];
  return { reason, target, sender, messageType: 'unknown', cause, shard, count };
}

function post(shard: SideShard, order: ControlOrder): void {
  shard.ordersSent++;
  shard.launched.port.postMessage(order);
}

/** The fingerprint of a shard's definitions, once it is ready. @throws ShardStartError */
function ready(
  index: number,
  shard: SideShard,
  takeReport: (report: ControlReport) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    shard.launched.port.on('message', (report: ControlReport) => {
      shard.reportsTaken++;
      if (report.kind === 'ready') resolve(report.fingerprint);
      else if (report.kind === 'failed')
        reject(new ShardStartError(index, { cause: errorFromData(report.error) }));
      else takeReport(report);
    });
    shard.launched.ended.then(
      () => reject(new ShardStartError(index, { cause: new Error('it ended before it was ready') })),
      (cause: unknown) => reject(new ShardStartError(index, { cause })),
    );
  });
}
