import type { BatchedMindSetup } from '@skein/agents';
import {
  CLAIM_CONFIDENCE,
  cutIntoSectors,
  type Detector,
  emptyEvidence,
  type GridMap,
  LookCounts,
  parseMovingAiMap,
  SearcherPlanner,
  type SearchParameters,
  type SectorGraph,
  tabulateDetector,
  targetPrior,
  updateBeliefs,
  walkPolicies,
} from '@skein/agents/environments';
import { SearcherRows } from './searcher-rows.js';

/** What every shard is handed at its start, as `extensions.search`: enough to know the map and the detector. */
export interface SearchSetup {
  readonly mapText: string;
  readonly mapName: string;
  /** Sectors asked for; null: as many as suit the map. */
  readonly sectorCount: number | null;
  readonly targetCount: number;
  readonly detector: Detector;
  readonly parameters: SearchParameters;
}

/** What searchers of one search have in common. */
export interface Knowledge {
  readonly map: GridMap;
  readonly graph: SectorGraph;
  readonly rows: SearcherRows;
  readonly counts: LookCounts;
  /** A planner of one's own: it keeps what it was last told to believe. */
  createPlanner(): SearcherPlanner;
  /** Beliefs of one's own. */
  createBelief(): Belief;
}

/** @throws MapError for a map that cannot be read */
export function createKnowledge(search: SearchSetup): Knowledge {
  const { mapText, mapName, sectorCount, targetCount, detector, parameters } = search;
  const map = parseMovingAiMap(mapText, mapName);
  const graph = cutIntoSectors(map, sectorCount === null ? {} : { sectorCount });
  const table = tabulateDetector(detector, graph);
  const policies = walkPolicies(graph, parameters.horizon);
  const counts = new LookCounts(graph, table, targetCount);
  return {
    map,
    graph,
    rows: new SearcherRows(targetCount),
    counts,
    createPlanner: () =>
      new SearcherPlanner(graph, table, policies, parameters.preferences, parameters.gamma),
    createBelief: () => new Belief(graph, counts),
  };
}

/** What the searchers of a shard have in common; worked out once there. */
export function knowledgeOf(setup: BatchedMindSetup): Knowledge {
  const search = setup.extension('search') as SearchSetup;
  return setup.shardLocal(search, () => createKnowledge(search));
}

/** Where the targets are, as somebody believes who has seen what was counted. Memory that is used again. */
export class Belief {
  /** f64[targets, S + 1], probability. */
  readonly probability: Float64Array;
  readonly #counts: LookCounts;
  readonly #logPrior: Float64Array;
  readonly #evidence: readonly [Float64Array];

  constructor(graph: SectorGraph, counts: LookCounts) {
    this.#counts = counts;
    this.#logPrior = targetPrior(graph).map((p) => Math.log(p));
    this.#evidence = [emptyEvidence(graph, counts.targetCount)];
    this.probability = emptyEvidence(graph, counts.targetCount);
  }

  /** @param seen f64[counts.length] @param found u8[targets] */
  update(seen: Float64Array, found: Uint8Array): void {
    this.#counts.evidence(this.#evidence[0], seen, found);
    updateBeliefs(this.probability, this.#logPrior, this.#evidence, found);
  }

  /** Whether a target is in a sector, as surely as a claim must be. */
  isSure(target: number, sector: number): boolean {
    return this.probability[target * this.#logPrior.length + sector]! >= CLAIM_CONFIDENCE;
  }
}
