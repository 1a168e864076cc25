/**
 * Active-inference agents as actors, and swarms of them.
 *
 * @packageDocumentation
 */
export {
  type AgentArgs,
  type AgentProtocol,
  type AgentRound,
  actionUniform,
  type FusedEvidence,
} from './agent/agent-actor.js';
export type { Mind, MindSetup, MindTurn } from './agent/mind.js';
export type { Thought } from './agent/model-mind.js';
export type { SharedEvidence } from './agent/shared-evidence.js';
export {
  type AgentDefinition,
  defineAgent,
  type MindAgentSpec,
  type ModelAgentSpec,
} from './definition/agent-definition.js';
export { MapError, type MapErrorCode, type MapFault } from './environments/map-error.js';
export { GridMap, parseMovingAiMap } from './environments/moving-ai-map.js';
export { type Decision, decide, type SearcherMind, searcherMind } from './environments/search/decide.js';
export {
  DEFAULT_DETECTOR,
  type Detector,
  type DetectorTable,
  tabulateDetector,
} from './environments/search/detector.js';
export {
  addLook,
  addRefusal,
  emptyEvidence,
  stateCountOf,
  targetPrior,
  updateBeliefs,
} from './environments/search/evidence.js';
export {
  CLAIM_CONFIDENCE,
  createSearchWorld,
  hearsAlarm,
  isClaimRight,
  randomStep,
  type SearchWorld,
  type SearchWorldOptions,
} from './environments/search/search-world.js';
export {
  type SearcherModels,
  type SearcherPreferences,
  searcherModels,
} from './environments/search/searcher-model.js';
export { SearcherPlanner } from './environments/search/searcher-planner.js';
export {
  DEFAULT_SEARCH_PARAMETERS,
  type Find,
  type SearchArm,
  type SearchOutcome,
  type SearchParameters,
  simulateSearch,
} from './environments/search/simulate-search.js';
export { type WalkPolicies, walkPolicies } from './environments/search/walk-policies.js';
export {
  cutIntoSectors,
  neighborsOf,
  type SectorGraph,
  type SectorOptions,
  type SectorReport,
  sectorSize,
} from './environments/sector-graph.js';
export { AgentDefinitionError, AgentsError, SwarmError } from './errors.js';
export type { CohortArgs, CohortProtocol, CohortRound } from './swarm/cohort.js';
export type { Report } from './swarm/gather.js';
export { type StepOptions, type StepResult, Swarm, type SwarmOptions, spawnSwarm } from './swarm/swarm.js';
export { type CohortNode, planSwarmTree } from './swarm/swarm-tree.js';
