/**
 * Worlds for agents: grids, mazes, graphs, any generative model, Moving AI maps, the search for hidden targets on them, and those of one's
 * own; as actors beside their agents.
 *
 * @packageDocumentation
 */

export type { ByteSource } from '../rollout/byte-reader.js';
export { type AnySwarm, type LoopTick, NEWS } from '../rollout/closed-loop.js';
export type { Episode, EpisodeEnd, RolloutResult } from '../rollout/episode-tally.js';
export type { RecordingSink } from '../rollout/recorder.js';
export { type Recording, readRecording } from '../rollout/recording.js';
export { RecordingError, type RecordingErrorCode } from '../rollout/recording-error.js';
export type { RecordingHeader } from '../rollout/recording-format.js';
export { type ReplayDifference, type ReplayOptions, type ReplayResult, replay } from '../rollout/replay.js';
export { type RolloutOptions, rollout } from '../rollout/rollout.js';
export type { LoopRules, ResolvedRules } from '../rollout/rollout-options.js';
export { worldOfGrid, worldOfTMaze } from './built-worlds.js';
export { COMMAND, type CopyColumns, IDLE } from './copy-row.js';
export { DRAWS_MAX, type Draws } from './draws.js';
export { defineEnvironment, type EnvironmentDefinition, type EnvironmentSpec } from './environment-actor.js';
export {
  type EnvironmentOptions,
  type EnvironmentStep,
  EnvironmentSwarm,
  spawnEnvironment,
} from './environment-swarm.js';
export { modelFingerprint } from './fingerprint.js';
export { type GraphWorld, type GraphWorldOptions, graphWorld, worldOfGraph } from './graph-world.js';
export { MapError, type MapErrorCode, type MapFault } from './map-error.js';
export { graphOfMap, type MapGraph } from './map-graph.js';
export { type ModelWorldOptions, type ModelWorldView, worldOfModel } from './model-world.js';
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
export { LookCounts } from './search/look-counts.js';
export { worldOfSearch } from './search/search-copies.js';
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
export { type SingleStep, type SingleWorld, type SingleWorldSpec, worldOf } from './single-world.js';
export { type VectorStep, VectorWorld, type VectorWorldOptions } from './vector-world.js';
export { EPISODE, NOTHING_SHOWN, type World, type WorldBatch, type WorldCopies } from './world.js';
export { WorldError, type WorldErrorCode } from './world-error.js';
