import type { ActorAddress } from '../actor/address.js';

/**
 * Why nobody took an envelope.
 *
 * - `no-such-actor`, `stopped`: the target is not there, or not any more.
 * - `unhandled`: the target has no handler for the message's type.
 * - `crashed`: the handler threw; the cause says what.
 * - `interrupted`: the async call that handled it was cut off by a stop, a restart or a failure.
 * - `mailbox-full`, `dropped-newest`, `dropped-oldest`: the mailbox was at its bound.
 * - `withdrawn`: its sender, who waited for room with `sendWhenReady`, has given up.
 * - `link-full`: the way to the target's shard was at its bound.
 * - `invalid-message`: it cannot be encoded, or is over the size limit.
 * - `malformed`: it arrived as bytes that are no message.
 * - `late-reply`, `second-reply`, `no-question`: a reply that nobody waits for.
 * - `shard-lost`: it was on a thread that ended.
 */
export type DeadLetterReason =
  | 'no-such-actor'
  | 'stopped'
  | 'unhandled'
  | 'crashed'
  | 'interrupted'
  | 'mailbox-full'
  | 'dropped-newest'
  | 'dropped-oldest'
  | 'withdrawn'
  | 'link-full'
  | 'invalid-message'
  | 'malformed'
  | 'late-reply'
  | 'second-reply'
  | 'no-question'
  | 'shard-lost';

/**
 * Why a question was rejected: as a dead letter, because its handler said so (`rejected`, the cause says what), or because that
 * neither replied nor kept it (`unanswered`).
 */
export type RejectionReason = DeadLetterReason | 'unanswered' | 'rejected';

/** An envelope that nobody could take. */
export interface DeadLetter {
  readonly reason: DeadLetterReason;
  /** Whom it was for; undefined for what nobody saw go. */
  readonly target: ActorAddress | undefined;
  /** Who sent it; undefined for the world outside. */
  readonly sender: ActorAddress | undefined;
  /** The message's `type`; `reply` for replies. */
  readonly messageType: string;
  /** What the handler threw, or what is wrong with the message. */
  readonly cause: unknown;
  /** The shard that found out. */
  readonly shard: number;
  /** How many envelopes this letter stands for: more than 1 only for what nobody saw go, with a thread or at the end. */
  readonly count: number;
}

/** Told of each dead letter. What it throws is logged. */
export type DeadLetterListener = (letter: DeadLetter) => void;

/**
 * Where a system publishes its dead letters. They are counted always; a description is made and sent to
 * the main thread only while somebody listens.
 */
export interface DeadLetters {
  /** Calls `listener` for each dead letter of any shard from now on. Returns how to stop. */
  subscribe(listener: DeadLetterListener): () => void;
}
