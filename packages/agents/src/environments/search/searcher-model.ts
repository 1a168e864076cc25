import { defineModel, type GenerativeModel, type ModelSpec, type Tensor } from '@skein/inference';
import { neighborsOf, type SectorGraph, sectorSize } from '../sector-graph.js';
import type { DetectorTable } from './detector.js';
import { targetPrior } from './evidence.js';

/** Outcomes of a detection modality. */
export const SILENCE = 0;
export const ALARM = 1;

/** Outcomes of a find modality: what the world answers to a claim. */
export const REFUSED = 0;
export const FOUND = 1;

/** What a searcher wants. */
export interface SearcherPreferences {
  /** How much a find is preferred to none, nats. */
  readonly find: number;
}

/**
 * What a searcher believes about its world, as two generative models over the same states:
 *
 * - factor 0, *own sector*: S states; action 0 stays, action j + 1 takes the j-th way, or stays where there is none
 * - factor 1 + k, *target k*: the S sectors and *removed*; nobody moves it
 *
 * `sensing` holds what the searcher will observe at every tick: its own sector, and for each target an alarm or
 * silence. It perceives with this model, and this model's epistemic value makes it explore. `wanting` holds what it hopes
 * for: the find of each target, certain where the target is. Its preference makes the searcher go.
 *
 * They are two because a find is not observed at every tick, but only in answer to a claim. In one model a searcher
 * would expect to learn for certain, merely by standing somewhere, whether a target is there, which is not so.
 */
export interface SearcherModels {
  readonly sensing: GenerativeModel;
  readonly wanting: GenerativeModel;
}

/** Builds both models for a graph, a detector and a number of targets. Targets that look alike share their tensors. */
export function searcherModels(
  graph: SectorGraph,
  table: DetectorTable,
  targetCount: number,
  preferences: SearcherPreferences,
): SearcherModels {
  const targets = Array.from({ length: targetCount }, (_, target) => target);
  const own = ownTransition(graph);
  const still = staticTransition(graph.sectorCount + 1);
  const dependsOn = targets.map((target) => [0, 1 + target]);
  const states = {
    B: [own, ...targets.map(() => still)],
    D: [ownPrior(graph), ...targets.map(() => targetPrior(graph))],
    factorNames: ['own sector', ...targets.map((target) => `target ${target}`)],
  } satisfies Partial<ModelSpec>;

  const detection = detectionLikelihood(graph, table);
  const sensing = defineModel({
    ...states,
    A: [ownLikelihood(graph), ...targets.map(() => detection)],
    likelihoodFactors: [[0], ...dependsOn],
    modalityNames: ['own sector', ...targets.map((target) => `detection ${target}`)],
  });

  const find = findLikelihood(graph);
  const preference: Tensor = { shape: [2], data: Float64Array.of(0, preferences.find) };
  const wanting = defineModel({
    ...states,
    A: targets.map(() => find),
    C: targets.map(() => preference),
    likelihoodFactors: dependsOn,
    modalityNames: targets.map((target) => `find ${target}`),
  });
  return { sensing, wanting };
}

/** A searcher starts on any free cell. */
function ownPrior(graph: SectorGraph): Float64Array {
  return Float64Array.from(
    { length: graph.sectorCount },
    (_, sector) => sectorSize(graph, sector) / graph.cells.length,
  );
}

/** B of the own sector: `[S', S, degreeMax + 1]`, one entry a column. */
function ownTransition(graph: SectorGraph): Tensor {
  const { sectorCount } = graph;
  const actionCount = graph.degreeMax + 1;
  const data = new Float64Array(sectorCount * sectorCount * actionCount);
  for (let sector = 0; sector < sectorCount; sector++) {
    const neighbors = neighborsOf(graph, sector);
    for (let action = 0; action < actionCount; action++) {
      const next = action === 0 ? sector : (neighbors[action - 1] ?? sector);
      data[(next * sectorCount + sector) * actionCount + action] = 1;
    }
  }
  return { shape: [sectorCount, sectorCount, actionCount], data };
}

function staticTransition(stateCount: number): Tensor {
  const data = new Float64Array(stateCount * stateCount);
  for (let state = 0; state < stateCount; state++) data[state * stateCount + state] = 1;
  return { shape: [stateCount, stateCount, 1], data };
}

/** A of the own sector: a searcher always sees where it is. */
function ownLikelihood({ sectorCount }: SectorGraph): Tensor {
  const data = new Float64Array(sectorCount * sectorCount);
  for (let sector = 0; sector < sectorCount; sector++) data[sector * sectorCount + sector] = 1;
  return { shape: [sectorCount, sectorCount], data };
}

/** A of a detection: `[2, S, S + 1]`, by hops from the searcher to the target. */
function detectionLikelihood(graph: SectorGraph, table: DetectorTable): Tensor {
  const { sectorCount, hops } = graph;
  const stateCount = sectorCount + 1;
  const background = table.alarm.length - 1;
  const data = new Float64Array(2 * sectorCount * stateCount);
  for (let own = 0; own < sectorCount; own++) {
    for (let state = 0; state < stateCount; state++) {
      const distance =
        state < sectorCount ? Math.min(hops[own * sectorCount + state]!, background) : background;
      const alarm = table.alarm[distance]!;
      data[(ALARM * sectorCount + own) * stateCount + state] = alarm;
      data[(SILENCE * sectorCount + own) * stateCount + state] = 1 - alarm;
    }
  }
  return { shape: [2, sectorCount, stateCount], data };
}

/** A of a find: `[2, S, S + 1]`, found exactly where the target is. */
function findLikelihood({ sectorCount }: SectorGraph): Tensor {
  const stateCount = sectorCount + 1;
  const data = new Float64Array(2 * sectorCount * stateCount);
  for (let own = 0; own < sectorCount; own++) {
    for (let state = 0; state < stateCount; state++) {
      data[((own === state ? FOUND : REFUSED) * sectorCount + own) * stateCount + state] = 1;
    }
  }
  return { shape: [2, sectorCount, stateCount], data };
}
