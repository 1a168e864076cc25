import type { StateValue } from 'xstate';
import { AgentEventError } from '../errors.js';
import type { LifecycleView } from './agent-lifecycle.js';
import { NO_EVENT, type StageNumber } from './lifecycle-table.js';
import type { LifecyclePlan, Variant } from './lifecycle-variants.js';

/** The stage in which a life begins. */
export const FIRST_STAGE: StageNumber = 0;

/** The lifecycle of all agents of a definition on a shard, types erased. */
export class LaneLifecycle {
  readonly #agent: string;
  readonly #plan: LifecyclePlan;
  readonly #event: (view: LifecycleView) => string | undefined;

  constructor(agent: string, plan: LifecyclePlan, event: (view: LifecycleView) => string | undefined) {
    this.#agent = agent;
    this.#plan = plan;
    this.#event = event;
  }

  /**
   * The stage after an observation.
   *
   * @param view of the agent that made it
   * @throws AgentEventError; what `event` throws
   */
  next(stage: StageNumber, view: LifecycleView): StageNumber {
    const { next, width, columns } = this.#plan.table;
    const event = this.#event(view);
    const column = event === undefined ? NO_EVENT : columns.get(event);
    if (column === undefined) throw new AgentEventError(this.#agent, event, [...columns.keys()]);
    return next[stage * width + column]!;
  }

  variantOf(stage: StageNumber): Variant {
    return this.#plan.variantOf[stage]!;
  }

  valueOf(stage: StageNumber): StateValue {
    return this.#plan.table.stages[stage]!.value;
  }
}
