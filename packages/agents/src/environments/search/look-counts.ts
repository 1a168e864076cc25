import { LOG_EPSILON, safeLog } from '@skein/inference';
import type { SectorGraph } from '../sector-graph.js';
import type { DetectorTable } from './detector.js';

/**
 * What was seen, as counts: all that a belief about the targets needs to know of any number of looks, by whomever. A column of
 * `S (1 + 2 T)` whole numbers for S sectors and T targets:
 *
 * ```
 *   looks     S       looks taken from a sector
 *   alarms    T × S   those in which the detector sounded for a target
 *   refusals  T × S   claims that a target is in a sector, refused
 * ```
 *
 * Counts of several observers add up without rounding. A target that was carried off is heard no more, while looks go on: its counts
 * say nothing, and nobody asks them, as all know where it is.
 */
export class LookCounts {
  readonly sectorCount: number;
  readonly targetCount: number;
  /** Numbers of a column, count. */
  readonly length: number;
  readonly #table: DetectorTable;
  /** f64[rangeHops + 1]: what an alarm and a silence at that distance say more than they say of places out of range, nats. */
  readonly #alarmGain: Float64Array;
  readonly #silenceGain: Float64Array;

  constructor({ sectorCount }: SectorGraph, table: DetectorTable, targetCount: number) {
    this.sectorCount = sectorCount;
    this.targetCount = targetCount;
    this.length = sectorCount * (1 + 2 * targetCount);
    this.#table = table;
    this.#alarmGain = gains(table.logAlarm);
    this.#silenceGain = gains(table.logSilence);
  }

  /** Where looks from a sector are counted. */
  lookAt(sector: number): number {
    return sector;
  }

  /** Where alarms for a target that were heard from a sector are counted. */
  alarmAt(target: number, sector: number): number {
    return this.sectorCount * (1 + target) + sector;
  }

  /** Where refusals of a target in a sector are counted. */
  refusalAt(target: number, sector: number): number {
    return this.sectorCount * (1 + this.targetCount + target) + sector;
  }

  /**
   * What the counts say about where the targets are: `ln P(observations | state)`, up to a constant for each target, nats; see `addLook` and `addRefusal`,
   * which say the same of one observation. Costs no more than the sectors in range of where somebody looked.
   *
   * @param evidence out, f64[targets, S + 1], nats; rows of found targets are left as they are
   * @param counts   f64[length]
   * @param found    u8[targets]: 1 where the target was carried off
   */
  evidence(evidence: Float64Array, counts: Float64Array, found: Uint8Array): void {
    const { sectorCount, targetCount } = this;
    const { nearOffsets, nearSectors, nearHops } = this.#table;
    const refusal = Math.log(LOG_EPSILON) - safeLog(1);
    for (let target = 0; target < targetCount; target++) {
      if (found[target] === 1) continue;
      const row = target * (sectorCount + 1);
      evidence.fill(0, row, row + sectorCount + 1);
      const alarmsFrom = this.alarmAt(target, 0);
      const refusalsFrom = this.refusalAt(target, 0);
      for (let sector = 0; sector < sectorCount; sector++) {
        const looks = counts[sector]!;
        if (looks === 0) continue;
        const alarms = counts[alarmsFrom + sector]!;
        const silences = looks - alarms;
        for (let i = nearOffsets[sector]!; i < nearOffsets[sector + 1]!; i++) {
          const hops = nearHops[i]!;
          evidence[row + nearSectors[i]!]! +=
            alarms * this.#alarmGain[hops]! + silences * this.#silenceGain[hops]!;
        }
      }
      for (let sector = 0; sector < sectorCount; sector++)
        evidence[row + sector]! += counts[refusalsFrom + sector]! * refusal;
    }
  }
}

/** Logarithms at each distance, less that out of range, which is the last. */
function gains(logs: Float64Array): Float64Array {
  const background = logs[logs.length - 1]!;
  return logs.subarray(0, -1).map((log) => log - background);
}
