import { addInto } from '../coordination/add.js';
import { addCounts, type CountSums } from '../coordination/counts.js';

/**
 * All evidence that a swarm has fused: each agent's observations through the tick that stands for it in
 * `countedThrough`, each once.
 *
 * It is kept outside of all actors, so it outlives every crash.
 */
export class EvidencePool {
  /** Its sum, f64[length], nats or counts; a new array after each fusion. */
  total: Float64Array;
  /** For each place the last of its ticks that the sum counts; 0 before the first. */
  readonly countedThrough: Float64Array;

  constructor(placeCount: number, length: number) {
    this.total = new Float64Array(length);
    this.countedThrough = new Float64Array(placeCount);
  }

  /** Adds what the agents that reported gathered, through `tick`, since they were last counted. */
  add(tick: number, evidence: Float64Array | CountSums | undefined, reported: Iterable<number>): void {
    if (evidence === undefined) return;
    const total = this.total.slice();
    if (evidence instanceof Float64Array) addInto(total, evidence);
    else addCounts(total, evidence);
    this.total = total;
    for (const index of reported) this.countedThrough[index] = tick;
  }
}
