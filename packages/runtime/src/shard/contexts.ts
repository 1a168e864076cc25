import { keyedUniform, streamOf } from '@skein/random';
import { ActorRef, type AnyRef, type AskOptions } from '../actor/actor-ref.js';
import { type ActorAddress, NOBODY, pathOfId } from '../actor/address.js';
import type {
  ActorContext,
  AsyncContext,
  PipedSource,
  PipeOptions,
  ReplyHandle,
  ScheduledMessage,
  SpawnArguments,
  SpawnOptions,
  StopOptions,
  TurnContext,
} from '../actor/context.js';
import type { ActorDefinition } from '../actor/definition.js';
import type { MessageOf, Protocol, QuestionOf, ReplyOf } from '../actor/protocol.js';
import { InvalidOptionError, StaleContextError, StashFullError } from '../errors.js';
import { BLOCKED, DRAWS, INCARNATION, MAIL_COUNT, STATUS } from '../kernel/actor-record.js';
import { ASK, FAR, KIND_MASK, SENDER_A, SENDER_B, WORD } from '../kernel/mail-pool.js';
import { createLogger, type Logger } from '../system/log.js';
import { abortableDelay } from '../time/abortable-delay.js';
import type { AsyncCall } from './async-call.js';
import { KeptQuestion, type Question } from './question.js';
import { isLiving } from './scope.js';
import type { Shard } from './shard.js';

// Bits of a context's progress.
const OPEN = 1;
const ANSWERED = 2;
const DEFERRED = 4;
/** Of a message's context: the handler puts the message aside. */
export const STASHED = 8;
/** Of a message's context: the handler has seen to the question: answered it, keeps it for a later turn, or has handed it on. */
export const SETTLED: number = ANSWERED | DEFERRED;

/** The context of `initial`, `stopped` and the notices: closed when the function returns. */
export class LifeContext implements ActorContext {
  // Declared and set in one constructor, for one is made for every message: initializers and derived
  // constructors would make that several times dearer.
  declare protected readonly shardOf: Shard;
  declare protected readonly slot: number;
  /** Of a message: where it is while this is open. */
  declare protected readonly node: number;
  /** Whether this may be used, and what became of the message: bits. */
  declare protected progress: number;

  constructor(shard: Shard, slot: number, node: number) {
    this.shardOf = shard;
    this.slot = slot;
    this.node = node;
    this.progress = OPEN;
  }

  /** Ends the validity of this context. Returns what became of the message, bits. */
  close(): number {
    const progress = this.progress & ~OPEN;
    this.progress = progress;
    return progress;
  }

  get self(): ActorRef {
    this.check('self');
    return this.shardOf.refOf(this.slot);
  }

  get parent(): ActorAddress {
    this.check('parent');
    return this.shardOf.parentOf(this.slot);
  }

  get shard(): number {
    this.check('shard');
    return this.shardOf.index;
  }

  get incarnation(): number {
    this.check('incarnation');
    return this.shardOf.table.get(this.slot, INCARNATION);
  }

  get log(): Logger {
    this.check('log');
    const { shardOf, slot } = this;
    return createLogger(shardOf.logSink, shardOf.index, shardOf.addressOf(slot).path, () =>
      shardOf.clock.now(),
    );
  }

  now(): number {
    this.check('now');
    return this.shardOf.clock.now();
  }

  random(): number {
    this.check('random');
    const { table, seed } = this.shardOf;
    const draw = table.get(this.slot, DRAWS);
    table.set(this.slot, DRAWS, draw + 1);
    return keyedUniform(seed, streamOf(this.shardOf.addressOf(this.slot).path), 0, draw);
  }

  extension(name: string): unknown {
    this.check('extension');
    const { extensions } = this.shardOf;
    if (!Object.hasOwn(extensions, name))
      throw new InvalidOptionError(
        'extension',
        name,
        `one of the system's extensions (${Object.keys(extensions).join(', ') || 'none'})`,
      );
    return extensions[name];
  }

  shardLocal<T>(key: object, build: () => T): T {
    this.check('shardLocal');
    const { locals } = this.shardOf;
    if (!locals.has(key)) locals.set(key, build());
    return locals.get(key) as T;
  }

  mailboxDepth(target: AnyRef): number | undefined {
    this.check('mailboxDepth');
    const { id, shard } = target.address;
    const slot = shard === this.shardOf.index ? this.shardOf.resolve(id) : 0;
    if (slot === 0) return undefined;
    const { table } = this.shardOf;
    const busy = (table.get(slot, STATUS) & BLOCKED) === 0 ? 0 : 1;
    return table.get(slot, MAIL_COUNT) + busy;
  }

  ref<Q extends Protocol>(address: ActorAddress): ActorRef<Q> {
    this.check('ref');
    return this.shardOf.ref(address);
  }

  spawn<Q extends Protocol, Args>(
    definition: ActorDefinition<Q, Args>,
    ...rest: SpawnArguments<Args>
  ): ActorRef<Q>;
  spawn(definition: { readonly name: string }, args?: unknown, options?: SpawnOptions): ActorRef {
    this.check('spawn');
    return this.shardOf.spawner.spawn(this.slot, definition, args, options);
  }

  stop(target?: AnyRef, options?: StopOptions): void {
    this.check('stop');
    if (target === undefined || target.address.id === this.shardOf.idOf(this.slot))
      this.shardOf.signals.stopSelf(this.slot, options);
    else this.shardOf.signals.stop(target.address, options ?? {});
  }

  become(behavior?: string): void {
    this.check('become');
    this.shardOf.life.become(this.slot, behavior);
  }

  unstashAll(): void {
    this.check('unstashAll');
    this.shardOf.stash.putBack(this.slot);
  }

  watch(target: AnyRef): void {
    this.check('watch');
    this.shardOf.signals.watch(this.slot, target.address);
  }

  unwatch(target: AnyRef): void {
    this.check('unwatch');
    this.shardOf.signals.unwatch(this.slot, target.address);
  }

  link(target: AnyRef): void {
    this.check('link');
    this.shardOf.linked.link(this.slot, target.address);
  }

  unlink(target: AnyRef): void {
    this.check('unlink');
    this.shardOf.linked.unlink(this.slot, target.address);
  }

  schedule(delayMs: number, message: MessageOf<Protocol>): ScheduledMessage {
    this.check('schedule');
    if (!(delayMs >= 0)) throw new InvalidOptionError('delayMs', delayMs, 'at least 0 ms');
    return this.shardOf.scheduledMessages.schedule(this.slot, delayMs, message, false);
  }

  scheduleEvery(periodMs: number, message: MessageOf<Protocol>): ScheduledMessage {
    this.check('scheduleEvery');
    if (!(periodMs > 0)) throw new InvalidOptionError('periodMs', periodMs, 'more than 0 ms');
    return this.shardOf.scheduledMessages.schedule(this.slot, periodMs, message, true);
  }

  pipeFrom<T>(
    source: AsyncIterable<T> | Iterable<T>,
    toMessage: (item: T) => MessageOf<Protocol>,
    options: PipeOptions = {},
  ): PipedSource {
    this.check('pipeFrom');
    return this.shardOf.sources.start(this.slot, source, toMessage, options);
  }

  protected check(operation: string): void {
    if ((this.progress & OPEN) === 0) throw this.stale(operation);
  }

  protected stale(operation: string): StaleContextError {
    return new StaleContextError(
      this.shardOf.addressOf(this.slot).path,
      operation,
      'its handler has returned',
      'Use the context only until the handler returns, or declare the handler async.',
    );
  }
}

/** The context of one message in a synchronous handler. While it is open the message is in its node. */
export class MessageContext extends LifeContext implements TurnContext, Question {
  get answered(): boolean {
    return (this.progress & ANSWERED) !== 0;
  }

  set answered(answered: boolean) {
    this.progress = answered ? this.progress | ANSWERED : this.progress & ~ANSWERED;
  }

  get isAsk(): boolean {
    return (this.shardOf.mail.pool.get(this.node, WORD) & KIND_MASK) === ASK;
  }

  get senderShard(): number {
    return this.shardOf.envelopes.senderShardOf(this.node);
  }

  get correlation(): number {
    return this.shardOf.mail.pool.correlation(this.node);
  }

  get senderId(): number {
    return this.shardOf.envelopes.senderIdOf(this.node);
  }

  get sender(): ActorRef | undefined {
    this.check('sender');
    const { shardOf, node } = this;
    const { pool } = shardOf.mail;
    if ((pool.get(node, WORD) & FAR) !== 0) return senderOf(shardOf, this.senderId, this.senderShard);
    const slot = pool.get(node, SENDER_A);
    return slot === 0 ? undefined : new ActorRef(shardOf.local, slot, pool.get(node, SENDER_B), undefined);
  }

  reply(value: unknown): void {
    this.check('reply');
    this.shardOf.replies.reply(this.slot, this, value);
  }

  reject(error: unknown): void {
    this.check('reject');
    this.shardOf.replies.reject(this.slot, this, error);
  }

  deferReply(): ReplyHandle<unknown> {
    this.check('deferReply');
    this.progress |= DEFERRED;
    const question = new KeptQuestion(this.shardOf.envelopes.read(this.node));
    question.answered = this.answered;
    return deferred(this.shardOf, this.slot, question);
  }

  forward(target: AnyRef): void {
    this.check('forward');
    this.progress |= DEFERRED;
    this.shardOf.post.forward(target.address, this.shardOf.envelopes.read(this.node));
  }

  stash(): void {
    this.check('stash');
    const { capacity, count } = this.shardOf.stash.sizeOf(this.slot);
    if (count >= capacity) throw new StashFullError(this.shardOf.addressOf(this.slot).path, capacity);
    this.progress |= STASHED;
  }
}

/** The context of one call of an async handler: valid until the call settles or is cut off. */
export class CallContext extends LifeContext implements AsyncContext<Protocol, unknown, unknown> {
  readonly question: KeptQuestion;
  readonly #call: AsyncCall;

  constructor(shard: Shard, slot: number, call: AsyncCall) {
    super(shard, slot, 0);
    this.question = new KeptQuestion(call.envelope);
    this.#call = call;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  /** Also when the call is over: whoever cleans up may want to know how late it is. */
  override now(): number {
    return this.shardOf.clock.now();
  }

  get sender(): ActorRef | undefined {
    this.check('sender');
    const { sender, senderShard } = this.question.envelope;
    return senderOf(this.shardOf, sender, senderShard);
  }

  get state(): Readonly<unknown> {
    this.check('state');
    return this.shardOf.stateOf(this.slot) as Readonly<unknown>;
  }

  update(write: (state: unknown) => void): void {
    this.check('update');
    write(this.shardOf.stateOf(this.slot));
  }

  reply(value: unknown): void {
    this.check('reply');
    this.shardOf.replies.reply(this.slot, this.question, value);
  }

  reject(error: unknown): void {
    this.check('reject');
    this.shardOf.replies.reject(this.slot, this.question, error);
  }

  deferReply(): ReplyHandle<unknown> {
    this.check('deferReply');
    this.question.deferred = true;
    return deferred(this.shardOf, this.slot, this.question);
  }

  forward(target: AnyRef): void {
    this.check('forward');
    this.question.deferred = true;
    this.shardOf.post.forward(target.address, this.question.envelope);
  }

  send<Q extends Protocol>(target: ActorRef<Q>, message: MessageOf<Q>): void {
    this.check('send');
    target.send(message);
  }

  ask<Q extends Protocol, Asked extends QuestionOf<Q>>(
    target: ActorRef<Q>,
    message: Asked,
    options: AskOptions,
  ): Promise<ReplyOf<Q, Asked['type']>> {
    this.check('ask');
    const signal = options.signal ? AbortSignal.any([this.#call.signal, options.signal]) : this.#call.signal;
    return target.ask(message, { ...options, signal });
  }

  delay(ms: number, signal?: AbortSignal): Promise<void> {
    this.check('delay');
    if (!(ms >= 0)) throw new InvalidOptionError('ms', ms, 'at least 0 ms');
    const { timers } = this.shardOf;
    const start = (fire: () => void) => {
      const timer = timers.set(ms, fire);
      return () => void timers.cancel(timer);
    };
    const own = this.#call.signal;
    return abortableDelay(start, signal === undefined ? [own] : [own, signal]);
  }

  protected override check(operation: string): void {
    if (!this.#call.isOpen) throw this.stale(operation);
  }

  protected override stale(operation: string): StaleContextError {
    return new StaleContextError(
      this.#call.path,
      operation,
      'its call has ended, or its actor has stopped or restarted since',
      'Watch `context.signal` and give up when it aborts.',
    );
  }
}

/** A ref of who sent an envelope; undefined for the world outside. */
export function senderOf(shard: Shard, id: number, senderShard: number): ActorRef | undefined {
  if (id === NOBODY) return undefined;
  const slot = senderShard === shard.index ? shard.resolve(id) : 0;
  return slot !== 0 ? shard.refOf(slot) : shard.ref({ path: pathOfId(id), id, shard: senderShard });
}

/** Keeps a question beyond its handler. The handle belongs to one life of the actor. */
function deferred(shard: Shard, slot: number, question: KeptQuestion): ReplyHandle<unknown> {
  const life = { shard, slot, generation: shard.generationOf(slot), incarnation: shard.incarnationOf(slot) };
  const { kept } = shard.cellOf(slot);
  kept.add(question);
  return (value) => {
    if (!isLiving(life))
      throw new StaleContextError(
        shard.addressOf(slot, life.generation).path,
        'reply',
        'its actor has stopped or restarted since',
        'Keep reply handles in the actor state, which a restart builds anew.',
      );
    kept.delete(question);
    shard.replies.reply(slot, question, value);
  };
}
