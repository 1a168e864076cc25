import type { Transport } from '@skein/transport';
import { ActorRef } from '../actor/actor-ref.js';
import type { ActorAddress } from '../actor/address.js';
import { STOPPING } from '../actor/lifecycle.js';
import type { Protocol } from '../actor/protocol.js';
import { AskRejectedError } from '../errors.js';
import { isEnvelope } from '../mailbox/envelope.js';
import type { ByteBudget } from '../mailbox/mailbox.js';
import { Links, type MessageCodec } from '../remote/links.js';
import { Dispatcher } from '../scheduling/dispatcher.js';
import type { DispatcherChoices } from '../scheduling/dispatcher-choices.js';
import type { DeadLetter } from '../system/dead-letters.js';
import type { DefinitionRegistry } from '../system/definition-registry.js';
import type { LedgerRow } from '../system/ledger.js';
import { createLogger, type Logger, type LogSink } from '../system/log.js';
import { OpenQuestions } from '../system/open-questions.js';
import type { Clock } from '../time/clock.js';
import { TimerQueue } from '../time/timer-queue.js';
import type { ActorCell } from './actor-cell.js';
import { Life } from './life.js';
import { Limbo } from './limbo.js';
import { Peers } from './peers.js';
import { PostOffice } from './post-office.js';
import { Pump } from './pump.js';
import type { Scope } from './scope.js';
import { SignalBox } from './signal-box.js';
import { Spawner } from './spawner.js';
import { Supervisor } from './supervisor.js';
import { runTurn } from './turn.js';

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
  /** The spawn counts of all shards now: ids up to these were given out before this shard started. */
  readonly spawnCounts: readonly number[];
  readonly createCodec: (refOf: (address: ActorAddress) => ActorRef) => MessageCodec;
  readonly transport: Transport | undefined;
  readonly logSink: LogSink;
  readonly onDeadLetter: (letter: DeadLetter) => void;
  /** The root of the tree has stopped or failed; on the main shard only. */
  readonly onRootStopped: () => void;
  readonly onRootFailed: (error: unknown) => void;
}

/**
 * The actors of one thread, and the parts that look after them:
 *
 * - `post-office.ts` routes envelopes and keeps the books, `signal-box.ts` lifecycle signals, `links.ts` both
 *   to and from other shards
 * - `turn.ts` is what happens in a turn, `life.ts` in a life, `supervisor.ts` after a failure
 * - `peers.ts` is what the loss of another shard means here
 * - `pump.ts` keeps it all going
 */
export class Shard {
  readonly index: number;
  readonly shardCount: number;
  readonly seed: number;
  readonly stopDeadlineMs: number;
  readonly registry: DefinitionRegistry;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly row: LedgerRow;
  readonly logSink: LogSink;
  readonly log: Logger;
  readonly budget: ByteBudget;
  readonly timers: TimerQueue;
  readonly dispatcher: Dispatcher;
  readonly life: Life;
  readonly supervisor: Supervisor;
  readonly spawner: Spawner;
  readonly questions: OpenQuestions;
  /** See `ActorContext.shardLocal`. */
  readonly locals: WeakMap<object, unknown> = new WeakMap();
  /** Whether dead letters are described and handed on; they are counted anyway. */
  describesDeadLetters = false;

  readonly post: PostOffice;
  readonly signals: SignalBox;
  readonly peers: Peers;
  readonly links: Links;
  readonly limbo: Limbo;
  /** The root of the tree has stopped or failed. */
  readonly rootStopped: () => void;
  readonly rootFailed: (error: unknown) => void;
  readonly #pump: Pump;
  readonly #cells = new Map<number, ActorCell>();
  #closed = false;

  constructor(environment: ShardEnvironment) {
    this.index = environment.index;
    this.shardCount = environment.shardCount;
    this.seed = environment.seed;
    this.stopDeadlineMs = environment.stopDeadlineMs;
    this.registry = environment.registry;
    this.extensions = environment.extensions;
    this.clock = environment.clock;
    this.row = environment.row;
    this.logSink = environment.logSink;
    this.log = createLogger(this.logSink, this.index, '/', () => this.clock.now());
    this.budget = { bytesMax: environment.mailboxBytesMax, bytes: 0 };
    this.timers = new TimerQueue(this.clock);
    this.dispatcher = new Dispatcher(environment.choices);
    this.life = new Life(this);
    this.supervisor = new Supervisor(this);
    this.spawner = new Spawner(this);
    this.questions = new OpenQuestions(this.timers, this.row);
    this.rootStopped = environment.onRootStopped;
    this.rootFailed = environment.onRootFailed;
    const codec = environment.createCodec((address) => this.ref(address));
    this.post = new PostOffice(this, codec, environment.strict, environment.onDeadLetter);
    this.signals = new SignalBox(this);
    this.peers = new Peers(this);
    this.limbo = new Limbo(environment.spawnCounts);
    this.links = new Links(environment.transport, codec, this);
    this.#pump = new Pump(this, this.links);
  }

  ref<P extends Protocol>(address: ActorAddress): ActorRef<P> {
    return new ActorRef<P>(address, this.post);
  }

  admit(cell: ActorCell): void {
    this.#cells.set(cell.address.id, cell);
    this.row.add('actors', 1);
  }

  forget(cell: ActorCell): void {
    if (this.#cells.delete(cell.address.id)) this.row.add('actors', -1);
  }

  cell(id: number): ActorCell | undefined {
    return this.#cells.get(id);
  }

  /** All of them, as they are now. */
  cells(): ActorCell[] {
    return [...this.#cells.values()];
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Makes sure that work which has come in is done soon. */
  wake(): void {
    this.#pump.wake();
  }

  /** A promise of an actor's code was rejected and nobody handled it: the actor has failed. */
  floatingRejection({ cell, incarnation }: Scope, error: unknown): void {
    if (cell.incarnation === incarnation && cell.lifecycle < STOPPING) {
      this.life.fail(cell, error);
      this.wake();
    } else this.log.warn('a rejection of a life that is over', { path: cell.address.path, error });
  }

  /** Runs at most `turnsMax` turns. True when more is waiting. */
  runTurns(turnsMax: number): boolean {
    this.signals.handleAll();
    for (let turns = 0; turns < turnsMax; turns++) {
      const cell = this.dispatcher.next();
      if (cell === undefined) break;
      runTurn(this, cell);
      this.signals.handleAll();
    }
    return this.dispatcher.readyCount > 0;
  }

  /** Stops at once and books nothing, as a thread does that ends by itself. Only a simulated one is told. */
  abandon(): void {
    this.#closed = true;
    this.row.detach();
    this.links.abandon();
    this.timers.close();
    this.#pump.close();
  }

  /** No more turns, no more frames. Mail that waits becomes dead letters, calls are cut off. */
  close(): void {
    this.#closed = true;
    for (const held of this.limbo.clear()) this.peers.giveUp(held, 'stopped', undefined);
    for (const cell of this.#cells.values()) {
      this.life.cutCallsOff(cell);
      for (let mail = cell.mailbox.take(); mail !== undefined; mail = cell.mailbox.take())
        if (isEnvelope(mail)) {
          this.row.add('mailWaiting', -1);
          this.post.deadLetter(mail, cell.address, 'stopped', undefined);
        }
    }
    this.questions.rejectWhere(
      () => true,
      (target, messageType) => new AskRejectedError(target.path, messageType, 'stopped'),
    );
    this.timers.close();
    this.row.add('dead', this.links.closeAll());
    this.#pump.close();
  }
}
