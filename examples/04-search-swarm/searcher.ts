import { defineAgent, type Mind, type MindSetup, type MindTurn } from '@skein/agents';
import {
  addLook,
  addRefusal,
  CLAIM_CONFIDENCE,
  cutIntoSectors,
  type Detector,
  emptyEvidence,
  parseMovingAiMap,
  randomStep,
  SearcherPlanner,
  type SearchParameters,
  type SectorGraph,
  tabulateDetector,
  targetPrior,
  updateBeliefs,
  walkPolicies,
} from '@skein/agents/environments';
import { oneForOne } from '@skein/runtime';

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

/** What a searcher perceives at a tick. */
export interface SearcherObservation {
  /** Where it stands. */
  readonly sector: number;
  /** For each target whether its detector sounds; u8. */
  readonly alarms: Uint8Array;
  /** For each target whether it was carried off; u8. Announced to all, in every arm. */
  readonly found: Uint8Array;
  /** Its claims of the tick before that were wrong. */
  readonly refused: readonly { readonly target: number; readonly sector: number }[];
  /** Chaos strikes: the searcher crashes instead of looking. */
  readonly crash: boolean;
}

/** What a searcher does at a tick: claims finds where it stands, then moves. */
export interface SearcherAction {
  readonly claims: readonly number[];
  /** The sector to be in next. */
  readonly next: number;
}

/** Thrown by a searcher that `--chaos` chose. */
export class ChaosError extends Error {
  override readonly name = 'ChaosError';
}

/** What the searchers of a shard have in common. They only read it, but for the planner's scratch memory. */
interface Shared {
  readonly graph: SectorGraph;
  readonly targetCount: number;
  readonly table: ReturnType<typeof tabulateDetector>;
  readonly planner: SearcherPlanner;
  readonly logPrior: Float64Array;
}

/** Believes by Bayes, and decides by expected free energy. */
class SearcherMind implements Mind<SearcherObservation, SearcherAction> {
  readonly #shared: Shared;
  readonly #beliefs: Float64Array;
  #sector = 0;
  #found: Uint8Array;

  constructor(shared: Shared) {
    this.#shared = shared;
    this.#found = new Uint8Array(shared.targetCount);
    this.#beliefs = emptyEvidence(shared.graph, shared.targetCount);
  }

  perceive(observation: SearcherObservation, { evidence }: MindTurn): void {
    const { graph, table } = this.#shared;
    const { sector, alarms, found, refused, crash } = observation;
    if (crash) throw new ChaosError('chaos struck');
    const { own } = evidence!;
    for (const claim of refused) addRefusal(own, graph, claim.target, claim.sector);
    for (const [target, gone] of found.entries())
      if (gone === 0) addLook(own, table, target, sector, alarms[target] === 1);
    this.#sector = sector;
    this.#found = found;
  }

  act({ uniform, evidence }: MindTurn): SearcherAction {
    const { graph, planner, logPrior } = this.#shared;
    const { pool, own } = evidence!;
    updateBeliefs(this.#beliefs, logPrior, [pool, own], this.#found);
    return {
      claims: claimsAt(this.#beliefs, this.#sector, this.#found, logPrior.length),
      next: this.choose(planner, graph, this.#sector, uniform),
    };
  }

  protected choose(planner: SearcherPlanner, _: SectorGraph, sector: number, uniform: number): number {
    planner.believe(this.#beliefs);
    return planner.choose(sector, uniform);
  }
}

/** The same detector, beliefs and claims, and no plan at all. */
class WalkerMind extends SearcherMind {
  protected override choose(_: SearcherPlanner, graph: SectorGraph, sector: number, uniform: number): number {
    return randomStep(graph, sector, uniform);
  }
}

function claimsAt(beliefs: Float64Array, sector: number, found: Uint8Array, stateCount: number): number[] {
  const claims: number[] = [];
  for (const [target, gone] of found.entries())
    if (gone === 0 && beliefs[target * stateCount + sector]! >= CLAIM_CONFIDENCE) claims.push(target);
  return claims;
}

function sharedOf(setup: MindSetup): Shared {
  const search = setup.extension('search') as SearchSetup;
  return setup.shardLocal(search, () => {
    const { mapText, mapName, sectorCount, targetCount, detector, parameters } = search;
    const graph = cutIntoSectors(
      parseMovingAiMap(mapText, mapName),
      sectorCount === null ? {} : { sectorCount },
    );
    const table = tabulateDetector(detector, graph);
    const policies = walkPolicies(graph, parameters.horizon);
    return {
      graph,
      targetCount,
      table,
      planner: new SearcherPlanner(graph, table, policies, parameters.preferences, parameters.gamma),
      logPrior: targetPrior(graph).map((p) => Math.log(p)),
    };
  });
}

const evidenceLength = (setup: MindSetup): number => {
  const { graph, targetCount } = sharedOf(setup);
  return emptyEvidence(graph, targetCount).length;
};

/** Chaos may strike as often as it likes: a searcher that crashes is always restarted. */
const supervision = oneForOne({ maxRestarts: Number.POSITIVE_INFINITY });

export const searcher = defineAgent<SearcherObservation, SearcherAction>({
  name: 'searcher',
  mind: (setup) => new SearcherMind(sharedOf(setup)),
  evidenceLength,
  supervision,
});

export const walker = defineAgent<SearcherObservation, SearcherAction>({
  name: 'walker',
  mind: (setup) => new WalkerMind(sharedOf(setup)),
  evidenceLength,
  supervision,
});
