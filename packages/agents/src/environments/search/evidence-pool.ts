/** What one searcher gathered at the ticks after `afterTick` up to and including `throughTick`. */
export interface Contribution {
  readonly agent: number;
  readonly afterTick: number;
  readonly throughTick: number;
  /** f64[targets, S + 1], nats. */
  readonly evidence: Float64Array;
}

/**
 * The evidence of all searchers, each observation in it once.
 *
 * For each searcher the pool knows through which tick it has counted, and takes a contribution only if it begins exactly
 * there. So a contribution sent again does no harm, and one that overlaps what is counted, as a searcher restarted from
 * an old state might send, is refused rather than counted twice. Prior and earlier pool are no part of a
 * contribution; that is what makes fusion exact.
 */
export class EvidencePool {
  /** f64[targets, S + 1], nats. Summed in the order of the calls: call in agent order for equal bits. */
  readonly total: Float64Array;
  private readonly countedThrough: Float64Array;

  constructor(agentCount: number, evidenceLength: number) {
    this.total = new Float64Array(evidenceLength);
    this.countedThrough = new Float64Array(agentCount);
  }

  /** The last tick of a searcher that is in the pool; 0 before the first. */
  throughTick(agent: number): number {
    return this.countedThrough[agent]!;
  }

  /**
   * Counts a contribution, once.
   *
   * @returns `counted`; `known`, if all of it was counted before; `refused`, if it begins before or after the tick
   *   through which this searcher is counted: it must gather anew from there
   */
  add({ agent, afterTick, throughTick, evidence }: Contribution): 'counted' | 'known' | 'refused' {
    const counted = this.countedThrough[agent]!;
    if (throughTick <= counted) return 'known';
    if (afterTick !== counted) return 'refused';
    for (let i = 0; i < evidence.length; i++) this.total[i]! += evidence[i]!;
    this.countedThrough[agent] = throughTick;
    return 'counted';
  }
}

/**
 * The evidence one searcher holds: the pool as it last heard of it, what it has offered and does not know to be
 * counted, and what it gathered since. The three have no observation in common, so its belief rests on their sum.
 */
export class SearcherEvidence {
  /** f64[targets, S + 1] each, nats. */
  readonly pool: Float64Array;
  readonly offered: Float64Array;
  readonly gathered: Float64Array;
  private readonly agent: number;
  private countedThrough: number;
  private offeredThrough: number;

  /** @param throughTick  the tick after which this searcher begins to gather; that of the pool after a restart */
  constructor(agent: number, evidenceLength: number, throughTick = 0) {
    this.agent = agent;
    this.pool = new Float64Array(evidenceLength);
    this.offered = new Float64Array(evidenceLength);
    this.gathered = new Float64Array(evidenceLength);
    this.countedThrough = throughTick;
    this.offeredThrough = throughTick;
  }

  /** The parts of its evidence, for `updateBeliefs`. */
  parts(): readonly Float64Array[] {
    return [this.pool, this.offered, this.gathered];
  }

  /**
   * What to send at the end of a tick: everything gathered through it. While an earlier offer is open, that one again,
   * unchanged, for it may have been counted although no answer came.
   */
  offer(tick: number): Contribution {
    if (this.offeredThrough === this.countedThrough && tick > this.countedThrough) {
      this.offered.set(this.gathered);
      this.gathered.fill(0);
      this.offeredThrough = tick;
    }
    return {
      agent: this.agent,
      afterTick: this.countedThrough,
      throughTick: this.offeredThrough,
      evidence: this.offered.slice(),
    };
  }

  /**
   * Takes over the pool after a fusion. News older than what is known already changes nothing.
   *
   * @param total       the pool's evidence; copied
   * @param throughTick through which tick this searcher is counted in it
   * @returns false, and nothing is changed, if the pool counts a part of what this searcher holds: an offer from before
   *   a restart came through late. It must be made anew, to begin after `throughTick`, and gather its later looks again
   */
  accept(total: Float64Array, throughTick: number): boolean {
    if (throughTick < this.countedThrough) return true;
    if (throughTick > this.countedThrough) {
      if (throughTick !== this.offeredThrough) return false;
      this.offered.fill(0);
      this.countedThrough = throughTick;
    }
    this.pool.set(total);
    return true;
  }
}
