/**
 * For tests: systems on a simulated clock, and whether what clients saw of them is linearizable.
 *
 * @packageDocumentation
 */
export { HistoryFullError, InvalidHistoryError } from '../errors.js';
export { SimulatedClock } from '../time/simulated-clock.js';
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
export { advanceClock, type CommandSpec, command, crashAny } from './simulation/commands.js';
export type {
  ActorView,
  Command,
  FaultBudget,
  Invariant,
  SimulatedWorld,
} from './simulation/invariant.js';
export { createTestSystem, type TestSystem, type TestSystemOptions } from './test-system.js';
