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
  type Unfused,
} from './agent/agent-actor.js';
export type { AgentOperation, Contribution, GossipPart } from './agent/agent-operation.js';
export type {
  ActingTurn,
  BatchedMind,
  BatchedMindSetup,
  BatchedTurn,
  CountedEvidence,
  PerceivingTurn,
} from './agent/batched-mind.js';
export type {
  AgentContributions,
  AgentReport,
  AgentVote,
  Ballot,
  ElectionNews,
  ReportColumn,
} from './agent/contributions.js';
export type { GossipShare } from './agent/gossip.js';
export { INFERENCE_EXTENSION } from './agent/inference-memory.js';
export type { Mind, MindSetup, MindTurn } from './agent/mind.js';
export type { ModelView, Thought } from './agent/model-mind.js';
export type { LaneObservation } from './agent/observation-columns.js';
export type { SharedEvidence } from './agent/shared-evidence.js';
export type { CoalitionNews, CoalitionPart } from './coalitions/coalition-part.js';
export type {
  Coalition,
  CoalitionLosses,
  CoalitionOptions,
  FormOptions,
  FormResult,
  ShareOptions,
  ShareResult,
  SpeakerOptions,
  SpeakerResult,
} from './coalitions/coalition-results.js';
export {
  type CoalitionPlan,
  type CoalitionTask,
  type GameOptions,
  gameOf,
} from './coalitions/coalition-task.js';
export { Coalitions, formCoalitions } from './coalitions/coalitions.js';
export { formGreedily } from './coalitions/form-greedily.js';
export { formHierarchically } from './coalitions/form-hierarchically.js';
export { formOptimally, OPTIMAL_CANDIDATES_MAX } from './coalitions/form-optimally.js';
export {
  type Candidate,
  type CoalitionGame,
  type Formation,
  type FormedCoalition,
  formationEnergy,
  type GamePlan,
  type GameTask,
} from './coalitions/game.js';
export { NO_COALITION, Seats } from './coalitions/seats.js';
export type { Argmax } from './coordination/argmax.js';
export type { Numbers } from './coordination/combiner.js';
export type { CombinerSpec } from './coordination/combiners.js';
export type { FusedBelief, FuseRule } from './coordination/fuse.js';
export type { OwnCombiner, OwnCombiners } from './coordination/own-combiner.js';
export type { SampleOptions } from './coordination/sample.js';
export type { Tally } from './coordination/tally.js';
export type { Ranking } from './coordination/top-k.js';
export { TOPOLOGIES_MODULE } from './coordination/topologies/member.js';
export {
  runTopology,
  type Topology,
  type TopologyFormula,
  type TopologyOptions,
  type TopologyRun,
  topologyFormula,
} from './coordination/topologies/topologies.js';
export type { VoteRule } from './coordination/vote-rule.js';
export {
  type AgentDefinition,
  type AgentSpec,
  type BatchedAgentSpec,
  defineAgent,
  type MindAgentSpec,
  type ModelAgentSpec,
} from './definition/agent-definition.js';
export type { AgentInferenceOptions } from './definition/inference-options.js';
export {
  AgentContributionError,
  AgentDefinitionError,
  AgentEventError,
  AgentInferenceError,
  AgentsError,
  CoalitionError,
  PartialResultError,
  SingleObservationError,
  SwarmError,
} from './errors.js';
export type {
  AgentLifecycle,
  EventName,
  LifecycleState,
  LifecycleView,
} from './lifecycle/agent-lifecycle.js';
export type { CohortArgs, CohortProtocol, Contributed } from './swarm/cohort-protocol.js';
export type { Column, Scattered } from './swarm/column.js';
export { Membership } from './swarm/membership.js';
export type { CohortReport, Descent, Operation, SparseOptions } from './swarm/operation.js';
export type {
  Attendance,
  ColumnStepResult,
  ElectOptions,
  ElectResult,
  FuseOptions,
  FuseResult,
  GatherResult,
  GossipOptions,
  GossipResult,
  OperationOptions,
  ReduceResult,
  Reduction,
  SampleResult,
  StepResult,
  VoteOptions,
  VoteResult,
} from './swarm/results.js';
export {
  type ActorCosts,
  costsOf,
  measureRound,
  type RoundCosts,
  type WayCosts,
} from './swarm/round-costs.js';
export { Swarm, spawnSwarm } from './swarm/swarm.js';
export type {
  AnySwarmPart,
  JoinOptions,
  MixedSwarmOptions,
  PartEffect,
  PartObservation,
  SwarmOptions,
  SwarmPart,
} from './swarm/swarm-options.js';
export type { SwarmKind, SwarmParts } from './swarm/swarm-parts.js';
export type { RoundAnswer, RunRound } from './swarm/swarm-rounds.js';
export { type CohortNode, planSwarmTree, type SwarmHome } from './swarm/swarm-tree.js';
