/**
 * For tests. The ordinary kit: systems on a simulated clock, probes, actors alone, dead letters, paths through machines. And laws of
 * coordination: simulated systems, the search for runs that break a law, their stories, and whether what clients saw is linearizable.
 *
 * @packageDocumentation
 */

export { SimulatedClock } from '../time/simulated-clock.js';
export { actAlone } from './alone/act-alone.js';
export type { Alone, AloneOptions, Other } from './alone/alone.js';
export type { Effect, EffectMessage } from './alone/effect.js';
export {
  type CollectedDeadLetters,
  type CollectorOptions,
  collectDeadLetters,
  type DeadLetterMatch,
} from './dead-letters/collect-dead-letters.js';
export {
  AloneRefusedError,
  DivergedRunError,
  HistoryFullError,
  InjectedCrashError,
  InvalidFailureFileError,
  InvalidHistoryError,
  InvalidTapeError,
  InvariantBrokenError,
  NondeterministicRunError,
  PathDivergedError,
  RunTooLongError,
  TapeFullError,
  UncontrolledError,
  UnmetExpectationError,
} from './errors.js';
export {
  checkLinearizability,
  type LinearizabilityOptions,
} from './linearizability/check-linearizability.js';
export { type DeterministicObject, deterministicModel } from './linearizability/deterministic-model.js';
export { type FormatHistoryOptions, formatHistory } from './linearizability/format-history.js';
export {
  createHistoryRecorder,
  type HistoryRecorder,
  type HistoryRecorderOptions,
  type OpenOperation,
} from './linearizability/history-recorder.js';
export { linearizable } from './linearizability/linearizable.js';
export type { CompletedOperation, Operation, PendingOperation } from './linearizability/operation.js';
export { PENDING, Refusal, refuse, type SequentialModel } from './linearizability/sequential-model.js';
export type {
  Counterexample,
  LinearizableVerdict,
  Linearization,
  NotLinearizableVerdict,
  Placement,
  RefusedOperation,
  UnknownVerdict,
  Verdict,
} from './linearizability/verdict.js';
export type { MachinePath, MachinePlace, MachineStep } from './machine-paths/machine-path.js';
export {
  type MachinePaths,
  type MachinePathsOptions,
  machinePaths,
  type PathKind,
} from './machine-paths/machine-paths.js';
export { type WalkOptions, walkPath } from './machine-paths/walk-path.js';
export { createProbe } from './probe/create-probe.js';
export type { Probe, ProbeOptions, WaitOptions } from './probe/probe.js';
export { checkInvariant } from './simulation/check-invariant.js';
export type { CheckOptions } from './simulation/check-options.js';
export type {
  CheckOutcome,
  CheckReport,
  Counterexample as LawCounterexample,
} from './simulation/check-outcome.js';
export { advanceClock, type CommandSpec, command, crashAny } from './simulation/commands.js';
export {
  createSimulation,
  type RunTimeline,
  type SimulatedSystem,
  type SimulatedSystemOptions,
} from './simulation/create-simulation.js';
export { type Failure, readFailure, writeFailure } from './simulation/failure.js';
export type { Fault, FaultKind } from './simulation/faults.js';
export { holds, type RegisterTest } from './simulation/holds.js';
export type {
  ActorView,
  Command,
  FaultBudget,
  Invariant,
  SimulatedWorld,
} from './simulation/invariant.js';
export { replayFailure } from './simulation/replay-failure.js';
export type { RunInput } from './simulation/run-input.js';
export type { RunReport } from './simulation/run-report.js';
export { type ChoicePoint, type Scheduler, type StepKind, TOUCHES_ALL } from './simulation/scheduler.js';
export type { CoverageOptions } from './simulation/schedulers/coverage-scheduler.js';
export {
  createScheduler,
  type SchedulerName,
  type SchedulerOptions,
  schedulerNames,
} from './simulation/schedulers/create-scheduler.js';
export type { ExhaustiveOptions, ExhaustiveReport } from './simulation/schedulers/exhaustive-scheduler.js';
export type { PctOptions } from './simulation/schedulers/pct-scheduler.js';
export type { RandomOptions } from './simulation/schedulers/random-scheduler.js';
export type { Deviation, Tape } from './simulation/schedulers/tape.js';
export { searchInvariant } from './simulation/search-invariant.js';
export type { MessageCosts } from './simulation/timeline.js';
export type {
  DeadEvent,
  HandledEvent,
  LifeEvent,
  Party,
  SentEvent,
  Trace,
  TraceEvent,
  ViolationEvent,
  WorldEvent,
} from './simulation/trace.js';
export type { Violation } from './simulation/violation.js';
export { type FormatStoryOptions, formatStory, storyLines } from './story/format-story.js';
export type { StoryLine } from './story/story-lines.js';
export { type StoryPageOptions, storyPage } from './story/story-page.js';
export { createTestSystem, type TestSystem, type TestSystemOptions } from './test-system.js';
