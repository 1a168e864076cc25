// At stake: the byte table that runs is the statechart that was drawn. Tried by walking XState's own pure
// transition function over every state and event, and from the initial state to every reachable one.
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, initialTransition, transition } from 'xstate';
import {
  compileLifecycle,
  FINISHED,
  LIFECYCLE_EVENTS,
  LIFECYCLE_STATES,
  lifecycleMachine,
  nextLifecycleState,
  REFUSED,
  STOP,
  STOPPED,
} from './lifecycle.js';

const snapshotOf = (value: string) => lifecycleMachine.resolveState({ value, context: {} });

describe('lifecycle', () => {
  it('names every state of the machine, and no other', () => {
    expect([...LIFECYCLE_STATES].sort()).toEqual(Object.keys(lifecycleMachine.states).sort());
    expect([...LIFECYCLE_EVENTS].sort()).toEqual([...lifecycleMachine.events].sort());
  });

  it.each(LIFECYCLE_STATES.flatMap((state) => LIFECYCLE_EVENTS.map((event) => ({ state, event }))))(
    '$state on $event is what the machine does',
    ({ state, event }) => {
      const [next] = transition(lifecycleMachine, snapshotOf(state), { type: event });
      const got = nextLifecycleState(LIFECYCLE_STATES.indexOf(state), LIFECYCLE_EVENTS.indexOf(event));
      if (got === REFUSED) expect(next.value).toBe(state);
      else expect(LIFECYCLE_STATES[got]).toBe(next.value);
    },
  );

  it('reaches every state from the initial one, and stopped from all', () => {
    const [initial] = initialTransition(lifecycleMachine);
    const seen = new Set<string>();
    const walk = (value: string): void => {
      if (seen.has(value)) return;
      seen.add(value);
      for (const type of LIFECYCLE_EVENTS) {
        walk(transition(lifecycleMachine, snapshotOf(value), { type })[0].value as string);
      }
    };
    walk(initial.value as string);
    expect(seen.size).toBe(LIFECYCLE_STATES.length);
    for (const state of LIFECYCLE_STATES.keys()) {
      if (state === STOPPED) continue;
      const stopping = nextLifecycleState(state, STOP);
      expect(nextLifecycleState(stopping === REFUSED ? state : stopping, FINISHED)).toBe(STOPPED);
    }
  });

  it('compiles a changed machine to a changed table', () => {
    const changed = compileLifecycle({ ...lifecycleMachine, states: {} } as AnyStateMachine);
    expect(changed.every((byte) => byte === REFUSED)).toBe(true);
  });
});
