/**
 * Actors, their supervision, and the shards they live on.
 *
 * @packageDocumentation
 */
export { keyedUniform, streamOf } from '@skein/random';
export { ActorRef, type AnyRef, type AskOptions, type RefHost, type SendOptions } from './actor/actor-ref.js';
export type { ActorAddress } from './actor/address.js';
export type { Batch, BatchHandler } from './actor/batch.js';
export type {
  ActorContext,
  AsyncContext,
  PipedSource,
  PipeOptions,
  ReplyHandle,
  ScheduledMessage,
  SpawnArguments,
  SpawnOptions,
  StopOptions,
  TurnContext,
} from './actor/context.js';
export {
  ACTOR_DEFINITIONS,
  type ActorDefinition,
  type ActorSpec,
  type AsyncHandler,
  type ChildFailedNotice,
  type ChildStoppedNotice,
  defineActor,
  type Handlers,
  type MailboxOptions,
  type OverflowRule,
  type Priority,
  type SyncHandler,
  type TerminatedNotice,
} from './actor/definition.js';
export { definitionNamed } from './actor/definition-name.js';
export {
  LIFECYCLE_EVENTS,
  LIFECYCLE_STATES,
  type LifecycleEventName,
  type LifecycleStateName,
  lifecycleMachine,
} from './actor/lifecycle.js';
export type {
  Ask,
  AskTypes,
  MessageOf,
  MessageOfType,
  PayloadOf,
  Protocol,
  QuestionOf,
  ReplyOf,
} from './actor/protocol.js';
export { RefColumn } from './actor/ref-column.js';
export {
  type Column,
  prepareRows,
  type RowSlice,
  type Rows,
  type RowsHandler,
  scatterRows,
} from './actor/rows.js';
export type { ShardLocals } from './actor/shard-locals.js';
export {
  AskAbortedError,
  AskRejectedError,
  AskTimeoutError,
  BulkheadFullError,
  CircuitOpenError,
  DefinitionMismatchError,
  DuplicateDefinitionError,
  DuplicateNameError,
  EscalatedError,
  InvalidOptionError,
  KeyTakenError,
  LinkedActorError,
  ModuleLoadError,
  NoRouteeAnsweredError,
  QuietTimeoutError,
  ReceptionistFullError,
  RetriesExhaustedError,
  RuntimeError,
  SendRefusedError,
  ShardLostError,
  ShardStartError,
  StaleContextError,
  StashFullError,
  StatechartPendingError,
  StateStoreError,
  StateStoreFullError,
  SystemStoppedError,
  TimerLimitError,
  TooManyActorsError,
  TooManyEffectsError,
  TopicsFullError,
  UndeclaredAsyncError,
  UnknownDefinitionError,
  UnsupportedStatechartError,
} from './errors.js';
export type { RowFrame } from './kernel/row-frame.js';
export { createMemoryStore, type MemoryStore, type MemoryStoreOptions } from './passivation/memory-store.js';
export type { PassivationOptions } from './passivation/passivation-options.js';
export type { CreateStateStore, StateStore, StateStoreContext } from './passivation/state-store.js';
export { Receptionist, type RegisterOptions, spawnReceptionist } from './receptionist/receptionist.js';
export {
  type Admission,
  type Listing,
  type ListingProtocol,
  RECEPTIONIST_MODULE,
  type ReceptionistBounds,
  type ReceptionistProtocol,
} from './receptionist/receptionist-actor.js';
export { SERVICE_NAME_MAX, type ServiceKey, serviceKey } from './receptionist/service-key.js';
export { type AskAllOptions, askAll, askAllSettled } from './resilience/ask-all.js';
export {
  type Askable,
  type AskBehaviour,
  askingFrom,
  askingThrough,
  type GuardedRef,
} from './resilience/askable.js';
export {
  Bulkhead,
  type BulkheadOptions,
  type BulkheadTurn,
  withBulkhead,
} from './resilience/bulkhead.js';
export type { AskBackoff } from './resilience/check-options.js';
export type { Circuit } from './resilience/circuit.js';
export {
  type CallEnd,
  CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitChange,
  type CircuitPass,
  withCircuitBreaker,
} from './resilience/circuit-breaker.js';
export type { FailureThreshold } from './resilience/failure-window.js';
export { isCuredByRetry, isFailureOfTarget } from './resilience/failures.js';
export { contextPace, type Pace, seededPace } from './resilience/pace.js';
export { type RetryOptions, withRetry } from './resilience/retry.js';
export { broadcast } from './routing/broadcast.js';
export { type ConsistentHashOptions, consistentHash } from './routing/consistent-hash.js';
export { firstReply } from './routing/first-reply.js';
export { randomRoutee } from './routing/random-routee.js';
export { roundRobin } from './routing/round-robin.js';
export { defineRouter } from './routing/router.js';
export {
  ROUTEE_COUNT_MAX,
  type RouterDefinition,
  type RouterProtocol,
  type RouterSpec,
} from './routing/router-spec.js';
export { smallestMailbox } from './routing/smallest-mailbox.js';
export type {
  ChooseRoutee,
  OneRouteeStrategy,
  PoolView,
  RoutingStrategy,
} from './routing/strategy.js';
export type { DispatcherChoices } from './scheduling/dispatcher-choices.js';
export { fromMachine, type MachineOptions } from './statecharts/from-machine.js';
export type {
  Asked,
  MachineDefinition,
  MachineProtocol,
  MachineState,
  ProtocolOfEvents,
  ReplyOfAsked,
  ReplyToEvent,
} from './statecharts/machine-protocol.js';
export { type ReplyAction, reply, sendTarget } from './statecharts/reply.js';
export { actorLogic } from './statecharts/sources.js';
export type { Backoff } from './supervision/backoff.js';
export type { RestartIntensity } from './supervision/restart-intensity.js';
export type { RestartType, Strategy } from './supervision/strategy.js';
export {
  allForOne,
  type Decide,
  type Directive,
  FRUITLESS_RESTARTS_MAX,
  oneForOne,
  restForOne,
  type Supervision,
  type SupervisionOptions,
} from './supervision/supervision.js';
export {
  ActorSystem,
  createSystem,
  type QuietOptions,
  type SystemTermination,
} from './system/actor-system.js';
export type {
  DeadLetter,
  DeadLetterListener,
  DeadLetterReason,
  DeadLetters,
  RejectionReason,
} from './system/dead-letters.js';
export type {
  InspectedActorEvent,
  InspectedActorRef,
  InspectedEventEvent,
  InspectedRef,
  InspectedSnapshot,
  InspectedSnapshotEvent,
  InspectionEvent,
  InspectionObserver,
  InspectionOptions,
} from './system/inspection.js';
export type { Logger, LogLevel, LogRecord, LogSink } from './system/log.js';
export type { Accounting, ShardMetrics, SystemMetrics } from './system/metrics.js';
export type { SystemOptions } from './system/system-options.js';
export type { Traffic, TrafficCount, TrafficLink } from './system/traffic.js';
export type {
  SlowHandler,
  SlowHandlerListener,
  SlowSuspect,
  Watchdog,
  WatchdogOptions,
} from './system/watchdog.js';
export type { Clock, ClockTimer } from './time/clock.js';
export { systemClock } from './time/system-clock.js';
export type { ContentFilter, FieldTest, FilterScalar } from './topics/content-filter.js';
export { TOPICS_MODULE } from './topics/topic-actors.js';
export { TOPIC_TOKEN_BYTES_MAX, TOPIC_TOKENS_MAX } from './topics/topic-name.js';
export type { TopicStatistics } from './topics/topic-protocols.js';
export {
  type Published,
  publish,
  type SubscribeOptions,
  spawnTopics,
  subscribe,
  type TopicSubscriber,
  type Topics,
  type TopicsOptions,
  type TopicUser,
  topicStatistics,
  unsubscribe,
} from './topics/topics.js';
