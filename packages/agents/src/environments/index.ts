/**
 * Worlds for agents: Moving AI maps cut into sectors, and the search for hidden targets on them.
 *
 * @packageDocumentation
 */
export { MapError, type MapErrorCode, type MapFault } from './map-error.js';
export { GridMap, parseMovingAiMap } from './moving-ai-map.js';
export { type Decision, decide, type SearcherMind, searcherMind } from './search/decide.js';
export {
  DEFAULT_DETECTOR,
  type Detector,
  type DetectorTable,
  tabulateDetector,
} from './search/detector.js';
export {
  addLook,
  addRefusal,
  emptyEvidence,
  stateCountOf,
  targetPrior,
  updateBeliefs,
} from './search/evidence.js';
export {
  CLAIM_CONFIDENCE,
  createSearchWorld,
  hearsAlarm,
  isClaimRight,
  randomStep,
  type SearchWorld,
  type SearchWorldOptions,
} from './search/search-world.js';
export {
  type SearcherModels,
  type SearcherPreferences,
  searcherModels,
} from './search/searcher-model.js';
export { SearcherPlanner } from './search/searcher-planner.js';
export {
  DEFAULT_SEARCH_PARAMETERS,
  type Find,
  type SearchArm,
  type SearchOutcome,
  type SearchParameters,
  simulateSearch,
} from './search/simulate-search.js';
export { type WalkPolicies, walkPolicies } from './search/walk-policies.js';
export {
  cutIntoSectors,
  neighborsOf,
  type SectorGraph,
  type SectorOptions,
  type SectorReport,
  sectorSize,
} from './sector-graph.js';
