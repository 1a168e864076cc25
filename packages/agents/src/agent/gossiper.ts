import type { ActorRef } from '@skein/runtime';
import type { CohortProtocol } from '../swarm/cohort-protocol.js';
import { Gossip, type GossipRow, type GossipShare } from './gossip.js';

/** An agent's part in gossip: gives shares to its peers, and tells its cohort when those of a round have come. */
export class Gossiper {
  readonly #index: number;
  readonly #cohort: ActorRef<CohortProtocol>;
  readonly #gossip: Gossip;
  #round: number | undefined = undefined;

  constructor(index: number, cohort: ActorRef<CohortProtocol>, value: number) {
    this.#index = index;
    this.#cohort = cohort;
    this.#gossip = new Gossip(value);
  }

  get estimate(): number {
    return this.#gossip.estimate;
  }

  begin(round: number, key: number, row: GossipRow): void {
    const share = this.#gossip.begin(key, this.#index, row);
    for (const peer of row.peers) peer.send({ type: 'share', ...share });
    this.#round = round;
    this.#endRound();
  }

  take(share: GossipShare): void {
    this.#gossip.take(share);
    this.#endRound();
  }

  #endRound(): void {
    const round = this.#round;
    if (round === undefined || !this.#gossip.ends()) return;
    this.#round = undefined;
    this.#cohort.send({ type: 'contributed', round, index: this.#index, value: undefined });
  }
}
