import type { ActorAddress } from './address.js';
import type { MessageOf, Protocol, QuestionOf, ReplyOf } from './protocol.js';

/** How long to wait for a reply, and how to give up earlier. */
export interface AskOptions {
  /** Longest wait, ms, more than 0. */
  readonly deadlineMs: number;
  /** Withdraws the question. */
  readonly signal?: AbortSignal;
}

/** What a ref needs of the shard it was made on. */
export interface RefHost {
  /** Sends on behalf of whoever is running. */
  sendFrom(target: ActorAddress, message: { readonly type: string }): void;
  /** Asks on behalf of whoever is running. */
  askFrom(target: ActorAddress, message: { readonly type: string }, options: AskOptions): Promise<unknown>;
}

/**
 * A typed handle to send to an actor, holding an address only: it keeps nothing alive, and travels in
 * messages.
 *
 * Delivery: at most once; from one sender to one receiver in the order of sending, whether told or asked;
 * no silent loss while the receiver lives. A message that nobody can take becomes a dead letter with a
 * reason. A ref of an actor that has stopped stays harmless.
 */
export class ActorRef<P extends Protocol = Protocol> {
  readonly address: ActorAddress;
  readonly #host: RefHost;

  constructor(address: ActorAddress, host: RefHost) {
    this.address = address;
    this.#host = host;
  }

  /**
   * Sends and returns at once. Never throws for the receiver's state, nor for a message that cannot be
   * encoded: that is a dead letter too. Inside an actor the actor is the sender.
   *
   * @throws StaleContextError from an async call whose actor has stopped or restarted since
   */
  send(message: MessageOf<P>): void {
    this.#host.sendFrom(this.address, message);
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
    return this.#host.askFrom(this.address, message, options) as Promise<ReplyOf<P, Question['type']>>;
  }

  /** The path. */
  toString(): string {
    return this.address.path;
  }
}

/** A ref of any actor: enough to watch or stop it. */
export type AnyRef = ActorRef<never> | ActorRef;
