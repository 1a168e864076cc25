import { type ActorAddress, NOBODY } from '../../actor/address.js';
import { InvalidOptionError } from '../../errors.js';
import type { Envelope } from '../../mailbox/envelope.js';
import type { Question } from '../../shard/question.js';
import type { Shard } from '../../shard/shard.js';
import type { DeadLetterReason } from '../../system/dead-letters.js';
import { Flights } from './flights.js';
import type { ChoicePoint, Scheduler } from './scheduler.js';
import type { RunObserver } from './simulated-witness.js';

/** What messages cost in a simulated run that is timed. */
export interface MessageCosts {
  /** An actor is busy for so long with each message that it meets, sends or replies, ms. */
  readonly messageMs: number;
  /** A message is on its way for so long, ms. */
  readonly hopMs: number;
}

/** Where one actor stands. */
interface Party {
  /** When it has done all that it has done so far, ms. */
  freeMs: number;
  /** When what is in its mailbox has arrived, ms, the first first. */
  readonly arrivalsMs: number[];
  /** When the last that it met had arrived, ms. */
  metMs: number;
}

/**
 * When things happen in a run if each actor has a processor of its own, does one thing after the other, and messages cost what they cost.
 * It counts along, and it chooses: of all actors that could have their turn the one that would begin first does. So each meets its messages
 * in the order in which they arrive by that reckoning, and the run is the one that so many processors would have made.
 *
 * Only turns take time: who hears of a promise does so at once, as does the world outside. Actors that meet messages in batches are met one at
 * a time.
 */
export class Timeline implements RunObserver, Scheduler {
  readonly name = 'timed';
  readonly #costs: MessageCosts;
  readonly #flights = new Flights();
  /** When each message on its way arrives, ms, by its number. */
  readonly #arrivals = new Map<number, number>();
  readonly #parties = new Map<number, Party>();
  /** The same, by the number under which an actor acts. */
  readonly #processes: (Party | undefined)[] = [];
  /** The actor whose turn it is, or was last. */
  #acting = NOBODY;
  #latestMs = 0;
  #outOfOrder = 0;
  /** Under which number the actor of a slot acts. */
  processOf: (shard: Shard, slot: number) => number = () => 0;

  /** @throws InvalidOptionError */
  constructor(costs: MessageCosts) {
    for (const [name, ms] of Object.entries(costs))
      if (!(Number.isFinite(ms) && ms >= 0))
        throw new InvalidOptionError(`costs.${name}`, ms, 'at least 0 ms');
    this.#costs = costs;
  }

  /** When the last of all things that have happened so far is over, ms. */
  get latestMs(): number {
    return this.#latestMs;
  }

  /** Messages that were met after one that arrived later, count: where an order is kept that is not that of arrival. */
  get outOfOrder(): number {
    return this.#outOfOrder;
  }

  beginRun(): boolean {
    return true;
  }

  choose({ count, kinds, processes }: ChoicePoint): number {
    if (kinds[0] === 'turn' && processes[1] === processes[0]) return count - 1; // a batch, of one
    let way = -1;
    let firstMs = Number.POSITIVE_INFINITY;
    for (let at = 0; at < count; at++) {
      const kind = kinds[at]!;
      if (kind === 'time' || (kind === 'promises' && at > 0)) continue;
      if (kind !== 'turn') return at;
      const startMs = startOf(this.#processes[processes[at]!]);
      if (startMs >= firstMs) continue;
      way = at;
      firstMs = startMs;
    }
    return Math.max(way, 0);
  }

  sent(shard: Shard, target: ActorAddress, envelope: Envelope, handedOn: boolean): void {
    const flight = this.#flights.setOut(target, envelope, handedOn);
    const arrivalMs = this.#leave(handedOn ? this.#acting : envelope.sender);
    this.#arrivals.set(flight.number, arrivalMs);
    const party = this.#partyOf(target.id);
    party.arrivalsMs.push(arrivalMs);
    const slot = target.shard === shard.index ? shard.resolve(target.id) : 0;
    if (slot !== 0) this.#processes[this.processOf(shard, slot)] = party;
  }

  handed(shard: Shard, slot: number, node: number, message: { readonly type: string }): void {
    const { envelopes } = shard;
    const id = shard.idOf(slot);
    const party = this.#partyOf(id);
    this.#acting = id;
    this.#processes[this.processOf(shard, slot)] = party;
    if (this.#flights.comesBack(message)) return;
    const [sender, senderShard] = [envelopes.senderIdOf(node), envelopes.senderShardOf(node)];
    const number = this.#flights.arrived(sender, senderShard, id, message)?.flight.number;
    const arrivalMs = number === undefined ? undefined : this.#arrivals.get(number);
    if (arrivalMs === undefined) return;
    this.#arrivals.delete(number!);
    const { arrivalsMs } = party;
    if (arrivalMs < party.metMs) this.#outOfOrder++;
    party.metMs = arrivalMs;
    arrivalsMs.splice(arrivalsMs.indexOf(arrivalMs), 1);
    party.freeMs = Math.max(party.freeMs, arrivalMs) + this.#costs.messageMs;
    this.#note(party.freeMs);
  }

  replied(shard: Shard, replier: number, { senderId }: Question): void {
    const arrivalMs = this.#leave(shard.idOf(replier));
    if (senderId === NOBODY) {
      this.#note(arrivalMs);
      return;
    }
    const asker = this.#partyOf(senderId);
    asker.freeMs = Math.max(asker.freeMs, arrivalMs) + this.#costs.messageMs;
    this.#note(asker.freeMs);
  }

  stashed(shard: Shard, _: number, node: number): void {
    this.#flights.putAside(shard.envelopes.read(node).message);
  }

  buried(
    _: Shard,
    reason: DeadLetterReason,
    target: ActorAddress | undefined,
    sender: ActorAddress | undefined,
    message: { readonly type: string },
  ): void {
    const flight =
      target && this.#flights.died(sender?.id ?? NOBODY, target.id, message.type, reason, message);
    const arrivalMs = flight && this.#arrivals.get(flight.number);
    if (arrivalMs === undefined) return;
    this.#arrivals.delete(flight!.number);
    const { arrivalsMs } = this.#partyOf(target!.id);
    arrivalsMs.splice(arrivalsMs.indexOf(arrivalMs), 1);
  }

  spawned(): void {}

  stepped(): void {}

  /** Somebody sends something. Returns when it arrives, ms. */
  #leave(sender: number): number {
    const { messageMs, hopMs } = this.#costs;
    if (sender === NOBODY) return this.#latestMs + hopMs; // the world outside has seen all that has happened
    const party = this.#partyOf(sender);
    party.freeMs += messageMs;
    this.#note(party.freeMs);
    return party.freeMs + hopMs;
  }

  #partyOf(id: number): Party {
    let party = this.#parties.get(id);
    if (party === undefined) {
      party = { freeMs: 0, arrivalsMs: [], metMs: 0 };
      this.#parties.set(id, party);
    }
    return party;
  }

  #note(ms: number): void {
    if (ms > this.#latestMs) this.#latestMs = ms;
  }
}

/** When its next turn would begin, ms; those of whom nothing is known have it at once. */
function startOf(party: Party | undefined): number {
  if (party === undefined) return 0;
  return Math.max(party.freeMs, party.arrivalsMs[0] ?? 0);
}
