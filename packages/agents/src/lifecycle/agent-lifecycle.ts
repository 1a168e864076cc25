import type { GenerativeModel, TensorInput } from '@skein/inference';
import type { AnyStateMachine, EventFrom, StateValue } from 'xstate';
import type { MindSetup } from '../agent/mind.js';
import type { Thought } from '../agent/model-mind.js';
import type { AgentInferenceOptions } from '../definition/inference-options.js';

/**
 * How an agent perceives and plans in a state of its lifecycle. What is left out is as in the state around it, and at last as in the
 * definition. States that can be active side by side must not decide on the same.
 */
export interface LifecycleState {
  /** Of the same states, outcomes and actions as that of the definition. */
  readonly model?: GenerativeModel | ((setup: MindSetup) => GenerativeModel);
  /** C of the model: for each modality `[O]` or `[O, steps]`, nats. */
  readonly preferences?: readonly TensorInput[];
  readonly horizon?: number;
  readonly gamma?: number;
  readonly alpha?: number;
  readonly sampling?: 'marginal' | 'full';
  readonly selection?: 'deterministic' | 'stochastic';
  /** Those that it names: others stay as they are. */
  readonly inference?: AgentInferenceOptions;
}

/** What an agent sees of itself when it decides on an event. Worked out as far as it is looked at, and good for one call. */
export interface LifecycleView<Observed = unknown> extends Thought {
  /** What it was shown. */
  readonly observation: Observed;
  /** Where its lifecycle is: of a machine without nested states the name of the state. Frozen. */
  readonly state: StateValue;
}

/** The names of a machine's events. */
export type EventName<Machine extends AnyStateMachine> = EventFrom<Machine>['type'];

/**
 * A statechart above the actor's own lifecycle: by its states an agent changes what it prefers, how far it plans, or by what model.
 *
 * After each observation that an agent makes something of, in a step or by itself, `event` may give an event, and the machine decides on
 * the next state. The agent goes on by the model of that state, with its belief, its last action, what it has learned and its random
 * numbers. All agents of a shard whose states perceive and plan alike do so in one kernel call.
 *
 * - **Nested, parallel, history and final states** are as in XState. An agent whose machine is done stays in its last state.
 * - **Delays** (`after`, delayed `raise`) are counted in observations of the agent: after 3 of them in a state, `after: { 3: … }` leaves it.
 *   They end before the event of that observation is taken.
 * - **A restart** begins in the initial state, or with `onRestart: 'snapshot'` where the last snapshot was.
 * - **Refused** by name: actions but for `raise` and `cancel`, guards but for `stateIn` with `and`, `or`, `not`, `invoke`, delays that are
 *   no whole numbers. What a machine would do with them, `event` decides and `act` does.
 *
 * The machine is compiled to a table: an agent whose state does not change costs a call of `event`, and one look.
 */
export interface AgentLifecycle<Observed, Machine extends AnyStateMachine = AnyStateMachine> {
  /** An XState 5 machine. */
  readonly machine: Machine;
  /** The name of the event that an observation gives, if any. What it throws fails the agent. */
  readonly event: (view: LifecycleView<Observed>) => EventName<Machine> | undefined;
  /** By the path of a state, as `working` or `working.near`. */
  readonly states?: Readonly<Record<string, LifecycleState>>;
  /** Names of events that the machine takes only by wildcards. */
  readonly events?: readonly EventName<Machine>[];
}
