import { RowFrame } from '../kernel/row-frame.js';
import type { ActorAddress } from './address.js';
import type { MessageOf, Protocol, QuestionOf, ReplyOf } from './protocol.js';
import type { RefColumn } from './ref-column.js';
import type { Rows } from './rows.js';

/** How long to wait for a reply, and how to give up earlier. */
export interface AskOptions {
  /** Longest wait, ms, more than 0, from the end of the slice of work in which it is asked. */
  readonly deadlineMs: number;
  /** Withdraws the question. */
  readonly signal?: AbortSignal;
}

/** How long to wait for room in a mailbox. */
export interface SendOptions {
  /** Longest wait, ms, more than 0; default: as long as it takes. */
  readonly deadlineMs?: number;
  /** Withdraws the message while it has no room. */
  readonly signal?: AbortSignal;
}

/** What a ref needs of the shard it was made on. `slot` is 0 for an actor that does not live there. */
export interface RefHost {
  /** Sends to a place there on behalf of whoever is running; false if that takes more thought. */
  put(slot: number, generation: number, message: { readonly type: string }): boolean;
  /** The same with a row. */
  putRow(slot: number, generation: number, frame: RowFrame, row: number): boolean;
  /**
   * The same with the rows `from` to `to`, exclusive, in one place of the mailbox; from the actors in `senders`, the slots of
   * all rows and then their generations, or from whoever is running.
   */
  putRows(
    slot: number,
    generation: number,
    frame: RowFrame,
    from: number,
    to: number,
    senders: Int32Array | undefined,
  ): boolean;
  /** Sends each ref of a column one row, `first` to the first of them. The rows are there. */
  scatter(targets: RefColumn<never>, frame: RowFrame, first: number): void;
  /** Sends on behalf of whoever is running, wherever the receiver is. */
  tell(ref: ActorRef, message: { readonly type: string }): void;
  /** Sends on behalf of whoever is running, when there is room. */
  tellWhenReady(ref: ActorRef, message: { readonly type: string }, options: SendOptions): Promise<void>;
  /** Asks on behalf of whoever is running. */
  ask(
    ref: ActorRef,
    slot: number,
    generation: number,
    message: { readonly type: string },
    options: AskOptions,
  ): Promise<unknown>;
  /** The address of an actor that lives there, or has lived there. */
  addressOf(slot: number, generation: number): ActorAddress;
}

/** Sends each target one row, `first` to the first of them. The rows are there. */
export let scatterFrame: (targets: readonly (ActorRef | undefined)[], frame: RowFrame, first: number) => void;

/** Sends rows side by side; false, with nothing done, if they must be sent one by one. */
export let putFrame: (
  target: ActorRef,
  frame: RowFrame,
  from: number,
  to: number,
  senders: Int32Array | undefined,
) => boolean;

/**
 * Writes where the actors of refs live that are of one host, and returns that; 0 for those of another. Into `kept`, by index, go the refs that
 * could not be made again of host and place.
 */
export let placesOf: (
  refs: readonly (ActorRef | undefined)[],
  slots: Int32Array,
  generations: Int32Array,
  kept: Map<number, ActorRef>,
) => RefHost | undefined;

/** Whether two refs are known to be of one actor: made on one shard, by place. */
export let haveOnePlace: (a: ActorRef, b: ActorRef) => boolean;

/**
 * A typed handle to send to an actor, holding an address only: it keeps nothing alive, and travels in
 * messages.
 *
 * Delivery: at most once; from one sender to one receiver in the order of sending, whether told or asked;
 * no silent loss while the receiver lives. A message that nobody can take becomes a dead letter with a
 * reason. A ref of an actor that has stopped stays harmless.
 */
export class ActorRef<P extends Protocol = Protocol> {
  readonly #host: RefHost;
  readonly #slot: number;
  readonly #generation: number;
  #address: ActorAddress | undefined;

  static {
    scatterFrame = (targets, frame, first) => {
      for (let i = 0; i < targets.length; i++) {
        const target = targets[i];
        if (target !== undefined && !target.#host.putRow(target.#slot, target.#generation, frame, first + i))
          target.#host.tell(target, frame.message(first + i));
      }
    };
    placesOf = (refs, slots, generations, kept) => {
      let host: RefHost | undefined;
      for (const [i, ref] of refs.entries()) {
        if (ref === undefined) continue;
        if (ref.#slot !== 0) host ??= ref.#host;
        const isPlaced = ref.#slot !== 0 && ref.#host === host;
        if (!isPlaced || ref.#address !== undefined) kept.set(i, ref);
        if (!isPlaced) continue;
        slots[i] = ref.#slot;
        generations[i] = ref.#generation;
      }
      return host;
    };
    haveOnePlace = (a, b) =>
      a === b ||
      (a.#slot === b.#slot && a.#slot !== 0 && a.#generation === b.#generation && a.#host === b.#host);
    putFrame = (target, frame, from, to, senders) =>
      target.#host.putRows(target.#slot, target.#generation, frame, from, to, senders);
  }

  /** Made by a shard: either by place, if the actor lives on that shard, or by address. */
  constructor(host: RefHost, slot: number, generation: number, address: ActorAddress | undefined) {
    this.#host = host;
    this.#slot = slot;
    this.#generation = generation;
    this.#address = address;
  }

  /** Made when it is first read: of an actor that has gone by then, the path is lost. */
  get address(): ActorAddress {
    this.#address ??= this.#host.addressOf(this.#slot, this.#generation);
    return this.#address;
  }

  /**
   * Sends and returns at once. Never throws for the receiver's state, nor for a message that cannot be
   * encoded: that is a dead letter too. Inside an actor the actor is the sender.
   *
   * @throws StaleContextError from an async call whose actor has stopped or restarted since
   */
  send(message: MessageOf<P>): void {
    if (!this.#host.put(this.#slot, this.#generation, message)) this.#host.tell(this as never, message);
  }

  /**
   * Sends rows: as many calls of `send`, at a fraction of the price for a receiver on the shard of whoever sends.
   *
   * @throws InvalidOptionError for rows that do not add up; StaleContextError as `send` does
   */
  sendRows<Type extends keyof P & string>(rows: Rows<P, Type>): void {
    const frame = RowFrame.of(rows as unknown as Rows);
    if (this.#host.putRows(this.#slot, this.#generation, frame, 0, frame.count, undefined)) return;
    for (let row = 0; row < frame.count; row++)
      if (!this.#host.putRow(this.#slot, this.#generation, frame, row))
        this.#host.tell(this as never, frame.message(row));
  }

  /**
   * Sends as soon as the receiver's mailbox has room, and resolves then: how a sender keeps to the pace of a receiver. Those who wait
   * for the same receiver are served in the order they came.
   *
   * Rejects with SendRefusedError when the message became a dead letter before it had room (`reason` says why), and
   * with AskTimeoutError, AskAbortedError or ShardLostError as `ask` does; the message is not delivered then, unless a
   * receiver on another shard had room for it in that very moment.
   */
  sendWhenReady(message: MessageOf<P>, options: SendOptions = {}): Promise<void> {
    return this.#host.tellWhenReady(this as never, message, options);
  }

  /**
   * Sends and waits for the reply. Settles exactly once.
   *
   * Rejects with AskTimeoutError, AskAbortedError, AskRejectedError (the question became a dead letter;
   * `reason` says why) or ShardLostError.
   */
  ask<Question extends QuestionOf<P>>(
    message: Question,
    options: AskOptions,
  ): Promise<ReplyOf<P, Question['type']>> {
    return this.#host.ask(this as never, this.#slot, this.#generation, message, options) as Promise<
      ReplyOf<P, Question['type']>
    >;
  }

  /** The path. */
  toString(): string {
    return this.address.path;
  }
}

/** A ref of any actor: enough to watch or stop it. */
export type AnyRef = ActorRef<never> | ActorRef;
