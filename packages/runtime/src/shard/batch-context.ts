import { ActorRef } from '../actor/actor-ref.js';
import type { Batch } from '../actor/batch.js';
import type { MessageOf, MessageOfType, Protocol } from '../actor/protocol.js';
import type { Rows } from '../actor/rows.js';
import { InvalidOptionError, StaleContextError, TooManyEffectsError } from '../errors.js';
import { ASK, KIND_MASK, WORD } from '../kernel/mail-pool.js';
import { RowFrame } from '../kernel/row-frame.js';
import { EFFECTS_PER_ITEM_MAX } from './batch-effects.js';
import type { BatchItems } from './batch-items.js';
import { LifeContext } from './life-context.js';
import type { Shard } from './shard.js';

/** What the handler of one batch gets: writes what the items are to do into the columns, until it is closed. */
export class BatchContext implements Batch<Protocol, unknown, string> {
  readonly #shard: Shard;
  readonly #name: string;
  readonly #items: BatchItems;
  /** Items that may be used: none when the handler has returned. */
  #end: number;

  /** @param name of the definition */
  constructor(shard: Shard, name: string, items: BatchItems) {
    this.#shard = shard;
    this.#name = name;
    this.#items = items;
    this.#end = items.size;
  }

  /** Ends the validity of this context. */
  close(): void {
    this.#end = 0;
  }

  get size(): number {
    this.#check('size');
    return this.#end;
  }

  get states(): readonly unknown[] {
    this.#check('states');
    return this.#items.states;
  }

  get messages(): readonly MessageOfType<Protocol, string>[] {
    this.#check('messages');
    if (this.#items.hasRows) for (let item = 0; item < this.#end; item++) this.#items.message(item);
    return this.#items.messages as MessageOfType<Protocol, string>[];
  }

  frame(item: number): Rows | undefined {
    if (!this.#has(item)) throw this.#refusal(item, 'frame');
    return this.#items.frames.at(item);
  }

  frameEnd(item: number): number {
    if (!this.#has(item)) throw this.#refusal(item, 'frameEnd');
    return this.#items.frames.endOfRun(item, this.#end);
  }

  get rows(): Int32Array {
    this.#check('rows');
    return this.#items.rows;
  }

  message(item: number): MessageOfType<Protocol, string> {
    if (!this.#has(item)) throw this.#refusal(item, 'message');
    return this.#items.message(item) as MessageOfType<Protocol, string>;
  }

  self(item: number): ActorRef {
    return this.#shard.refOf(this.#slotOf(item, 'self'));
  }

  sender(item: number): ActorRef | undefined {
    const node = this.#nodeOf(item, 'sender');
    const { envelopes, local } = this.#shard;
    if (node === 0) {
      const { sender, senderGeneration } = this.#items.sendings.at(item);
      return sender === 0 ? undefined : new ActorRef(local, sender, senderGeneration, undefined);
    }
    return this.#shard.senderOf(envelopes.senderIdOf(node), envelopes.senderShardOf(node));
  }

  isAsk(item: number): boolean {
    const node = this.#nodeOf(item, 'isAsk');
    return node !== 0 && (this.#shard.mail.pool.get(node, WORD) & KIND_MASK) === ASK;
  }

  reply(item: number, value: unknown): void {
    if (!this.#has(item)) throw this.#refusal(item, 'reply');
    if (!this.#items.effects.add(item, undefined, value)) this.#failFull(item);
  }

  send<Q extends Protocol>(item: number, target: ActorRef<Q>, message: MessageOf<Q>): void {
    if (!this.#has(item)) throw this.#refusal(item, 'send');
    if (!(target instanceof ActorRef)) throw new InvalidOptionError('target', target, 'an actor ref');
    if (!this.#items.effects.add(item, target as unknown as ActorRef, message)) this.#failFull(item);
  }

  sendRows<Q extends Protocol, T extends keyof Q & string>(
    targets: readonly (ActorRef<Q> | undefined)[],
    rows: Rows<Q, T>,
  ): void {
    this.#check('sendRows');
    const frame = RowFrame.of(rows as unknown as Rows);
    if (frame.count !== this.#end)
      throw new InvalidOptionError('rows.count', frame.count, `${this.#end}, one row an item`);
    this.#items.rowEffects.push({ targets: targets as readonly (ActorRef | undefined)[], frame });
  }

  fail(item: number, error: unknown): void {
    if (!this.#has(item)) throw this.#refusal(item, 'fail');
    if (!this.#items.failures.has(item)) this.#items.failures.set(item, error);
  }

  now(): number {
    return this.#anyContext('now').now();
  }

  random(item: number): number {
    return new LifeContext(this.#shard, this.#slotOf(item, 'random'), 0).random();
  }

  extension(name: string): unknown {
    return this.#anyContext('extension').extension(name);
  }

  shardLocal<T>(key: object, build: () => T): T {
    this.#check('shardLocal');
    return this.#shard.locals.shardLocal(key, build);
  }

  /** For what is the same for all actors of a shard. */
  #anyContext(operation: string): LifeContext {
    return new LifeContext(this.#shard, this.#slotOf(0, operation), 0);
  }

  #failFull(item: number): void {
    const { path } = this.#shard.addressOf(this.#items.slots[item]!);
    this.fail(item, new TooManyEffectsError(path, EFFECTS_PER_ITEM_MAX));
  }

  #slotOf(item: number, operation: string): number {
    if (!this.#has(item)) throw this.#refusal(item, operation);
    return this.#items.slots[item]!;
  }

  #nodeOf(item: number, operation: string): number {
    if (!this.#has(item)) throw this.#refusal(item, operation);
    return this.#items.nodes[item]!;
  }

  #has(item: number): boolean {
    return item >= 0 && item < this.#end && (item | 0) === item;
  }

  #check(operation: string): void {
    if (this.#end === 0) throw this.#refusal(0, operation);
  }

  #refusal(item: number, operation: string): Error {
    if (this.#end > 0) return new InvalidOptionError('item', item, `an integer from 0 to ${this.#end - 1}`);
    return new StaleContextError(
      `a batch of ${this.#name}`,
      operation,
      'its handler has returned',
      'Use the batch only until the handler returns; it cannot be async.',
    );
  }
}
