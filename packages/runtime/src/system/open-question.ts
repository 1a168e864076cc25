import type { ActorRef } from '../actor/actor-ref.js';

const OPEN = 0;
const FULFILLED = 1;
const REJECTED = 2;

/** One question of this shard: what it waits with, and what became of it. */
export class OpenQuestion {
  // Declared and set in the constructor alone, as one is made for every question.
  declare readonly correlation: number;
  declare readonly target: ActorRef;
  declare readonly messageType: string;
  /** The message, while nobody else has it. */
  declare message: { readonly type: string } | undefined;
  /** ms; Infinity for none. */
  declare readonly deadlineMs: number;
  /** The shard that it was handed on to; -1 while the target itself has it. */
  declare movedTo: number;
  /** Its deadline, a timer, or 0. */
  declare timer: number;
  /** Forgets the signal that may withdraw it. */
  declare withdraw: (() => void) | undefined;
  declare private state: number;
  /** The reply, or the error. */
  declare private outcome: unknown;
  declare private onReply: ((value: unknown) => void) | undefined;
  declare private onFailure: ((error: unknown) => void) | undefined;

  constructor(correlation: number, target: ActorRef, messageType: string, deadlineMs: number) {
    this.correlation = correlation;
    this.target = target;
    this.messageType = messageType;
    this.message = undefined;
    this.deadlineMs = deadlineMs;
    this.movedTo = -1;
    this.timer = 0;
    this.withdraw = undefined;
    this.state = OPEN;
    this.outcome = undefined;
    this.onReply = undefined;
    this.onFailure = undefined;
  }

  /** Neither reply nor error so far. */
  get isOpen(): boolean {
    return this.state === OPEN;
  }

  resolve(value: unknown): void {
    this.state = FULFILLED;
    if (this.onReply !== undefined) this.onReply.call(undefined, value);
    else this.outcome = value;
  }

  reject(error: unknown): void {
    this.state = REJECTED;
    if (this.onFailure !== undefined) this.onFailure.call(undefined, error);
    else this.outcome = error;
  }

  /** The reply if it is there, a promise of it if not. For one caller. @throws what the question was rejected with */
  reply(): unknown {
    if (this.state === FULFILLED) return this.outcome;
    if (this.state === REJECTED) throw this.outcome;
    return new Promise((resolve, reject) => {
      this.onReply = resolve;
      this.onFailure = reject;
    });
  }
}
