import { keyedUniform, streamOf } from '@skein/random';
import type { ActorRef, AnyRef, AskOptions } from '../actor/actor-ref.js';
import { type ActorAddress, NOBODY, pathOfId } from '../actor/address.js';
import type {
  ActorContext,
  AsyncContext,
  ReplyHandle,
  ScheduledMessage,
  SpawnArguments,
  StopOptions,
  TurnContext,
} from '../actor/context.js';
import type { ActorDefinition } from '../actor/definition.js';
import { STOPPED } from '../actor/lifecycle.js';
import type { MessageOf, Protocol, QuestionOf, ReplyOf } from '../actor/protocol.js';
import { InvalidOptionError, StaleContextError } from '../errors.js';
import type { Envelope } from '../mailbox/envelope.js';
import { createLogger, type Logger } from '../system/log.js';
import type { ActorCell } from './actor-cell.js';
import type { AsyncCall } from './async-call.js';
import { scopes } from './scope.js';
import type { Shard } from './shard.js';

/** A question that a handler may answer once. */
export class Question {
  readonly envelope: Envelope;
  /** A reply was given. */
  answered = false;
  /** The handler keeps the question for a later turn. */
  deferred = false;

  constructor(envelope: Envelope) {
    this.envelope = envelope;
  }
}

/** The context of `initial`, `stopped` and the notices: closed when the function returns. */
export class CellContext implements ActorContext {
  protected readonly shardOf: Shard;
  protected readonly cell: ActorCell;
  #open = true;

  constructor(shard: Shard, cell: ActorCell) {
    this.shardOf = shard;
    this.cell = cell;
  }

  /** Ends the validity of this context. */
  close(): void {
    this.#open = false;
  }

  get self(): ActorRef {
    this.check('self');
    return this.shardOf.ref(this.cell.address);
  }

  get parent(): ActorAddress {
    this.check('parent');
    return this.cell.parent;
  }

  get shard(): number {
    this.check('shard');
    return this.shardOf.index;
  }

  get incarnation(): number {
    this.check('incarnation');
    return this.cell.incarnation;
  }

  get log(): Logger {
    this.check('log');
    const { shardOf } = this;
    return createLogger(shardOf.logSink, shardOf.index, this.cell.address.path, () => shardOf.clock.now());
  }

  now(): number {
    this.check('now');
    return this.shardOf.clock.now();
  }

  random(): number {
    this.check('random');
    return keyedUniform(this.shardOf.seed, streamOf(this.cell.address.path), 0, this.cell.draws++);
  }

  extension(name: string): unknown {
    this.check('extension');
    if (!Object.hasOwn(this.shardOf.extensions, name))
      throw new InvalidOptionError(
        'extension',
        name,
        `one of the system's extensions (${Object.keys(this.shardOf.extensions).join(', ') || 'none'})`,
      );
    return this.shardOf.extensions[name];
  }

  shardLocal<T>(key: object, build: () => T): T {
    this.check('shardLocal');
    const { locals } = this.shardOf;
    if (!locals.has(key)) locals.set(key, build());
    return locals.get(key) as T;
  }

  ref<Q extends Protocol>(address: ActorAddress): ActorRef<Q> {
    this.check('ref');
    return this.shardOf.ref(address);
  }

  spawn<Q extends Protocol, Args>(
    definition: ActorDefinition<Q, Args>,
    ...[args, options]: SpawnArguments<Args>
  ): ActorRef<Q> {
    this.check('spawn');
    return this.shardOf.ref(this.shardOf.spawner.spawn(this.cell, definition, args, options));
  }

  stop(target?: AnyRef, options: StopOptions = {}): void {
    this.check('stop');
    this.shardOf.signals.stop(target?.address ?? this.cell.address, options);
  }

  watch(target: AnyRef): void {
    this.check('watch');
    this.shardOf.signals.watch(this.cell, target.address);
  }

  unwatch(target: AnyRef): void {
    this.check('unwatch');
    if (!this.cell.watching.delete(target.address.id)) return;
    this.shardOf.signals.send(target.address.shard, {
      kind: 'unwatch',
      to: target.address.id,
      watcher: this.cell.address.id,
    });
  }

  schedule(delayMs: number, message: MessageOf<Protocol>): ScheduledMessage {
    this.check('schedule');
    if (!(delayMs >= 0)) throw new InvalidOptionError('delayMs', delayMs, 'at least 0 ms');
    return this.shardOf.post.schedule(this.cell, delayMs, message, false);
  }

  scheduleEvery(periodMs: number, message: MessageOf<Protocol>): ScheduledMessage {
    this.check('scheduleEvery');
    if (!(periodMs > 0)) throw new InvalidOptionError('periodMs', periodMs, 'more than 0 ms');
    return this.shardOf.post.schedule(this.cell, periodMs, message, true);
  }

  protected check(operation: string): void {
    if (!this.#open)
      throw new StaleContextError(
        this.cell.address.path,
        operation,
        'its handler has returned',
        'Use the context only until the handler returns, or declare the handler async.',
      );
  }
}

/** The context of one message in a synchronous handler. */
export class MessageContext extends CellContext implements TurnContext {
  readonly question: Question;

  constructor(shard: Shard, cell: ActorCell, envelope: Envelope) {
    super(shard, cell);
    this.question = new Question(envelope);
  }

  get sender(): ActorRef | undefined {
    this.check('sender');
    return senderOf(this.shardOf, this.question.envelope);
  }

  reply(value: unknown): void {
    this.check('reply');
    this.shardOf.post.reply(this.cell, this.question, value);
  }

  deferReply(): ReplyHandle<unknown> {
    this.check('deferReply');
    return deferred(this.shardOf, this.cell, this.question);
  }
}

/** The context of one call of an async handler: valid until the call settles or is cut off. */
export class CallContext extends CellContext implements AsyncContext<Protocol, unknown, unknown> {
  readonly question: Question;
  readonly #call: AsyncCall;

  constructor(shard: Shard, cell: ActorCell, call: AsyncCall) {
    super(shard, cell);
    this.question = new Question(call.envelope);
    this.#call = call;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  get sender(): ActorRef | undefined {
    this.check('sender');
    return senderOf(this.shardOf, this.question.envelope);
  }

  get state(): Readonly<unknown> {
    this.check('state');
    return this.cell.state as Readonly<unknown>;
  }

  update(write: (state: unknown) => void): void {
    this.check('update');
    write(this.cell.state);
  }

  reply(value: unknown): void {
    this.check('reply');
    this.shardOf.post.reply(this.cell, this.question, value);
  }

  deferReply(): ReplyHandle<unknown> {
    this.check('deferReply');
    return deferred(this.shardOf, this.cell, this.question);
  }

  send<Q extends Protocol>(target: ActorRef<Q>, message: MessageOf<Q>): void {
    this.check('send');
    this.shardOf.post.sendFrom(target.address, message);
  }

  ask<Q extends Protocol, Asked extends QuestionOf<Q>>(
    target: ActorRef<Q>,
    message: Asked,
    options: AskOptions,
  ): Promise<ReplyOf<Q, Asked['type']>> {
    this.check('ask');
    const signal = options.signal ? AbortSignal.any([this.#call.signal, options.signal]) : this.#call.signal;
    return this.shardOf.post.askFrom(target.address, message, { ...options, signal }) as Promise<never>;
  }

  protected override check(operation: string): void {
    if (!this.#call.isOpen)
      throw new StaleContextError(
        this.cell.address.path,
        operation,
        'its call has ended, or its actor has stopped or restarted since',
        'Watch `context.signal` and give up when it aborts.',
      );
  }
}

function senderOf(shard: Shard, { sender, senderShard }: Envelope): ActorRef | undefined {
  return sender === NOBODY
    ? undefined
    : shard.ref(shard.cell(sender)?.address ?? { path: pathOfId(sender), id: sender, shard: senderShard });
}

/** Keeps a question beyond its handler. The handle belongs to one life of the actor. */
function deferred(shard: Shard, cell: ActorCell, question: Question): ReplyHandle<unknown> {
  question.deferred = true;
  const { incarnation } = cell;
  return (value) => {
    if (cell.incarnation !== incarnation || cell.lifecycle === STOPPED)
      throw new StaleContextError(
        cell.address.path,
        'reply',
        'its actor has stopped or restarted since',
        'Keep reply handles in the actor state, which a restart builds anew.',
      );
    shard.post.reply(cell, question, value);
  };
}

/** The actor on whose behalf the running code acts, and whether it still may. */
export function actingCell(shard: Shard, operation: string): ActorCell | undefined {
  const scope = scopes.getStore();
  if (scope === undefined || scope.shard !== shard) return undefined;
  const { cell, incarnation, call } = scope;
  const stale =
    call === undefined ? cell.incarnation !== incarnation || cell.lifecycle === STOPPED : !call.isOpen;
  if (stale)
    throw new StaleContextError(
      cell.address.path,
      operation,
      'its actor has stopped or restarted since',
      'Watch `context.signal` and give up when it aborts.',
    );
  return cell;
}
