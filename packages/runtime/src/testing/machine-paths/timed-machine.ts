import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EventObject,
  type ExecutableActionObject,
  initialTransition,
  transition,
} from 'xstate';

/** A delayed event on its way. */
interface Delayed {
  readonly id: string | undefined;
  readonly event: EventObject;
  /** Until it is due, ms. */
  readonly inMs: number;
}

/** A machine's snapshot, and what will come to it of itself. In the shape of an XState snapshot, for XState's graph. */
export interface TimedSnapshot {
  readonly status: 'active';
  readonly output: undefined;
  readonly error: undefined;
  readonly machine: AnyMachineSnapshot;
  /** The earliest first; of those due at once the older first. */
  readonly delayed: readonly Delayed[];
}

/** That time passes until the next delayed event is due. */
export interface Wait {
  readonly type: '@wait';
  readonly waitMs: number;
}

export function isWait(event: EventObject | Wait): event is Wait {
  return event.type === '@wait';
}

/** Of a built-in action of XState, what matters here. */
interface Params {
  readonly event: EventObject;
  readonly id?: string;
  readonly delay?: number;
  readonly sendId?: string;
  readonly to?: { readonly logic?: unknown; readonly _parent?: unknown };
}

/**
 * A machine and its time, as pure functions: each step is XState's own `transition`, and the events that it delays are kept until one
 * waits for them, those due at one time together. What a machine sends to others, and they to it, is not modelled.
 */
export class TimedMachine {
  readonly #machine: AnyStateMachine;

  constructor(machine: AnyStateMachine) {
    this.#machine = machine;
  }

  begin(input: unknown): TimedSnapshot {
    const [snapshot, actions] = initialTransition(this.#machine, input as never);
    return this.#follow(snapshot, actions, []);
  }

  /** @throws what the machine's guards and `assign` functions throw */
  step(state: TimedSnapshot, event: EventObject | Wait): TimedSnapshot {
    return isWait(event) ? this.#wait(state) : this.#take(state, event);
  }

  /** The wait that comes next, if anything is delayed. */
  waitOf({ delayed }: TimedSnapshot): Wait | undefined {
    const [next] = delayed;
    return next && { type: '@wait', waitMs: next.inMs };
  }

  /** Everything due at the time of the next is taken in order, but for what is cancelled meanwhile; what is delayed by that comes later. */
  #wait(state: TimedSnapshot): TimedSnapshot {
    const passedMs = state.delayed[0]?.inMs ?? 0;
    const due = state.delayed.filter(({ inMs }) => inMs === passedMs);
    let next: TimedSnapshot = {
      ...state,
      delayed: state.delayed.map((each) =>
        due.includes(each) ? each : { ...each, inMs: each.inMs - passedMs },
      ),
    };
    for (const each of due) {
      if (!next.delayed.includes(each)) continue;
      next = { ...next, delayed: next.delayed.filter((other) => other !== each) };
      next = this.#take(next, each.event);
    }
    return next;
  }

  #take(state: TimedSnapshot, event: EventObject): TimedSnapshot {
    if (state.machine.status !== 'active') return state; // as an actor that has stopped
    const [snapshot, actions] = transition(this.#machine, state.machine, event as never);
    return this.#follow(snapshot, actions, state.delayed);
  }

  #follow(
    machine: AnyMachineSnapshot,
    actions: readonly ExecutableActionObject[],
    before: readonly Delayed[],
  ): TimedSnapshot {
    let delayed = [...before];
    const toItself: EventObject[] = [];
    for (const { type, params } of actions) {
      const { event, id, delay, sendId, to } = params as unknown as Params;
      if (type === 'xstate.cancel') delayed = delayed.filter((each) => each.id !== sendId);
      const isOwn = type === 'xstate.raise' || (type === 'xstate.sendTo' && this.#isSelf(to));
      if (isOwn && delay !== undefined) delayed.push({ id, event, inMs: Math.max(0, delay) });
      else if (isOwn && type === 'xstate.sendTo') toItself.push(event);
    }
    delayed.sort((a, b) => a.inMs - b.inMs); // stable: the older stays first
    let state: TimedSnapshot = {
      status: 'active',
      output: undefined,
      error: undefined,
      machine,
      delayed,
    };
    for (const event of toItself) state = this.#take(state, event);
    return state;
  }

  #isSelf(target: Params['to']): boolean {
    return target?.logic === this.#machine && target._parent === undefined;
  }
}
