import { logSoftmax } from '@skein/inference';
import type { SectorGraph } from '../sector-graph.js';
import { binaryEntropy, type DetectorTable } from './detector.js';
import { FOUND, REFUSED, type SearcherPreferences } from './searcher-model.js';
import type { WalkPolicies } from './walk-policies.js';

/**
 * Decides as `decide` does, exactly, in microseconds. Three facts of this model make it cheap:
 *
 * - a searcher knows its own sector, so a step is worth what the sector it leads to is worth, `g[sector]`, on whichever
 *   way and at whichever step it is reached: each is worked out once
 * - out of its range a detector tells no two places apart, so the sums for `g` visit the sectors in range only
 * - the walks from a sector form a tree, so the value of a policy is that of its parent plus one term
 *
 * One planner serves any number of searchers in turn; it owns all scratch memory, and nothing is allocated by a call.
 */
export class SearcherPlanner {
  /** Minus G of the policies of the sector last decided for, nats; the first `policyCount` entries count. */
  readonly negativeG: Float64Array;
  /** Posterior over those policies, probability. */
  readonly policyPosterior: Float64Array;
  policyCount = 0;

  /** Where the policies of that sector begin among all. */
  private base = 0;
  private readonly sectorCount: number;
  private readonly table: DetectorTable;
  private readonly policies: WalkPolicies;
  private readonly gamma: number;
  private readonly utilityOfNone: number;
  private readonly utilityOfFind: number;
  /** f64[S]: what one step into a sector is worth, nats. */
  private readonly values: Float64Array;
  /** f64[policies of a sector]: what the walk up to arriving is worth, nats. */
  private readonly walks: Float64Array;

  constructor(
    graph: SectorGraph,
    table: DetectorTable,
    policies: WalkPolicies,
    preferences: SearcherPreferences,
    gamma: number,
  ) {
    const logPreference = logSoftmax(Float64Array.of(0, preferences.find));
    this.sectorCount = graph.sectorCount;
    this.table = table;
    this.policies = policies;
    this.gamma = gamma;
    this.utilityOfNone = logPreference[REFUSED]!;
    this.utilityOfFind = logPreference[FOUND]! - logPreference[REFUSED]!;
    this.values = new Float64Array(graph.sectorCount);
    this.walks = new Float64Array(graph.sectorCount);
    this.negativeG = new Float64Array(graph.sectorCount);
    this.policyPosterior = new Float64Array(graph.sectorCount);
  }

  /**
   * Works out what a step into each sector is worth under these beliefs. Searchers that share a belief share this.
   *
   * @param beliefs f64[targets, S + 1], probability; read now and not kept
   */
  believe(beliefs: Float64Array): void {
    const { sectorCount, table, values, utilityOfFind, utilityOfNone } = this;
    const stateCount = sectorCount + 1;
    values.fill((beliefs.length / stateCount) * utilityOfNone);
    for (let row = 0; row < beliefs.length; row += stateCount) {
      if (beliefs[row + sectorCount] === 1) continue; // removed for certain: nothing to learn, nothing to find
      for (let sector = 0; sector < sectorCount; sector++) {
        values[sector]! += this.informationGain(beliefs, row, sector, table);
        values[sector]! += utilityOfFind * beliefs[row + sector]!;
      }
    }
  }

  /** I(target; detection from a sector), nats: what an alarm or silence there is expected to tell. */
  private informationGain(beliefs: Float64Array, row: number, sector: number, table: DetectorTable): number {
    const { alarm, ambiguity, nearOffsets, nearSectors, nearHops } = table;
    const background = alarm.length - 1;
    let alarmExcess = 0;
    let ambiguityExcess = 0;
    for (let i = nearOffsets[sector]!; i < nearOffsets[sector + 1]!; i++) {
      const belief = beliefs[row + nearSectors[i]!]!;
      const hops = nearHops[i]!;
      alarmExcess += belief * (alarm[hops]! - alarm[background]!);
      ambiguityExcess += belief * (ambiguity[hops]! - ambiguity[background]!);
    }
    return binaryEntropy(alarm[background]! + alarmExcess) - ambiguity[background]! - ambiguityExcess;
  }

  /**
   * Decides for a searcher that holds the beliefs last given to `believe`.
   *
   * @param uniform in [0, 1)
   * @returns the sector to be in at the next tick
   */
  choose(ownSector: number, uniform: number): number {
    this.evaluate(ownSector);
    return this.draw(uniform);
  }

  /** Works out the posterior over the policies of a sector. Searchers that stand there, and share a belief, share this. */
  evaluate(ownSector: number): void {
    const { policies, values, walks, negativeG, policyPosterior, gamma } = this;
    const { horizon, offsets, destinations, hops, parents } = policies;
    const base = offsets[ownSector]!;
    const policyCount = offsets[ownSector + 1]! - base;
    let best = Number.NEGATIVE_INFINITY;
    for (let policy = 0; policy < policyCount; policy++) {
      const value = values[destinations[base + policy]!]!;
      const distance = hops[base + policy]!;
      // The walk's own steps, then the steps spent at its end; to stay has no walk.
      const walk = policy === 0 ? 0 : walks[parents[base + policy]!]! + value;
      walks[policy] = walk;
      const total = walk + (horizon - distance) * value;
      negativeG[policy] = total;
      if (total > best) best = total;
    }
    let sum = 0;
    for (let policy = 0; policy < policyCount; policy++) {
      const weight = Math.exp(gamma * (negativeG[policy]! - best));
      policyPosterior[policy] = weight;
      sum += weight;
    }
    for (let policy = 0; policy < policyCount; policy++) policyPosterior[policy]! /= sum;
    this.policyCount = policyCount;
    this.base = base;
  }

  /**
   * Decides for one searcher that stands in the sector last evaluated.
   *
   * @param uniform in [0, 1)
   * @returns the sector to be in at the next tick
   */
  draw(uniform: number): number {
    return this.policies.firstSteps[this.base + draw(this.policyPosterior, this.policyCount, uniform)]!;
  }
}

/** Inverts the cumulative sum; what rounding leaves over belongs to the last possible entry. */
function draw(distribution: Float64Array, count: number, uniform: number): number {
  let lower = 0;
  let last = 0;
  for (let index = 0; index < count; index++) {
    if (distribution[index] === 0) continue;
    lower += distribution[index]!;
    last = index;
    if (uniform < lower) return index;
  }
  return last;
}
