import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { AgentDefinitionError } from '../errors.js';

/** A built-in action or guard as XState makes it: a function with its settings on it. */
interface Built {
  readonly type?: unknown;
  readonly event?: unknown;
  readonly id?: unknown;
  readonly sendId?: unknown;
  readonly delay?: unknown;
  readonly check?: unknown;
  readonly stateValue?: unknown;
  readonly guards?: readonly unknown[];
}

const IN_EVENT = 'Decide that in `event`, and give an event of its own for it.';
const IN_ACT = 'Do it in `act`, which sees the state.';

/**
 * Walks the machine of an agent's lifecycle and refuses, by name and place, what cannot be known before there are agents: a table of
 * transitions holds only what follows from state, event and the observations that have passed.
 *
 * @param events what the author lists beside the machine's own event types
 * @throws AgentDefinitionError at the first place, in document order
 */
export function checkLifecycle(agent: string, machine: AnyStateMachine, events: readonly string[]): void {
  new LifecycleCheck(agent, machine, events).node(machine.root);
}

class LifecycleCheck {
  readonly #agent: string;
  readonly #machine: AnyStateMachine;
  readonly #events: readonly string[];

  constructor(agent: string, machine: AnyStateMachine, events: readonly string[]) {
    this.#agent = agent;
    this.#machine = machine;
    this.#events = events;
  }

  node(node: AnyStateNode): void {
    const place = `#${node.id}`;
    if (node.config.route !== undefined) this.#refuse(place, 'a `route`', IN_EVENT);
    if (node.invoke.length > 0)
      this.#refuse(place, 'an `invoke`', 'Spawn actors in the world beside the agents.');
    for (const action of node.entry) this.#action(`${place} entry`, action);
    for (const action of node.exit) this.#action(`${place} exit`, action);
    if (node.type === 'compound')
      for (const action of node.initial.actions) this.#action(`${place} initial`, action);
    for (const [type, transitions] of node.transitions) {
      if (type.endsWith('*') && this.#events.length === 0)
        this.#refuse(
          `${place} on.${type}`,
          'a wildcard, which does not say what events there are',
          'List them as `events` of the lifecycle.',
        );
      for (const { actions, guard } of transitions) {
        for (const action of actions) this.#action(`${place} on.${type}`, action);
        this.#guard(`${place} on.${type}`, guard);
      }
    }
    for (const { actions, guard } of node.always ?? []) {
      for (const action of actions) this.#action(`${place} always`, action);
      this.#guard(`${place} always`, guard);
    }
    for (const child of Object.values(node.states)) this.node(child);
  }

  /** Only `raise`, at once or after some observations, and `cancel` have no effect but on the machine itself. */
  #action(place: string, given: unknown): void {
    const name = nameOf(given);
    const action = name === undefined ? given : this.#machine.implementations.actions[name];
    const { type, event, id, sendId, delay } = (action ?? {}) as Built;
    const isOwn = type === 'xstate.raise' || type === 'xstate.cancel';
    if (!isOwn) {
      const what = typeof type === 'string' ? `\`${type.replace('xstate.', '')}\`` : 'a function';
      this.#refuse(place, name === undefined ? `${what} as an action` : `the action "${name}"`, IN_ACT);
    }
    for (const chosen of [event, id, sendId])
      if (typeof chosen === 'function') this.#refuse(place, 'an action that a function decides on', IN_EVENT);
    if (delay !== undefined) this.#delay(place, delay);
  }

  #delay(place: string, given: unknown): void {
    const delay = typeof given === 'string' ? this.#machine.implementations.delays[given] : given;
    if (typeof delay === 'number' && Number.isInteger(delay) && delay >= 1) return;
    const what = typeof delay === 'function' ? 'that a function decides on' : `of ${String(delay)}`;
    this.#refuse(
      place,
      `a delay ${what}`,
      'Delays are counted in observations of the agent: pass a whole number of at least 1.',
    );
  }

  /** Only what looks at the states that are active. */
  #guard(place: string, given: unknown): void {
    if (given === undefined) return;
    const name = nameOf(given);
    const guard = name === undefined ? given : this.#machine.implementations.guards[name];
    const { check, stateValue, guards } = (guard ?? {}) as Built;
    const isBuilt = typeof check === 'function' && (stateValue !== undefined || guards !== undefined);
    if (!isBuilt)
      this.#refuse(place, name === undefined ? 'a function as a guard' : `the guard "${name}"`, IN_EVENT);
    for (const inner of guards ?? []) this.#guard(place, inner);
  }

  #refuse(place: string, what: string, remedy: string): never {
    throw new AgentDefinitionError(this.#agent, `its lifecycle has ${what}, at ${place}`, remedy);
  }
}

/** The name of what is given by name: `'beep'`, or `{ type: 'beep', params }`. */
function nameOf(given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  if (typeof given === 'object' && given !== null) return (given as { readonly type: string }).type;
  return undefined;
}
