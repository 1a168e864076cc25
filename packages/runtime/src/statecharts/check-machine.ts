import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { UnsupportedStatechartError } from '../errors.js';
import { sourceOf } from './sources.js';

/** A built-in action or guard as XState makes it: a function with its settings on it. */
interface Built {
  readonly type?: unknown;
  readonly resolve?: unknown;
  readonly delay?: unknown;
  readonly src?: unknown;
  readonly systemId?: unknown;
  readonly syncSnapshot?: unknown;
  readonly guards?: readonly unknown[];
}

/** What the author of an `invoke` wrote, as far as it matters here. */
interface InvokeConfig {
  readonly src: unknown;
  readonly systemId?: unknown;
  readonly onSnapshot?: unknown;
}

/**
 * Walks a machine before it is defined and refuses what could not be run: an implementation that is missing, or
 * a feature of XState that has no counterpart here. What a function decides, as `enqueueActions` or the `spawn` of
 * `assign` do, can only be refused when it is run; the same error is then a crash of the actor.
 *
 * @param events what the author lists beside the machine's own event types
 * @throws UnsupportedStatechartError at the first place, in document order
 */
export function checkMachine(definition: string, machine: AnyStateMachine, events: readonly string[]): void {
  const check = new MachineCheck(definition, machine, events);
  check.implementations();
  check.node(machine.root);
}

class MachineCheck {
  readonly #definition: string;
  readonly #machine: AnyStateMachine;
  readonly #events: readonly string[];

  constructor(definition: string, machine: AnyStateMachine, events: readonly string[]) {
    this.#definition = definition;
    this.#machine = machine;
    this.#events = events;
  }

  implementations(): void {
    const { actions, actors, guards } = this.#machine.implementations;
    for (const [name, action] of Object.entries(actions)) this.#action(`actions.${name}`, action);
    for (const [name, source] of Object.entries(actors)) this.#source(`actors.${name}`, source);
    for (const [name, guard] of Object.entries(guards)) this.#guard(`guards.${name}`, guard);
  }

  node(node: AnyStateNode): void {
    const place = `#${node.id}`;
    if (node.config.route !== undefined)
      this.#refuse(place, 'a `route`', 'Take an event of its own with `on`, and a guard.');
    for (const action of node.entry) this.#action(`${place} entry`, action);
    for (const action of node.exit) this.#action(`${place} exit`, action);
    if (node.type === 'compound')
      for (const action of node.initial.actions) this.#action(`${place} initial`, action);
    for (const [type, transitions] of node.transitions) {
      this.#eventType(`${place} on.${type}`, type);
      for (const { actions, guard } of transitions) {
        for (const action of actions) this.#action(`${place} on.${type}`, action);
        this.#guard(`${place} on.${type}`, guard);
      }
    }
    for (const { actions, guard } of node.always ?? []) {
      for (const action of actions) this.#action(`${place} always`, action);
      this.#guard(`${place} always`, guard);
    }
    const invokes = [node.config.invoke ?? []].flat();
    for (const [index, { id }] of node.invoke.entries())
      this.#invoke(`${place} invoke.${id}`, invokes[index] as InvokeConfig);
    for (const child of Object.values(node.states)) this.node(child);
  }

  #eventType(place: string, type: string): void {
    if (type.startsWith('@'))
      this.#refuse(
        place,
        'an event type that begins with "@"',
        'Choose another name: those are the runtime’s.',
      );
    if (type.endsWith('*') && !type.startsWith('xstate.') && this.#events.length === 0)
      this.#refuse(
        place,
        'a wildcard, which does not say what messages the actor takes',
        'List them as `events` of `fromMachine`.',
      );
  }

  #invoke(place: string, { src, systemId, onSnapshot }: InvokeConfig): void {
    if (systemId !== undefined) this.#refuseSystemId(place);
    if (onSnapshot !== undefined) this.#refuseSnapshots(place);
    this.#source(place, src);
  }

  #action(place: string, action: unknown): void {
    const name = nameOf(action);
    if (name !== undefined) {
      if (this.#machine.implementations.actions[name] === undefined)
        this.#refuse(
          place,
          `the action "${name}", which is not implemented`,
          'Implement it in `setup({ actions })`, or with `machine.provide`.',
        );
      return;
    }
    const built = action as Built;
    if (built.type === 'xstate.emit')
      this.#refuse(
        place,
        '`emit`, and nobody can listen to an actor',
        'Send the event to an actor ref instead.',
      );
    if (built.type === 'xstate.spawnChild') {
      if (built.systemId !== undefined) this.#refuseSystemId(place);
      if (built.syncSnapshot === true) this.#refuseSnapshots(place);
      this.#source(place, built.src);
    }
    if (typeof built.resolve === 'function' && typeof built.delay === 'string')
      this.#delay(place, built.delay);
  }

  #guard(place: string, guard: unknown): void {
    if (guard === undefined) return;
    const name = nameOf(guard);
    if (name !== undefined && this.#machine.implementations.guards[name] === undefined)
      this.#refuse(
        place,
        `the guard "${name}", which is not implemented`,
        'Implement it in `setup({ guards })`, or with `machine.provide`.',
      );
    for (const inner of (guard as Built).guards ?? []) this.#guard(place, inner);
  }

  #delay(place: string, delay: string): void {
    if (this.#machine.implementations.delays[delay] === undefined)
      this.#refuse(
        place,
        `the delay "${delay}", which is not implemented`,
        'Implement it in `setup({ delays })`, or with `machine.provide`.',
      );
  }

  /** @param given a source, or the name of one */
  #source(place: string, given: unknown): void {
    const source = sourceOf(typeof given === 'string' ? this.#machine.implementations.actors[given] : given);
    if (source.kind === 'refused') this.#refuse(place, source.what, source.remedy);
  }

  #refuseSystemId(place: string): never {
    return this.#refuse(place, 'a `systemId`', 'Keep refs in the context: there is no registry of names.');
  }

  #refuseSnapshots(place: string): never {
    return this.#refuse(
      place,
      'a wish for the snapshots of another actor',
      'Let the child send what its parent should know, with `sendParent`.',
    );
  }

  #refuse(place: string, what: string, remedy: string): never {
    throw new UnsupportedStatechartError(this.#definition, place, what, remedy);
  }
}

/** The name of what is given by name: `'beep'`, or `{ type: 'beep', params }`. */
function nameOf(given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  if (typeof given === 'object' && given !== null) return (given as { readonly type: string }).type;
  return undefined;
}
