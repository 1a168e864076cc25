import type { ActorRef } from '@skein/runtime';
import type { AgentProtocol } from './agent-actor.js';

/** What one agent passes to another in one round of gossip: part of its sum and of its weight. */
export interface GossipShare {
  /** Which round of which gossip. */
  readonly key: number;
  /** Who gives it, index. */
  readonly from: number;
  readonly sum: number;
  readonly weight: number;
}

/** One agent's row in a round of gossip. */
export interface GossipRow {
  /** To whom it gives a share each. */
  readonly peers: readonly ActorRef<AgentProtocol>[];
  /** Shares that others will give it, count. */
  readonly expected: number;
}

/**
 * Push-sum: each round an agent keeps part of its sum and weight, and gives equal parts to some peers. The quotient of the two tends to
 * the mean of all, exponentially fast, without anybody who knows more than others.
 *
 * Shares of a round are added in the order of who gave them, so that it rounds alike on any number of threads.
 *
 * @see Kempe, Dobra, Gehrke (2003), Gossip-based computation of aggregate information
 */
export class Gossip {
  sum: number;
  weight = 1;
  #key = -1;
  #expected = 0;
  /** Of this round, and of those that have not begun here yet. */
  #shares: GossipShare[] = [];

  constructor(value: number) {
    this.sum = value;
  }

  /** What the agent believes to be the mean. */
  get estimate(): number {
    return this.sum / this.weight;
  }

  /** Begins a round. What was given in rounds before, and came too late, is not lost. Returns what to give to each peer. */
  begin(key: number, from: number, { peers, expected }: GossipRow): GossipShare {
    for (const late of this.#shares.filter((share) => share.key < key)) this.#add(late);
    this.#shares = this.#shares.filter((share) => share.key >= key);
    this.#key = key;
    this.#expected = expected;
    this.sum /= peers.length + 1;
    this.weight /= peers.length + 1;
    return { key, from, sum: this.sum, weight: this.weight };
  }

  take(share: GossipShare): void {
    this.#shares.push(share);
  }

  /** Whether all shares of the round have come; they are added then. */
  ends(): boolean {
    const due = this.#shares.filter(({ key }) => key === this.#key);
    if (due.length < this.#expected) return false;
    for (const share of due.sort((a, b) => a.from - b.from)) this.#add(share);
    this.#shares = this.#shares.filter(({ key }) => key !== this.#key);
    return true;
  }

  #add({ sum, weight }: GossipShare): void {
    this.sum += sum;
    this.weight += weight;
  }
}
