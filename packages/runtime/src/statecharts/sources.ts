import type {
  ActorLogic,
  AnyActorLogic,
  AnyStateMachine,
  EventFrom,
  EventObject,
  InputFrom,
  OutputFrom,
  Snapshot,
} from 'xstate';
import { type ActorDefinition, isDefinition, type RunnableDefinition } from '../actor/definition.js';
import type { MessageOf, Protocol } from '../actor/protocol.js';
import type { MachineDefinition } from './machine-protocol.js';

/** On the logic that {@link actorLogic} makes: the definition that it stands for. */
const definitionKey: unique symbol = Symbol.for('skein.statechart-source') as never;

/** What `fromPromise` was given, as far as it is run here. */
export type PromiseCreator = (args: { readonly input: unknown; readonly signal: AbortSignal }) => unknown;

/** How a source of child actors is run here; `why` and `remedy` where it cannot be. */
export type Source =
  | { readonly kind: 'actor'; readonly definition: RunnableDefinition; readonly isMachine: boolean }
  | { readonly kind: 'call'; readonly run: PromiseCreator }
  | { readonly kind: 'refused'; readonly what: string; readonly remedy: string };

/**
 * An actor definition as a source that a machine can invoke or spawn: give it to `setup({ actors })`, or as the
 * `src` itself. The input is the definition's arguments; the output is that of a machine, else undefined.
 *
 * Only {@link fromMachine} can run it. In XState's own interpreter it is an actor that does nothing.
 *
 * @example
 * setup({ actors: { brew: actorLogic(brewer) } }).createMachine({ invoke: { src: 'brew', onDone: 'served' } });
 */
export function actorLogic<Machine extends AnyStateMachine>(
  definition: MachineDefinition<Machine>,
): ActorLogic<Snapshot<OutputFrom<Machine>>, EventFrom<Machine>, InputFrom<Machine>>;
export function actorLogic<P extends Protocol, Args>(
  definition: ActorDefinition<P, Args>,
): ActorLogic<Snapshot<undefined>, MessageOf<P> & EventObject, Args>;
export function actorLogic(definition: unknown): AnyActorLogic {
  const active: Snapshot<unknown> = { status: 'active', output: undefined, error: undefined };
  const logic: AnyActorLogic = {
    transition: (snapshot) => snapshot,
    getInitialSnapshot: () => active,
    getPersistedSnapshot: (snapshot) => snapshot,
  };
  return Object.assign(logic, { [definitionKey]: definition });
}

/** Says how `logic` is run here. Pure. */
export function sourceOf(logic: unknown): Source {
  if (isDefinition(logic))
    return refused('an actor definition that is not wrapped', 'Give `actorLogic(definition)` as the source.');
  if (typeof logic !== 'object' || logic === null)
    return refused(
      'a source that is not implemented',
      'Give it in `setup({ actors })`, or as `children` of `fromMachine`.',
    );
  const definition = (logic as { readonly [definitionKey]?: unknown })[definitionKey];
  if (isDefinition(definition)) return { kind: 'actor', definition, isMachine: 'machine' in definition };
  if (isMachine(logic))
    return refused(
      'a machine without a name',
      'Name it in `setup({ actors })`, or give `actorLogic` of a definition that is made of it.',
    );
  if (isPromiseLogic(logic as AnyActorLogic))
    return { kind: 'call', run: (logic as { readonly config: PromiseCreator }).config };
  return refused(
    'logic that is neither a promise nor an actor definition (a callback, an observable, a transition)',
    'Write it as an actor definition, where it is supervised, and give `actorLogic` of that.',
  );
}

/** True for what `createMachine` made, also that of another copy of XState in this process. */
export function isMachine(value: unknown): value is AnyStateMachine {
  const { implementations, root } = (value ?? {}) as Partial<AnyStateMachine>;
  return typeof implementations === 'object' && typeof root === 'object';
}

function refused(what: string, remedy: string): Source {
  return { kind: 'refused', what, remedy };
}

/**
 * XState does not mark its kinds of logic. A promise is what is done, with that output, when it hears of its
 * resolution; of the others one throws and the rest ignore it. Reducers, which have no `start`, are not tried:
 * they are the user's own code.
 */
function isPromiseLogic(logic: AnyActorLogic): boolean {
  if (logic.start === undefined || typeof logic.config !== 'function') return false;
  const output = {};
  try {
    const active = { status: 'active', output: undefined, error: undefined };
    const next = logic.transition(active, { type: 'xstate.promise.resolve', data: output }, {} as never);
    return (next as { readonly output?: unknown }).output === output;
  } catch {
    return false;
  }
}
