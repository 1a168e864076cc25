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
export { INFERENCE_EXTENSION } from './agent/inference-memory.js';
export type { Mind, MindSetup, MindTurn } from './agent/mind.js';
export type { Thought } from './agent/model-mind.js';
export type { LaneObservation } from './agent/observation-columns.js';
export type { SharedEvidence } from './agent/shared-evidence.js';
export {
  type AgentDefinition,
  type AgentInferenceOptions,
  defineAgent,
  type MindAgentSpec,
  type ModelAgentSpec,
} from './definition/agent-definition.js';
export {
  AgentDefinitionError,
  AgentInferenceError,
  AgentsError,
  SingleObservationError,
  SwarmError,
} from './errors.js';
export type { CohortArgs, CohortProtocol, CohortRound } from './swarm/cohort.js';
export type { Report } from './swarm/gather.js';
export { type StepOptions, type StepResult, Swarm, type SwarmOptions, spawnSwarm } from './swarm/swarm.js';
export { type CohortNode, planSwarmTree } from './swarm/swarm-tree.js';
