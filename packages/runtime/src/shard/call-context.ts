import type { ActorRef, AnyRef, AskOptions } from '../actor/actor-ref.js';
import type { AsyncContext, ReplyHandle } from '../actor/context.js';
import type { MessageOf, Protocol, QuestionOf, ReplyOf } from '../actor/protocol.js';
import { InvalidOptionError, StaleContextError } from '../errors.js';
import { abortableDelay } from '../time/abortable-delay.js';
import type { AsyncCall } from './async-call.js';
import { LifeContext } from './life-context.js';
import { KeptQuestion, keepQuestion } from './question.js';
import type { Shard } from './shard.js';

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
    return this.shardOf.senderOf(sender, senderShard);
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
    return keepQuestion(this.shardOf, this.slot, this.question);
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
