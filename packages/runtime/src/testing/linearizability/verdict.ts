import type { CompletedOperation, Operation } from './operation.js';

/** One operation in an order that explains a history, and the state that it led to. */
export interface Placement<State, Input, Output> {
  readonly operation: Operation<Input, Output>;
  readonly state: State;
}

/** An order that explains one part of a history. Operations that never returned are in it where they had an effect. */
export interface Linearization<State, Input, Output> {
  /** What `partition` said of these operations; undefined without one. */
  readonly key: string | number | undefined;
  readonly order: readonly Placement<State, Input, Output>[];
}

/** An operation that might have come next by its time, and what the model said of it. */
export interface RefusedOperation<Input, Output> {
  readonly operation: Operation<Input, Output>;
  /** The words that the model refused it with. */
  readonly why: string;
}

/** Why no order explains a history. */
export interface Counterexample<State, Input, Output> {
  /** The part that no order explains; undefined without `partition`. */
  readonly key: string | number | undefined;
  /** All operations of that part, as the history lists them. */
  readonly operations: readonly Operation<Input, Output>[];
  /**
   * The operation that the search came no further than: no order has it and all that returned before it, together with
   * whatever of the operations then open.
   */
  readonly failed: CompletedOperation<Input, Output>;
  /** One of the longest orders that have all that returned before `failed` did. */
  readonly prefix: readonly Placement<State, Input, Output>[];
  /** The state after `prefix`. */
  readonly state: State;
  /** All that might have come after `prefix`, `failed` first, and why it could not. */
  readonly refused: readonly RefusedOperation<Input, Output>[];
  /**
   * Operations that contradict each other whatever the others did: no order explains them even if each other one
   * may have taken effect while it was open, with any output, or not. In order of their calls; a history that is
   * not linearizable by itself. The freedom of the others ends 32 operations before `failed`: what came earlier led
   * to any of the states that the search has met, or took effect as it says.
   */
  readonly smallest: readonly CompletedOperation<Input, Output>[];
  /** Whether it is sure that none of them can be left out. False if to find out takes more than the bound. */
  readonly isSmallest: boolean;
}

/** There is an order: as far as this history tells, the object is correct. */
export interface LinearizableVerdict<State, Input, Output> {
  readonly outcome: 'linearizable';
  readonly history: readonly Operation<Input, Output>[];
  /** One for each part, in the order in which the history comes to them. */
  readonly linearizations: readonly Linearization<State, Input, Output>[];
  /** Configurations that the search came to, count. */
  readonly configurations: number;
}

/** There is no order. */
export interface NotLinearizableVerdict<State, Input, Output> {
  readonly outcome: 'not-linearizable';
  readonly history: readonly Operation<Input, Output>[];
  readonly counterexample: Counterexample<State, Input, Output>;
  /** Configurations that the search came to, count, without those for `smallest`. */
  readonly configurations: number;
}

/** The search came to as many configurations as it might before it found out. */
export interface UnknownVerdict<Input, Output> {
  readonly outcome: 'unknown';
  readonly history: readonly Operation<Input, Output>[];
  /** The part that took too many; undefined without `partition`. */
  readonly key: string | number | undefined;
  /** All operations of that part, as the history lists them. */
  readonly operations: readonly Operation<Input, Output>[];
  readonly configurationsMax: number;
  readonly configurations: number;
}

/** What became of a check; tell them apart by `outcome`. */
export type Verdict<State, Input, Output> =
  | LinearizableVerdict<State, Input, Output>
  | NotLinearizableVerdict<State, Input, Output>
  | UnknownVerdict<Input, Output>;
