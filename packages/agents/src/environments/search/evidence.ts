import { LOG_EPSILON, safeLog } from '@skein/inference';
import { type SectorGraph, sectorSize } from '../sector-graph.js';
import type { DetectorTable } from './detector.js';

/**
 * What is known about where the targets are, as columns: for each target a row over `sectorCount + 1` states,
 * the sectors and, last, *removed*: carried off after a find.
 *
 * **Evidence** is `ln P(observations | state)`, nats. Observations are independent given where the targets are, so
 * evidence adds up, in any order and from any number of searchers, and the prior enters once:
 *
 *     Q(state) ∝ D(state) exp( pooled evidence + own evidence )
 */
export function stateCountOf(graph: SectorGraph): number {
  return graph.sectorCount + 1;
}

/** Evidence of nothing: f64[targets, S + 1], zeros. */
export function emptyEvidence(graph: SectorGraph, targetCount: number): Float64Array {
  return new Float64Array(targetCount * stateCountOf(graph));
}

/** D, the prior of a target: every free cell alike, so a sector by its size; f64[S + 1], probability. */
export function targetPrior(graph: SectorGraph): Float64Array {
  return Float64Array.from({ length: stateCountOf(graph) }, (_, state) =>
    state === graph.sectorCount ? 0 : sectorSize(graph, state) / graph.cells.length,
  );
}

/** Adds what a look from `sector` says about one target. Costs O(S), for the background is written out. */
export function addLook(
  evidence: Float64Array,
  table: DetectorTable,
  target: number,
  sector: number,
  alarm: boolean,
): void {
  const stateCount = table.nearOffsets.length;
  const row = target * stateCount;
  const logs = alarm ? table.logAlarm : table.logSilence;
  const background = logs[logs.length - 1]!;
  for (let state = row; state < row + stateCount; state++) evidence[state]! += background;
  for (let i = table.nearOffsets[sector]!; i < table.nearOffsets[sector + 1]!; i++) {
    evidence[row + table.nearSectors[i]!]! += logs[table.nearHops[i]!]! - background;
  }
}

/**
 * Adds that a claim was refused: the target is anywhere but in `sector`. What is certain weighs `ln 1e-16`, as in the
 * inference package, so that evidence stays finite and can be added up.
 */
export function addRefusal(evidence: Float64Array, graph: SectorGraph, target: number, sector: number): void {
  const row = target * stateCountOf(graph);
  const possible = safeLog(1);
  for (let state = 0; state < stateCountOf(graph); state++) evidence[row + state]! += possible;
  evidence[row + sector]! += Math.log(LOG_EPSILON) - possible;
}

/**
 * Beliefs from evidence: `softmax(ln D + sum of the evidence)` for each target.
 *
 * @param beliefs  out, f64[targets, S + 1], probability; each row sums to 1
 * @param logPrior ln D, f64[S + 1], nats; may be -∞, not everywhere
 * @param evidence parts that have no observation in common, each f64[targets, S + 1], nats
 * @param found    u8[targets]: 1 where the target was carried off. That is a change of the world and no observation, so
 *   it overrides all evidence: the belief is certain of *removed*
 */
export function updateBeliefs(
  beliefs: Float64Array,
  logPrior: Float64Array,
  evidence: readonly Float64Array[],
  found: Uint8Array,
): void {
  const stateCount = logPrior.length;
  for (let target = 0; target < found.length; target++) {
    const row = target * stateCount;
    if (found[target] === 1) {
      removeTarget(beliefs, stateCount, target);
      continue;
    }
    let max = Number.NEGATIVE_INFINITY;
    for (let state = 0; state < stateCount; state++) {
      let log = logPrior[state]!;
      for (let part = 0; part < evidence.length; part++) log += evidence[part]![row + state]!;
      beliefs[row + state] = log;
      if (log > max) max = log;
    }
    let sum = 0;
    for (let state = 0; state < stateCount; state++) {
      const weight = Math.exp(beliefs[row + state]! - max);
      beliefs[row + state] = weight;
      sum += weight;
    }
    for (let state = 0; state < stateCount; state++) beliefs[row + state]! /= sum;
  }
}

/** Makes a belief certain that a target was carried off. */
function removeTarget(beliefs: Float64Array, stateCount: number, target: number): void {
  const end = (target + 1) * stateCount;
  beliefs.fill(0, end - stateCount, end);
  beliefs[end - 1] = 1;
}
