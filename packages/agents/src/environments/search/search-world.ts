import { keyedUniform, streamOf } from '@skein/runtime';
import { neighborsOf, type SectorGraph } from '../sector-graph.js';
import { alarmProbability, DEFAULT_DETECTOR, type Detector } from './detector.js';

/** How sure a searcher must be that a target is in its own sector before it may claim the find, probability. */
export const CLAIM_CONFIDENCE = 0.99;

/** The most targets a world may hide; the draws of a tick are numbered by target below this. */
export const TARGET_COUNT_MAX = 1024;

const SEARCHER_PLACEMENT = streamOf('search searcher placement');
const TARGET_PLACEMENT = streamOf('search target placement');
const ALARM = streamOf('search alarm');

/**
 * The world that searchers search: a graph of sectors, targets that stay where they are, and chance.
 *
 * Nothing in it changes. Whatever happens is a pure function of (seed, agent, tick, target), so the same searcher in the
 * same place at the same tick hears the same, whoever asks, however often, on whichever thread, and in every arm
 * of a comparison; a searcher restarted after a crash can be told again what it heard.
 *
 * **A find.** A searcher whose own belief puts a target with `CLAIM_CONFIDENCE` into the sector where it stands claims
 * it, and the world looks. A right claim is a find: the target is carried off, and everybody is told, in every
 * arm, so that being told is no part of what fusion adds. A wrong one is counted, and is to its searcher the certain
 * observation that the target is not there. The rule knows nothing of how a belief came about, so it is the same for all.
 */
export interface SearchWorld {
  readonly graph: SectorGraph;
  readonly seed: number;
  readonly detector: Detector;
  /** Where each searcher starts: u16[agents], sector. */
  readonly starts: Uint16Array;
  /** Where each target is: u16[targets], sector. The searchers' side of the code never reads it. */
  readonly targetSectors: Uint16Array;
}

/** Who searches for how many, and what chance is keyed by. */
export interface SearchWorldOptions {
  readonly agentCount: number;
  readonly targetCount: number;
  readonly seed: number;
  readonly detector?: Detector;
}

/** Places searchers and targets, each on a free cell of the largest component, all cells alike. */
export function createSearchWorld(graph: SectorGraph, options: SearchWorldOptions): SearchWorld {
  const { agentCount, targetCount, seed, detector = DEFAULT_DETECTOR } = options;
  if (!(Number.isInteger(targetCount) && targetCount >= 1 && targetCount <= TARGET_COUNT_MAX)) {
    throw new RangeError(`targetCount must be an integer from 1 to ${TARGET_COUNT_MAX}, got ${targetCount}`);
  }
  if (!(Number.isInteger(agentCount) && agentCount >= 1)) {
    throw new RangeError(`agentCount must be an integer of at least 1, got ${agentCount}`);
  }
  const place = (stream: number, index: number): number => {
    const cell = graph.cells[Math.floor(keyedUniform(seed, stream, index, 0) * graph.cells.length)]!;
    return graph.sectorOfCell[cell]!;
  };
  return {
    graph,
    seed,
    detector,
    starts: Uint16Array.from({ length: agentCount }, (_, agent) => place(SEARCHER_PLACEMENT, agent)),
    targetSectors: Uint16Array.from({ length: targetCount }, (_, target) => place(TARGET_PLACEMENT, target)),
  };
}

/** Whether the detector of a searcher sounds for a target at a tick. `sector` is where the searcher stands. */
export function hearsAlarm(
  world: SearchWorld,
  agent: number,
  tick: number,
  target: number,
  sector: number,
): boolean {
  const { graph, seed, detector, targetSectors } = world;
  const hops = graph.hops[sector * graph.sectorCount + targetSectors[target]!]!;
  return (
    keyedUniform(seed, ALARM, agent, tick * TARGET_COUNT_MAX + target) < alarmProbability(detector, hops)
  );
}

/** Whether a claim is right. */
export function isClaimRight(world: SearchWorld, target: number, sector: number): boolean {
  return world.targetSectors[target] === sector;
}

/** Where a random walker goes: stays, or takes one of the ways, all alike. */
export function randomStep(graph: SectorGraph, sector: number, uniform: number): number {
  const neighbors = neighborsOf(graph, sector);
  return neighbors[Math.floor(uniform * (neighbors.length + 1))] ?? sector;
}
