import type { SectorGraph } from '../sector-graph.js';

/**
 * A noisy detector: each tick it sounds an alarm for a target or stays silent. The alarm is likelier the nearer the
 * target is, and sounds now and then when there is none about.
 */
export interface Detector {
  /** P(alarm) for a target in the searcher's own sector, probability. */
  readonly alarmHere: number;
  /** What is left, a hop further away, of the excess over a false alarm; ratio in [0, 1]. */
  readonly decayPerHop: number;
  /** Hops beyond which a target is not noticed at all. */
  readonly rangeHops: number;
  /** P(alarm) for a target out of range, probability. */
  readonly falseAlarm: number;
}

/**
 * Weak on purpose. A look at the right sector is worth 0.15 nats, and to be 99 % sure of one sector among a hundred
 * takes 9.2: some sixty looks by one searcher on the spot, or a few ticks of a swarm that pools them.
 */
export const DEFAULT_DETECTOR: Detector = {
  alarmHere: 0.3,
  decayPerHop: 0.5,
  rangeHops: 2,
  falseAlarm: 0.1,
};

/**
 * P(alarm | hops), probability: `falseAlarm + (alarmHere - falseAlarm) decayPerHop^hops` up to `rangeHops`,
 * `falseAlarm` beyond.
 */
export function alarmProbability(detector: Detector, hops: number): number {
  const { alarmHere, decayPerHop, rangeHops, falseAlarm } = detector;
  return hops > rangeHops ? falseAlarm : falseAlarm + (alarmHere - falseAlarm) * decayPerHop ** hops;
}

/**
 * The detector on one graph, worked out once: for each sector the sectors that can be noticed from there. All others
 * are *background*: an alarm there has one probability, so sums over all sectors need to visit the near ones only.
 */
export interface DetectorTable {
  readonly detector: Detector;
  /** f64[rangeHops + 2]: P(alarm | hops); the last entry is the background, out of range. */
  readonly alarm: Float64Array;
  /** f64[rangeHops + 2]: ln P(alarm | hops) and ln P(silence | hops), nats. */
  readonly logAlarm: Float64Array;
  readonly logSilence: Float64Array;
  /** f64[rangeHops + 2]: entropy of alarm or silence at that distance, nats. */
  readonly ambiguity: Float64Array;
  /** u32[S + 1]: what is in range of s stands from `nearOffsets[s]` up to `nearOffsets[s + 1]`. */
  readonly nearOffsets: Uint32Array;
  /** Sectors in range, ascending within one sector, and their hop distances. */
  readonly nearSectors: Uint16Array;
  readonly nearHops: Uint8Array;
}

/**
 * @throws RangeError  unless 0 < falseAlarm <= alarmHere < 1, decayPerHop in [0, 1], rangeHops an integer in [0, 64]:
 *   what can never happen in the model, happening, would be evidence of infinite weight
 */
export function tabulateDetector(detector: Detector, graph: SectorGraph): DetectorTable {
  const { alarmHere, decayPerHop, rangeHops, falseAlarm } = detector;
  if (!(falseAlarm > 0 && alarmHere >= falseAlarm && alarmHere < 1)) {
    throw new RangeError(
      `a detector needs 0 < falseAlarm <= alarmHere < 1, got ${falseAlarm} and ${alarmHere}`,
    );
  }
  if (!(decayPerHop >= 0 && decayPerHop <= 1)) {
    throw new RangeError(`decayPerHop must lie in [0, 1], got ${decayPerHop}`);
  }
  if (!(Number.isInteger(rangeHops) && rangeHops >= 0 && rangeHops <= 64)) {
    throw new RangeError(`rangeHops must be an integer from 0 to 64, got ${rangeHops}`);
  }
  const alarm = Float64Array.from({ length: rangeHops + 2 }, (_, hops) => alarmProbability(detector, hops));
  const { sectorCount, hops } = graph;
  const nearOffsets = new Uint32Array(sectorCount + 1);
  const nearSectors: number[] = [];
  const nearHops: number[] = [];
  for (let sector = 0; sector < sectorCount; sector++) {
    for (let other = 0; other < sectorCount; other++) {
      const distance = hops[sector * sectorCount + other]!;
      if (distance > rangeHops) continue;
      nearSectors.push(other);
      nearHops.push(distance);
    }
    nearOffsets[sector + 1] = nearSectors.length;
  }
  return {
    detector,
    alarm,
    logAlarm: alarm.map((p) => Math.log(p)),
    logSilence: alarm.map((p) => Math.log(1 - p)),
    ambiguity: alarm.map((p) => binaryEntropy(p)),
    nearOffsets,
    nearSectors: Uint16Array.from(nearSectors),
    nearHops: Uint8Array.from(nearHops),
  };
}

/** Entropy of an event of probability p, nats. */
export function binaryEntropy(p: number): number {
  return p > 0 && p < 1 ? -p * Math.log(p) - (1 - p) * Math.log(1 - p) : 0;
}
