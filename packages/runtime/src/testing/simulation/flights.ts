import { type ActorAddress, NOBODY } from '../../actor/address.js';
import type { Envelope } from '../../mailbox/envelope.js';
import type { DeadLetterReason } from '../../system/dead-letters.js';

/** A message that has set out and has not come to its end. */
export interface Flight {
  /** Number in its run, from 0. */
  readonly number: number;
  readonly type: string;
  readonly sender: number;
  readonly target: ActorAddress;
  /** The object that arrives, inside a shard. */
  readonly message: object;
  /** It was handed on by another: nothing is promised of its order. */
  readonly handedOn: boolean;
}

/** Those of them that ended at their sending, so the last of their pair. */
const AT_ONCE: ReadonlySet<DeadLetterReason> = new Set([
  'mailbox-full',
  'dropped-newest',
  'link-full',
  'invalid-message',
  'shard-lost',
]);

/** Ends of those that have been handed to a handler, and so arrived. */
const AFTER_ARRIVAL: ReadonlySet<DeadLetterReason> = new Set(['crashed', 'interrupted']);

/** Who sends, as one whose order is kept: an actor, or the world outside on one shard. */
function keyOf(sender: number, senderShard: number): number {
  return sender === NOBODY ? -senderShard : sender;
}

/**
 * Which message is which, though the kernel gives them no names: what one actor sends to another arrives in order, so the next to arrive
 * is the first of its pair that has set out.
 */
export class Flights {
  #count = 0;
  readonly #pairs = new Map<number, Map<number, Flight[]>>();
  /** Messages that have arrived and were put aside. */
  readonly #aside = new WeakSet<object>();

  /** Messages so far, count. */
  get count(): number {
    return this.#count;
  }

  /** A number for something else that travels, such as a reply. */
  next(): number {
    return this.#count++;
  }

  setOut(target: ActorAddress, { sender, senderShard, message }: Envelope, handedOn: boolean): Flight {
    const flight = { number: this.#count++, type: message.type, sender, target, message, handedOn };
    const key = keyOf(sender, senderShard);
    const ofSender = this.#pairs.get(key) ?? new Map<number, Flight[]>();
    this.#pairs.set(key, ofSender);
    const pair = ofSender.get(target.id);
    if (pair === undefined) ofSender.set(target.id, [flight]);
    else pair.push(flight);
    return flight;
  }

  /** A message that had arrived was put aside, and will be handed again. */
  putAside(message: object): void {
    this.#aside.add(message);
  }

  /** Whether that one had been put aside, and comes back now. */
  comesBack(message: object): boolean {
    return this.#aside.delete(message);
  }

  /** The one that has arrived, and how many of its pair that set out before it have not; undefined if it is none of them. */
  arrived(
    sender: number,
    senderShard: number,
    target: number,
    message: { readonly type: string },
  ): { readonly flight: Flight; readonly overtaken: number } | undefined {
    const pair = this.#pairs.get(keyOf(sender, senderShard))?.get(target) ?? this.#pairWith(target, message);
    if (pair === undefined) return undefined;
    let at = pair.findIndex((flight) => flight.message === message);
    if (at === -1) at = pair.findIndex(({ type }) => type === message.type);
    if (at === -1) return undefined;
    let overtaken = 0;
    for (let before = 0; before < at; before++) if (!pair[before]!.handedOn) overtaken++;
    const [flight] = pair.splice(at, 1);
    return { flight: flight!, overtaken: flight!.handedOn ? 0 : overtaken };
  }

  /** The one that has ended as a dead letter on its way. `message` is undefined where nobody has it any more. */
  died(
    sender: number,
    target: number,
    type: string,
    reason: DeadLetterReason,
    message: object | undefined,
  ): Flight | undefined {
    if (AFTER_ARRIVAL.has(reason)) return undefined;
    const pair = this.#pairWith(target, message) ?? this.#pairOf(sender, target, type);
    if (pair === undefined) return undefined;
    const isIt = (flight: Flight): boolean => flight.type === type;
    let at = pair.findIndex((flight) => flight.message === message);
    if (at === -1) at = AT_ONCE.has(reason) ? pair.findLastIndex(isIt) : pair.findIndex(isIt);
    return at === -1 ? undefined : pair.splice(at, 1)[0];
  }

  /** Of the world outside it is not known on which shard it has sent what is dead: where one of that type has set out. */
  #pairOf(sender: number, target: number, type: string): Flight[] | undefined {
    if (sender !== NOBODY) return this.#pairs.get(sender)?.get(target);
    for (const [key, ofSender] of this.#pairs) {
      const pair = key > NOBODY ? undefined : ofSender.get(target);
      if (pair?.some((flight) => flight.type === type)) return pair;
    }
    return undefined;
  }

  /** A sender that is gone may have lost its id: then the message says which it was. */
  #pairWith(target: number, message: object | undefined): Flight[] | undefined {
    for (const ofSender of this.#pairs.values()) {
      const pair = ofSender.get(target);
      if (pair?.some((flight) => flight.message === message)) return pair;
    }
    return undefined;
  }

  /** What was on its way to a shard that is lost, or inside it. */
  lost(shard: number): Flight[] {
    const lost: Flight[] = [];
    for (const ofSender of this.#pairs.values())
      for (const [target, pair] of ofSender)
        if (pair[0]?.target.shard === shard) {
          lost.push(...pair);
          ofSender.delete(target);
        }
    return lost;
  }
}
