import { type AnyStateMachine, createMachine } from 'xstate';

/**
 * The life of an actor, authored once as a statechart: it can be drawn, inspected and walked by tests.
 * What runs is the byte table compiled from it (see `nextLifecycleState`); a test walks both and
 * proves them equal.
 *
 * ```text
 *            started            fail               restart
 *  starting ─────────► running ──────► failed ──────────────► restarting
 *     │ fail             │ ▲              │ resume → running      │ started → running
 *     ▼                  │ │ resume       │                       │ fail → failed
 *   failed       suspend ▼ │              │
 *                     suspended           │        stop, from anywhere but stopped
 *                                         └──────────────► stopping ── finished ──► stopped
 * ```
 */
export const lifecycleMachine: AnyStateMachine = createMachine({
  id: 'actor',
  initial: 'starting',
  states: {
    starting: { on: { started: 'running', fail: 'failed', stop: 'stopping' } },
    running: { on: { suspend: 'suspended', fail: 'failed', stop: 'stopping', restart: 'restarting' } },
    suspended: { on: { resume: 'running', fail: 'failed', stop: 'stopping', restart: 'restarting' } },
    failed: { on: { resume: 'running', restart: 'restarting', stop: 'stopping' } },
    restarting: { on: { started: 'running', fail: 'failed', stop: 'stopping' } },
    stopping: { on: { finished: 'stopped' } },
    stopped: { type: 'final' },
  },
});

/** The states in their byte order. */
export const LIFECYCLE_STATES = [
  'starting',
  'running',
  'suspended',
  'failed',
  'restarting',
  'stopping',
  'stopped',
] as const;

/** The events in their byte order. */
export const LIFECYCLE_EVENTS = [
  'started',
  'suspend',
  'resume',
  'fail',
  'restart',
  'stop',
  'finished',
] as const;

/** A state of the lifecycle, by name. */
export type LifecycleStateName = (typeof LIFECYCLE_STATES)[number];
/** An event of the lifecycle, by name. */
export type LifecycleEventName = (typeof LIFECYCLE_EVENTS)[number];

/** A state as the byte an actor cell keeps: its index in {@link LIFECYCLE_STATES}. */
export type LifecycleState = number;

/** In the table: this event means nothing in this state. */
export const REFUSED = 255;

export const STARTING: LifecycleState = 0;
export const RUNNING: LifecycleState = 1;
export const SUSPENDED: LifecycleState = 2;
export const FAILED: LifecycleState = 3;
export const RESTARTING: LifecycleState = 4;
export const STOPPING: LifecycleState = 5;
export const STOPPED: LifecycleState = 6;

/** Reads a flat statechart into `u8[state][event]`: the next state, or {@link REFUSED}. */
export function compileLifecycle(machine: AnyStateMachine): Uint8Array {
  const table = new Uint8Array(LIFECYCLE_STATES.length * LIFECYCLE_EVENTS.length).fill(REFUSED);
  for (const [state, name] of LIFECYCLE_STATES.entries()) {
    const transitions = machine.states[name]?.transitions;
    for (const [event, eventName] of LIFECYCLE_EVENTS.entries()) {
      const target = transitions?.get(eventName)?.[0]?.target?.[0]?.key;
      if (target === undefined) continue;
      table[state * LIFECYCLE_EVENTS.length + event] = LIFECYCLE_STATES.indexOf(target as LifecycleStateName);
    }
  }
  return table;
}

const table = compileLifecycle(lifecycleMachine);

/** An event as the column of the table: its index in {@link LIFECYCLE_EVENTS}. */
export type LifecycleEvent = number;

export const STARTED: LifecycleEvent = 0;
export const SUSPEND: LifecycleEvent = 1;
export const RESUME: LifecycleEvent = 2;
export const FAIL: LifecycleEvent = 3;
export const RESTART: LifecycleEvent = 4;
export const STOP: LifecycleEvent = 5;
export const FINISHED: LifecycleEvent = 6;

/** The state after an event, or {@link REFUSED}. */
export function nextLifecycleState(state: LifecycleState, event: LifecycleEvent): LifecycleState {
  return table[state * LIFECYCLE_EVENTS.length + event]!;
}
