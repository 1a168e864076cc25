import type { Transport } from '@skein/transport';
import { ActorRef, type AskOptions, type RefHost } from '../actor/actor-ref.js';
import { type ActorAddress, NOBODY, pathOfId } from '../actor/address.js';
import type { ScheduledMessage, StopOptions } from '../actor/context.js';
import { RESTARTING, RUNNING, STARTING, STOPPING } from '../actor/lifecycle.js';
import type { Protocol } from '../actor/protocol.js';
import { AskRejectedError, InvalidOptionError, ShardLostError } from '../errors.js';
import { type Envelope, isEnvelope, isMessage, UNKNOWN_MESSAGE } from '../mailbox/envelope.js';
import type { ByteBudget } from '../mailbox/mailbox.js';
import { estimateMessageBytes } from '../mailbox/message-size.js';
import { Links, type MessageCodec } from '../remote/links.js';
import { Dispatcher } from '../scheduling/dispatcher.js';
import type { DispatcherChoices } from '../scheduling/dispatcher-choices.js';
import type { DeadLetter, DeadLetterReason, RejectionReason } from '../system/dead-letters.js';
import type { DefinitionRegistry } from '../system/definition-registry.js';
import type { LedgerRow } from '../system/ledger.js';
import { createLogger, type Logger, type LogSink } from '../system/log.js';
import { OpenQuestions } from '../system/open-questions.js';
import type { Clock } from '../time/clock.js';
import { type QueuedTimer, TimerQueue } from '../time/timer-queue.js';
import type { ActorCell } from './actor-cell.js';
import { actingCell, type Question } from './contexts.js';
import { Life } from './life.js';
import { type Held, Limbo } from './limbo.js';
import { Pump } from './pump.js';
import type { Scope } from './scope.js';
import type { Signal } from './signals.js';
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
 * The actors of one thread: routes their messages and signals, gives them turns, and keeps the books. What
 * happens in an actor's life stands in `life.ts` and `supervisor.ts`, what happens in a turn in `turn.ts`.
 */
export class Shard implements RefHost {
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

  readonly #strict: boolean;
  readonly #codec: MessageCodec;
  readonly #links: Links;
  readonly #limbo: Limbo;
  readonly #pump: Pump;
  readonly #cells = new Map<number, ActorCell>();
  readonly #onDeadLetter: (letter: DeadLetter) => void;
  readonly rootStopped: () => void;
  readonly rootFailed: (error: unknown) => void;
  #signals: { signal: Signal; fromShard: number }[] = [];
  #handlingSignals = false;
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
    this.#onDeadLetter = environment.onDeadLetter;
    this.rootStopped = environment.onRootStopped;
    this.rootFailed = environment.onRootFailed;
    this.#strict = environment.strict;
    this.#codec = environment.createCodec((address) => this.ref(address));
    this.#limbo = new Limbo(environment.spawnCounts);
    this.#links = new Links(environment.transport, this.#codec, this);
    this.#pump = new Pump(this, this.#links);
  }

  // --- sending ---------------------------------------------------------------------------------------

  ref<P extends Protocol>(address: ActorAddress): ActorRef<P> {
    return new ActorRef<P>(address, this);
  }

  sendFrom(target: ActorAddress, message: { readonly type: string }): void {
    const sender = actingCell(this, 'send');
    this.row.add('sent', 1);
    this.#route(target, 'tell', message, sender?.address.id ?? NOBODY, 0);
  }

  async askFrom(
    target: ActorAddress,
    message: { readonly type: string },
    options: AskOptions,
  ): Promise<unknown> {
    const sender = actingCell(this, 'ask');
    const { type } = isMessage(message) ? message : UNKNOWN_MESSAGE;
    const { correlation, reply } = this.questions.open(target, type, options);
    this.row.add('sent', 1);
    this.#route(target, 'ask', message, sender?.address.id ?? NOBODY, correlation);
    return reply;
  }

  /** Sends a message of an actor to itself, later. */
  schedule(
    cell: ActorCell,
    delayMs: number,
    message: { readonly type: string },
    periodic: boolean,
  ): ScheduledMessage {
    const arm = (): QueuedTimer => {
      const timer = this.timers.set(delayMs, () => {
        cell.timers.delete(timer);
        if (periodic) current = arm();
        this.row.add('sent', 1);
        this.#route(cell.address, 'tell', message, cell.address.id, 0);
      });
      cell.timers.add(timer);
      return timer;
    };
    let current = arm();
    return {
      cancel: () => {
        this.timers.cancel(current);
        cell.timers.delete(current);
      },
    };
  }

  /** Gives the reply to a question, if there is one to give it to. */
  reply(cell: ActorCell, question: Question, value: unknown): void {
    const { envelope } = question;
    this.row.add('sent', 1);
    if (envelope.kind === 'tell') this.#deadReply(cell.address, envelope, 'no-question');
    else if (question.answered) this.#deadReply(cell.address, envelope, 'second-reply');
    else {
      question.answered = true;
      if (envelope.senderShard === this.index) this.#replyHere(cell.address, envelope, value);
      else this.#replyThere(cell.address, envelope, value);
    }
  }

  #route(
    target: ActorAddress,
    kind: 'tell' | 'ask',
    message: { readonly type: string },
    sender: number,
    correlation: number,
  ): void {
    const plain: Envelope = { kind, message, sender, senderShard: this.index, correlation, bytes: 0 };
    if (!isMessage(message)) {
      const cause = new TypeError('A message must be an object with a `type` that is a string.');
      this.deadLetter({ ...plain, message: UNKNOWN_MESSAGE }, target, 'invalid-message', cause);
    } else if (this.#closed) {
      this.deadLetter(plain, target, 'stopped', undefined);
    } else if (target.shard !== this.index) {
      this.#routeThere(target, plain);
    } else {
      let copy: { readonly type: string };
      try {
        copy = this.strictCopy(message);
      } catch (error) {
        this.deadLetter(plain, target, 'invalid-message', error);
        return;
      }
      const bytes = estimateMessageBytes(message);
      this.deliver(target.id, { kind, message: copy, sender, senderShard: this.index, correlation, bytes });
      this.wake();
    }
  }

  /** In strict mode what another thread would get: the value encoded and decoded. Else the value itself. */
  strictCopy<T>(value: T): T {
    return this.#strict ? (this.#codec.decode(this.#codec.encode(value)) as T) : value;
  }

  #routeThere(target: ActorAddress, envelope: Envelope): void {
    let payload: Uint8Array;
    try {
      payload = this.#codec.encode(envelope.message);
    } catch (error) {
      this.deadLetter(envelope, target, 'invalid-message', error);
      return;
    }
    const refusal = this.#links.sendEnvelope(target, envelope, payload);
    if (refusal !== undefined) this.deadLetter(envelope, target, refusal, undefined);
  }

  #replyHere(replier: ActorAddress, envelope: Envelope, value: unknown): void {
    let copy: unknown;
    try {
      copy = this.strictCopy(value);
    } catch (error) {
      this.#invalidReply(replier, envelope, error);
      return;
    }
    this.takeReply(replier, envelope.correlation, copy);
  }

  #replyThere(replier: ActorAddress, envelope: Envelope, value: unknown): void {
    let payload: Uint8Array;
    try {
      payload = this.#codec.encode(value);
    } catch (error) {
      this.#invalidReply(replier, envelope, error);
      return;
    }
    const refusal = this.#links.sendReply(envelope, replier.id, payload);
    if (refusal !== undefined) this.#deadReply(replier, envelope, refusal);
  }

  #invalidReply(replier: ActorAddress, envelope: Envelope, error: unknown): void {
    this.#deadReply(replier, envelope, 'invalid-message', error);
    this.#rejectAsker(envelope, replier, 'invalid-message', error);
  }

  #deadReply(replier: ActorAddress, envelope: Envelope, reason: DeadLetterReason, cause?: unknown): void {
    this.row.add('dead', 1);
    this.#describe(reason, this.#addressOrId(envelope.sender, envelope.senderShard), replier, 'reply', cause);
  }

  // --- receiving -------------------------------------------------------------------------------------

  /** An envelope for an actor of this shard, from wherever. */
  deliver(id: number, envelope: Envelope): void {
    const cell = this.#cells.get(id);
    if (cell === undefined) {
      if (this.#limbo.holds(id, this.index)) this.#limbo.keepEnvelope(id, envelope);
      else
        this.deadLetter(envelope, { path: pathOfId(id), id, shard: this.index }, 'no-such-actor', undefined);
      return;
    }
    if (!cell.takesMail) {
      this.deadLetter(envelope, cell.address, 'stopped', undefined);
      return;
    }
    const before = cell.mailbox.envelopeCount;
    const overflow = cell.mailbox.offer(envelope);
    this.row.add('mailWaiting', cell.mailbox.envelopeCount - before);
    if (overflow) this.deadLetter(overflow.victim, cell.address, overflow.reason, undefined);
    this.dispatcher.offer(cell);
  }

  /** The reply to a question of this shard. */
  takeReply(replier: ActorAddress, correlation: number, value: unknown): void {
    if (this.questions.resolve(correlation, value)) {
      this.row.add('handled', 1);
      return;
    }
    this.row.add('dead', 1);
    this.#describe('late-reply', undefined, replier, 'reply', undefined);
  }

  /** A question of this shard became a dead letter. */
  takeRejection(correlation: number, reason: string, cause: unknown): void {
    const question = this.questions.describe(correlation);
    if (question === undefined) return;
    const options = cause === undefined ? undefined : { cause };
    this.questions.reject(
      correlation,
      new AskRejectedError(question.target.path, question.messageType, reason, options),
    );
  }

  /** A handler returned: the books are closed on its envelope. */
  finish(cell: ActorCell, question: Question): void {
    this.row.add('handled', 1);
    if (question.envelope.kind === 'ask' && !question.answered && !question.deferred)
      this.#rejectAsker(question.envelope, cell.address, 'unanswered', undefined);
  }

  /** Counts an envelope as dead, tells its asker if it has one, and describes it if somebody listens. */
  deadLetter(envelope: Envelope, target: ActorAddress, reason: DeadLetterReason, cause: unknown): void {
    this.row.add('dead', 1);
    if (envelope.kind === 'ask') this.#rejectAsker(envelope, target, reason, cause);
    const sender = this.#addressOrId(envelope.sender, envelope.senderShard);
    this.#describe(reason, target, sender, envelope.message.type, cause);
  }

  #rejectAsker(envelope: Envelope, target: ActorAddress, reason: RejectionReason, cause: unknown): void {
    if (envelope.senderShard === this.index) this.takeRejection(envelope.correlation, reason, cause);
    else this.#links.sendRejection(envelope, target.id, reason, cause);
  }

  #describe(
    reason: DeadLetterReason,
    target: ActorAddress | undefined,
    sender: ActorAddress | undefined,
    messageType: string,
    cause: unknown,
  ): void {
    if (!this.describesDeadLetters) return;
    this.#onDeadLetter({ reason, target, sender, messageType, cause, shard: this.index, count: 1 });
  }

  // --- signals ---------------------------------------------------------------------------------------

  /**
   * Sends a lifecycle signal to an actor on any shard. False when that shard is lost at the moment.
   *
   * @throws TransportError when a spawn order's arguments cannot be encoded
   */
  signal(shard: number, signal: Signal): boolean {
    if (shard !== this.index) return this.#links.sendSignal(shard, signal);
    this.takeSignal(signal, this.index);
    return true;
  }

  /** Asks for the `terminated` of another actor on behalf of `cell`. */
  watch(cell: ActorCell, target: ActorAddress): void {
    cell.watching.set(target.id, target);
    const watcher = { watcher: cell.address.id, watcherShard: this.index };
    if (this.signal(target.shard, { kind: 'watch', to: target.id, ...watcher })) return;
    const notice = { address: target, reason: 'shard-lost' } as const;
    this.signal(this.index, { kind: 'terminated', to: cell.address.id, notice });
  }

  signalStop(target: ActorAddress, { now = false, deadlineMs = this.stopDeadlineMs }: StopOptions): void {
    if (!(deadlineMs >= 0)) throw new InvalidOptionError('deadlineMs', deadlineMs, 'at least 0 ms');
    this.signal(target.shard, { kind: 'stop', to: target.id, now, deadlineMs });
  }

  /**
   * A signal for an actor of this shard: handled before any further mail. Two kinds have a place in the order
   * of the mail, and are handled as they come: a start, so that mail finds its actor, and a draining stop.
   */
  takeSignal(signal: Signal, fromShard: number): void {
    if (signal.kind === 'spawn') this.#takeSpawn(signal);
    else if (signal.kind !== 'stop' || signal.now || !this.#markStop(signal))
      this.#signals.push({ signal, fromShard });
    this.wake();
  }

  /** False when the actor is not in a state to drain. */
  #markStop({ to, deadlineMs }: Extract<Signal, { kind: 'stop' }>): boolean {
    const cell = this.#cells.get(to);
    if (cell?.lifecycle !== RUNNING && cell?.lifecycle !== STARTING) return false;
    this.life.stop(cell, false, deadlineMs);
    return true;
  }

  /** Handles the signals that wait, and those they cause here, in order. */
  handleSignals(): void {
    if (this.#handlingSignals) return;
    if (this.#signals.length === 0) return;
    this.#handlingSignals = true;
    let handled = 0;
    try {
      while (handled < this.#signals.length) {
        const { signal, fromShard } = this.#signals[handled++]!;
        this.#handleSignal(signal, fromShard);
      }
    } finally {
      this.#signals.splice(0, handled);
      this.#handlingSignals = false;
    }
  }

  #handleSignal(signal: Signal, fromShard: number): void {
    const cell = this.#cells.get(signal.to);
    if (cell === undefined) {
      if (this.#limbo.holds(signal.to, this.index)) this.#limbo.keepSignal(signal.to, signal, fromShard);
      else if (signal.kind === 'watch') this.#tellGone(signal.to, signal.watcher, signal.watcherShard);
      return;
    }
    switch (signal.kind) {
      case 'stop':
        this.life.stop(cell, signal.now, signal.deadlineMs);
        return;
      case 'restart':
        this.life.restart(cell);
        return;
      case 'suspend':
        if (cell.lifecycle === STARTING) this.life.start(cell);
        this.life.suspend(cell);
        return;
      case 'resume':
        if (signal.from === 'failed') this.life.resume(cell);
        else this.life.unsuspend(cell);
        return;
      case 'child-failed':
        this.supervisor.childFailed(cell, signal.child, signal.error);
        return;
      case 'child-terminated':
        this.life.childGone(cell, signal.child);
        return;
      case 'watch':
        cell.watchers.set(signal.watcher, signal.watcherShard);
        return;
      case 'unwatch':
        cell.watchers.delete(signal.watcher);
        return;
      case 'terminated':
        if (!cell.takesMail) return;
        cell.mailbox.putNotice({ kind: 'terminated', notice: signal.notice });
        this.dispatcher.offer(cell);
    }
  }

  #takeSpawn(signal: Extract<Signal, { kind: 'spawn' }>): void {
    if (this.#cells.has(signal.to)) return; // ordered again by a supervisor that thought it lost
    this.spawner.accept(signal.to, signal.spawn);
    for (const held of this.#limbo.arrived(signal.to)) {
      if ('signal' in held) this.#handleSignal(held.signal, held.fromShard);
      else this.deliver(signal.to, held.envelope);
    }
  }

  #tellGone(id: number, watcher: number, watcherShard: number): void {
    const address = { path: pathOfId(id), id, shard: this.index };
    this.signal(watcherShard, { kind: 'terminated', to: watcher, notice: { address, reason: 'stopped' } });
  }

  // --- actors ----------------------------------------------------------------------------------------

  admit(cell: ActorCell): void {
    this.#cells.set(cell.address.id, cell);
    this.row.add('actors', 1);
  }

  forget(cell: ActorCell): void {
    if (this.#cells.delete(cell.address.id)) this.row.add('actors', -1);
  }

  addressOf(id: number): ActorAddress | undefined {
    return this.#cells.get(id)?.address;
  }

  #addressOrId(id: number, shard: number): ActorAddress | undefined {
    if (id === NOBODY) return undefined;
    return this.addressOf(id) ?? { path: pathOfId(id), id, shard };
  }

  // --- turns -----------------------------------------------------------------------------------------

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
    this.handleSignals();
    for (let turns = 0; turns < turnsMax; turns++) {
      const cell = this.dispatcher.next();
      if (cell === undefined) break;
      runTurn(this, cell);
      this.handleSignals();
    }
    return this.dispatcher.readyCount > 0;
  }

  // --- the fate of other shards ----------------------------------------------------------------------

  /** The thread of another shard has ended: nothing comes from it any more, nothing goes to it. */
  peerLost(lost: number): void {
    this.#links.receiveLast(lost);
    this.handleSignals();
    this.row.add('dead', this.#links.close(lost));
    const error = (): Error => new ShardLostError(lost);
    this.questions.rejectWhere((target) => target.shard === lost, error);
    for (const held of this.#limbo.lost(lost)) this.#giveUp(held, 'shard-lost', error());
    for (const cell of [...this.#cells.values()]) {
      this.#loseChildren(cell, lost);
      for (const [watcher, shard] of cell.watchers) if (shard === lost) cell.watchers.delete(watcher);
      for (const address of cell.watching.values()) {
        if (address.shard !== lost || !cell.takesMail) continue;
        cell.mailbox.putNotice({ kind: 'terminated', notice: { address, reason: 'shard-lost' } });
        this.dispatcher.offer(cell);
      }
      if (cell.parent.id !== NOBODY && cell.parent.shard === lost)
        this.life.stop(cell, true, this.stopDeadlineMs);
    }
    this.wake();
  }

  /** What was held for an actor that will never come. */
  #giveUp(held: Held, reason: 'shard-lost' | 'stopped', cause: unknown): void {
    const address = { path: pathOfId(held.id), id: held.id, shard: this.index };
    if ('envelope' in held) this.deadLetter(held.envelope, address, reason, cause);
    else if (held.signal.kind === 'watch')
      this.#tellGone(held.id, held.signal.watcher, held.signal.watcherShard);
  }

  /** A supervisor that is in service decides when there is a thread to restart on; one that stops need not wait. */
  #loseChildren(cell: ActorCell, lost: number): void {
    for (const record of [...cell.children.values()]) {
      if (record.address.shard !== lost) continue;
      record.lost = true;
      if (cell.lifecycle === STOPPING || cell.lifecycle === RESTARTING)
        this.life.childGone(cell, record.address.id);
    }
  }

  /** A new thread has taken the place of a lost one. */
  peerBack(shard: number): void {
    this.#links.open(shard);
    for (const cell of [...this.#cells.values()]) this.supervisor.childrenLost(cell, shard);
    this.wake();
  }

  /** Books what was on its way to the thread that this one replaces. */
  bookInheritedAsLost(): void {
    this.#links.receiveInherited();
  }

  /** Stops at once and books nothing, as a thread does that ends by itself. Only a simulated one is told. */
  abandon(): void {
    this.#closed = true;
    this.row.detach();
    this.#links.abandon();
    this.timers.close();
    this.#pump.close();
  }

  /** No more turns, no more frames. Mail that waits becomes dead letters, calls are cut off. */
  close(): void {
    this.#closed = true;
    for (const held of this.#limbo.clear()) this.#giveUp(held, 'stopped', undefined);
    for (const cell of this.#cells.values()) {
      this.life.cutCallsOff(cell);
      for (let mail = cell.mailbox.take(); mail !== undefined; mail = cell.mailbox.take())
        if (isEnvelope(mail)) {
          this.row.add('mailWaiting', -1);
          this.deadLetter(mail, cell.address, 'stopped', undefined);
        }
    }
    this.questions.rejectWhere(
      () => true,
      (target, messageType) => new AskRejectedError(target.path, messageType, 'stopped'),
    );
    this.timers.close();
    this.row.add('dead', this.#links.closeAll());
    this.#pump.close();
  }
}
