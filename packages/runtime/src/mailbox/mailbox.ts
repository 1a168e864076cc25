import type { OverflowRule } from '../actor/definition.js';
import { type Envelope, isEnvelope, type Mail } from './envelope.js';

/** Why a mailbox did not take, or gave up, an envelope. */
export type OverflowReason = 'mailbox-full' | 'dropped-newest' | 'dropped-oldest';

/** What became of an offered envelope: `undefined` if all is well, else the victim and why. */
export interface Overflow {
  readonly victim: Envelope;
  readonly reason: OverflowReason;
}

/** Bytes that the mailboxes of one shard may hold together. */
export interface ByteBudget {
  readonly bytesMax: number;
  bytes: number;
}

/**
 * The bounded queue of what awaits one actor: first in, first out, envelopes and notices alike. Only
 * envelopes count against `capacity` and the budget; a notice always fits.
 *
 * A circular buffer that doubles when full and is given back when empty:
 *
 * ```text
 *   #items  [ . . c d e . . . ]      #head = index of c, #length = 3
 * ```
 */
export class Mailbox {
  readonly #capacity: number;
  readonly #overflow: OverflowRule;
  readonly #budget: ByteBudget;
  #items: (Mail | undefined)[] = [];
  #head = 0;
  #length = 0;
  #envelopeCount = 0;

  constructor(capacity: number, overflow: OverflowRule, budget: ByteBudget) {
    this.#capacity = capacity;
    this.#overflow = overflow;
    this.#budget = budget;
  }

  /** Everything that waits, count. */
  get length(): number {
    return this.#length;
  }

  /** The envelopes that wait, count. */
  get envelopeCount(): number {
    return this.#envelopeCount;
  }

  /** Takes an envelope, or tells which one, the new or the oldest, is out. */
  offer(envelope: Envelope): Overflow | undefined {
    const full =
      this.#envelopeCount >= this.#capacity || this.#budget.bytes + envelope.bytes > this.#budget.bytesMax;
    if (!full) {
      this.#put(envelope);
      return undefined;
    }
    if (this.#overflow === 'drop-oldest') {
      const oldest = this.#takeOldestEnvelope(envelope.bytes);
      if (oldest !== undefined) {
        this.#put(envelope);
        return { victim: oldest, reason: 'dropped-oldest' };
      }
    }
    return {
      victim: envelope,
      reason: this.#overflow === 'drop-newest' ? 'dropped-newest' : 'mailbox-full',
    };
  }

  /** Takes a notice, whatever the bounds. */
  putNotice(notice: Exclude<Mail, Envelope>): void {
    this.#push(notice);
  }

  /** The next in line. */
  take(): Mail | undefined {
    if (this.#length === 0) return undefined;
    const mail = this.#items[this.#head]!;
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#items.length - 1);
    this.#length--;
    if (this.#length === 0 && this.#items.length > 64) this.#items = [];
    if (this.#length === 0) this.#head = 0;
    if (isEnvelope(mail)) this.#release(mail);
    return mail;
  }

  #put(envelope: Envelope): void {
    this.#envelopeCount++;
    this.#budget.bytes += envelope.bytes;
    this.#push(envelope);
  }

  #release(envelope: Envelope): void {
    this.#envelopeCount--;
    this.#budget.bytes -= envelope.bytes;
  }

  #push(mail: Mail): void {
    if (this.#length === this.#items.length) this.#grow();
    this.#items[(this.#head + this.#length) & (this.#items.length - 1)] = mail;
    this.#length++;
  }

  #grow(): void {
    const grown: (Mail | undefined)[] = new Array(Math.max(4, this.#items.length * 2)).fill(undefined);
    for (let i = 0; i < this.#length; i++)
      grown[i] = this.#items[(this.#head + i) & (this.#items.length - 1)];
    this.#items = grown;
    this.#head = 0;
  }

  /** Walks past notices, which keep their places. Nothing if the byte budget has no room even then. */
  #takeOldestEnvelope(bytesNeeded: number): Envelope | undefined {
    const mask = this.#items.length - 1;
    for (let i = 0; i < this.#length; i++) {
      const mail = this.#items[(this.#head + i) & mask]!;
      if (!isEnvelope(mail)) continue;
      if (this.#budget.bytes - mail.bytes + bytesNeeded > this.#budget.bytesMax) return undefined;
      for (let j = i; j > 0; j--)
        this.#items[(this.#head + j) & mask] = this.#items[(this.#head + j - 1) & mask];
      this.#items[this.#head] = undefined;
      this.#head = (this.#head + 1) & mask;
      this.#length--;
      this.#release(mail);
      return mail;
    }
    return undefined;
  }
}
