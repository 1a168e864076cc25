/**
 * The evidence about hidden states that a swarm shares: log-likelihood, nats, or counts that it is worked out from, in a layout that all agents of
 * a definition agree on. For states that do not change, exact fusion means that every observation counts
 * once, so an agent keeps apart
 *
 * - the *pool*: what everybody's observations said, as far as the swarm has fused them;
 * - its *own*: what its observations said after those that the pool counts. Nobody else knows it yet.
 *
 *     Q(s) = softmax( ln D(s) + pool(s) + own(s) )
 *
 * Prior and pool enter once, and an observation is in one of the two, never in both: the swarm says with each
 * pool through which tick of this agent it has counted, and until it does, own is sent again, whole.
 */
export class SharedEvidence {
  /** f64[length], nats. Replaced by each fusion; not to be changed. */
  pool: Float64Array;
  /** f64[length], nats. A mind adds to it what an observation says. */
  readonly own: Float64Array;
  #ownAfter: number;

  /** @param countedThrough the tick through which the swarm counts this agent already: 0, or more after a restart */
  constructor(length: number, countedThrough: number) {
    this.pool = new Float64Array(length);
    this.own = new Float64Array(length);
    this.#ownAfter = countedThrough;
  }

  /**
   * Takes over a pool that counts this agent through a tick. If that is further than before, what own held is
   * in the pool now: it was sent whole at that tick, and nothing has been added since.
   */
  accept(pool: Float64Array, countedThrough: number): void {
    this.pool = pool;
    if (countedThrough === this.#ownAfter) return;
    this.own.fill(0);
    this.#ownAfter = countedThrough;
  }

  /** What to send at the end of a tick: a copy of own, which reaches through that tick. */
  offer(): Float64Array {
    return this.own.slice();
  }
}
