import type { ActorAddress } from '../actor/address.js';
import type { LifecycleEvent, LifecycleState } from '../actor/lifecycle.js';
import type { Envelope } from '../mailbox/envelope.js';
import type { DeadLetterReason } from '../system/dead-letters.js';
import type { Inspector } from './inspector.js';
import type { Question } from './question.js';
import type { Signal } from './signals.js';

/** Is told of lives, messages handed to handlers, and signals, as they happen: see {@link Inspector}. */
export interface ShardInspector {
  /** An actor has its slot and its place in the tree. */
  spawned(slot: number): void;
  /** An actor is about to move along its lifecycle. */
  stepped(slot: number, event: LifecycleEvent, next: LifecycleState, error: unknown): void;
  /** The message in `node` is about to be handled. */
  handed(slot: number, node: number, message: { readonly type: string }): void;
  /** A signal has come, perhaps for an actor that lives here. */
  signalled(signal: Signal, fromShard: number): void;
  flush(): void;
  taken(): void;
}

/** Sees everything that happens on a shard of a simulation: also what leaves, and what ends unheard. In production there is none. */
export interface ShardWitness extends ShardInspector {
  /**
   * An envelope sets out. Its message is the very one that arrives, but between shards.
   *
   * @param handedOn by another than its sender
   */
  posted(target: ActorAddress, envelope: Envelope, handedOn: boolean): void;
  /** A question is answered by the actor in a slot. */
  replied(replier: number, question: Question, value: unknown, isRejection: boolean): void;
  /** A message was put aside by the actor in a slot, and will be handed again. */
  stashed(slot: number, node: number): void;
  /** An envelope or reply has ended as a dead letter. */
  buried(
    reason: DeadLetterReason,
    target: ActorAddress | undefined,
    sender: ActorAddress | undefined,
    message: { readonly type: string },
  ): void;
  /** An actor has reached for what no seed controls. Returns what to throw there. */
  uncontrolled(path: string, what: string): Error;
  /** Itself, telling an inspector too, or no longer. */
  with(inspector: Inspector | undefined): ShardInspector;
}
