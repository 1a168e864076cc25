import { keyedUniform, streamOf } from '@skein/random';
import type { ActorRef, AnyRef } from '../actor/actor-ref.js';
import type { ActorAddress } from '../actor/address.js';
import type {
  ActorContext,
  PipedSource,
  PipeOptions,
  ScheduledMessage,
  SpawnArguments,
  SpawnOptions,
  StopOptions,
} from '../actor/context.js';
import type { ActorDefinition } from '../actor/definition.js';
import type { MessageOf, Protocol } from '../actor/protocol.js';
import { InvalidOptionError, StaleContextError } from '../errors.js';
import { BLOCKED, DRAWS, INCARNATION, MAIL_COUNT, STATUS } from '../kernel/actor-record.js';
import { extensionIn } from '../system/extension-in.js';
import { createLogger, type Logger } from '../system/log.js';
import type { Shard } from './shard.js';

/** Of a context's progress, a bit: it may be used. */
export const OPEN = 1;

/** The context of `initial`, `stopped` and the notices: closed when the function returns. */
export class LifeContext implements ActorContext {
  // Declared and set in one constructor, for one is made for every message: initializers and derived
  // constructors would make that several times dearer.
  declare protected readonly shardOf: Shard;
  declare protected readonly slot: number;
  /** Of a message: where it is while this is open. */
  declare protected node: number;
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
    return extensionIn(this.shardOf.extensions, name);
  }

  shardLocal<T>(key: object, build: () => T): T {
    this.check('shardLocal');
    return this.shardOf.locals.shardLocal(key, build);
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
