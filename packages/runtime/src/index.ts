/**
 * Actors, their supervision, and the shards they live on.
 *
 * @packageDocumentation
 */
export { keyedUniform, streamOf } from '@skein/random';
export { ActorRef, type AnyRef, type AskOptions, type RefHost } from './actor/actor-ref.js';
export type { ActorAddress } from './actor/address.js';
export type {
  ActorContext,
  AsyncContext,
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
  defineActor,
  type MailboxOptions,
  type OverflowRule,
  type SyncHandler,
  type TerminatedNotice,
} from './actor/definition.js';
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
export {
  AskAbortedError,
  AskRejectedError,
  AskTimeoutError,
  DefinitionMismatchError,
  DuplicateDefinitionError,
  DuplicateNameError,
  EscalatedError,
  InvalidOptionError,
  ModuleLoadError,
  QuietTimeoutError,
  RuntimeError,
  ShardLostError,
  ShardStartError,
  StaleContextError,
  SystemStoppedError,
  UndeclaredAsyncError,
  UnknownDefinitionError,
} from './errors.js';
export type { DispatcherChoices } from './scheduling/dispatcher-choices.js';
export type { Backoff } from './supervision/backoff.js';
export type { RestartIntensity } from './supervision/restart-intensity.js';
export {
  type Decide,
  type Directive,
  type OneForOneOptions,
  oneForOne,
  type Supervision,
} from './supervision/supervision.js';
export { ActorSystem, createSystem, type SystemTermination } from './system/actor-system.js';
export type {
  DeadLetter,
  DeadLetterListener,
  DeadLetterReason,
  DeadLetters,
  RejectionReason,
} from './system/dead-letters.js';
export type { Logger, LogLevel, LogRecord, LogSink } from './system/log.js';
export type { Accounting, ShardMetrics, SystemMetrics } from './system/metrics.js';
export type { SystemOptions } from './system/system-options.js';
export type { Clock, ClockTimer } from './time/clock.js';
