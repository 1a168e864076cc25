import { type AnyActorLogic, type AnyStateMachine, createMachine, type EventFrom } from 'xstate';
import type { AsyncContext } from '../actor/context.js';
import {
  ACTOR_DEFINITIONS,
  type ActorDefinition,
  type ActorSpec,
  defineActor,
  definitionsIn,
  isDefinition,
  type MailboxOptions,
  type RunnableDefinition,
} from '../actor/definition.js';
import type { Protocol } from '../actor/protocol.js';
import { InvalidOptionError } from '../errors.js';
import { oneForOne, type Supervision } from '../supervision/supervision.js';
import { checkMachine } from './check-machine.js';
import type { PromiseChild } from './children.js';
import type { MachineDefinition } from './machine-protocol.js';
import { type MachineProgram, MachineRun, type Outcome, type OwnProtocol } from './machine-run.js';
import { actorLogic, isMachine, sourceOf } from './sources.js';

/** Delayed events and running promises of one actor, count, unless its definition says otherwise. */
const PENDING_MAX = 1024;

/** Microsteps for one event, count, unless the machine's own `options.maxIterations` says otherwise. */
const MICROSTEPS_MAX = 10_000;

/** What {@link fromMachine} makes an actor definition of. */
export interface MachineOptions<Machine extends AnyStateMachine> {
  /** Unique in a system, as for any definition. */
  readonly name: string;
  readonly machine: Machine;
  /** Actor definitions for sources that the machine names: instead of `setup({ actors })`, or over it. */
  readonly children?: Readonly<Record<string, ActorDefinition<never, never>>>;
  /** Event types that the machine takes only by wildcards: a mailbox knows its message types. */
  readonly events?: readonly EventFrom<Machine>['type'][];
  /** Most delayed events and running promises at a time, together, count; default 1 024. One more is a crash. */
  readonly pendingMax?: number;
  /** How children are supervised. Default: what fails is stopped, and the machine hears `onError`. */
  readonly supervision?: Supervision;
  readonly mailbox?: MailboxOptions;
}

/**
 * Makes an actor definition of an XState 5 machine.
 *
 * XState decides, this kernel acts. A message is an event and one macrostep; what the step decides is done by the
 * actor: `after` and delays are timers on the system's clock, `sendTo` and `sendParent` are messages, `raise` stays
 * inside the step, `log` goes to the actor's log, {@link reply} answers. `spawn` takes the machine's input; each
 * life begins in its initial state.
 *
 * - **Errors.** What an action, guard or `assign` throws is a crash: the event is a dead letter, the supervisor
 *   decides. Nothing of that step but the actions before the throw has happened, so `resume` goes on from before it.
 * - **Events without a transition** in the present state are ignored, as in XState; a type that the machine names
 *   nowhere is a dead letter (`unhandled`).
 * - **Final.** A machine that is done stops at once; mail that waits is dead (`stopped`). A machine that invoked it
 *   gets its output, which must be plain data.
 * - **Children** that are actor definitions (see {@link actorLogic}), or machines named in `setup({ actors })`, are
 *   spawned under this actor and supervised by it. Those named there come along with this definition: a module
 *   need not export them. A machine `brew` of `cafe` becomes the definition `cafe.brew`. `onDone` comes when such a child stops in its own time. `onError` comes when supervision has stopped it
 *   for its failure: by default for the first one, as in XState. With a `supervision` that restarts, the machine is
 *   not told of a restart; it stays where it is while the child begins anew with the same input. Past the restart
 *   intensity the machine itself fails, as every supervisor does.
 * - **Promises** (`fromPromise`) are async calls of this actor, with an `AbortSignal` that the end of the state, or
 *   of the actor's life, aborts. Their results need not be plain data. They are begun in a turn of their own; a
 *   draining stop waits for them. A failure cuts them off, and `resume` does not begin them again: `restart` does.
 * - **A bounded mailbox** can refuse what a machine tells itself like any other mail. Then a delayed event (`@due`),
 *   a promise (`@call`) or the output of a machine (`@done`) is a dead letter.
 *
 * Cost, measured side by side: a message to a flat machine takes about 4 µs, nearly all of it XState's, where one to
 * a plain handler takes 0.1 to 0.5 µs. That is nothing for a lifecycle, and too much for the inner loop of many agents.
 *
 * @throws UnsupportedStatechartError for what cannot be run here, with its place in the machine
 * @throws InvalidOptionError for what is no machine, a child that is no definition, and as `defineActor`
 * @example
 * export const light = fromMachine({
 *   name: 'light',
 *   machine: setup({ types: { events: {} as { type: 'press' } } }).createMachine({
 *     initial: 'off',
 *     states: { off: { on: { press: 'on' } }, on: { after: { 30_000: 'off' }, on: { press: 'off' } } },
 *   }),
 * });
 * const ref = system.spawn(light);
 * ref.send({ type: 'press' });
 * (await ref.ask({ type: '@snapshot' }, { deadlineMs: 100 })).value; // 'on'
 */
export function fromMachine<Machine extends AnyStateMachine>(
  options: MachineOptions<Machine>,
): MachineDefinition<Machine> {
  const { name, events = [], pendingMax = PENDING_MAX } = options;
  const { supervision = oneForOne({ decide: () => 'stop' }), mailbox = {} } = options;
  if (!(pendingMax >= 1)) throw new InvalidOptionError('pendingMax', pendingMax, 'at least 1');
  const machine = runnable(options as MachineOptions<AnyStateMachine>);
  checkMachine(name, machine, events);
  const program: MachineProgram = { name, machine, pendingMax };
  const definition = defineActor<OwnProtocol>()<unknown, MachineRun>({
    name,
    initial: (args, context) =>
      isInvocation(args)
        ? new MachineRun(program, args.input, true, context)
        : new MachineRun(program, args, false, context),
    receive: { ...eventHandlers([...machine.events, ...events]), ...ownHandlers },
    terminated: (run: MachineRun, { address }, context) => run.childDone({ address }, undefined, context),
    childFailed: (run: MachineRun, { child, error, directive }, context) => {
      if (directive === 'stop') run.childFailed(child, error, context);
    },
    supervision,
    mailbox,
  });
  const brought = { machine, [ACTOR_DEFINITIONS]: definitionsOf(machine) };
  return Object.assign(definition, brought) as unknown as MachineDefinition<Machine>;
}

/** The machine with its sources, and with a bound on what one event may cause. */
function runnable({ name, machine, children = {} }: MachineOptions<AnyStateMachine>): AnyStateMachine {
  if (!isMachine(machine)) throw new InvalidOptionError('machine', machine, 'an XState machine');
  for (const [source, child] of Object.entries(children))
    if (!isDefinition(child))
      throw new InvalidOptionError(`children.${source}`, child, 'an actor definition');
  const { config, implementations } = machine;
  const given = Object.entries(children).map(([source, child]) => [source, actorLogic(child)]);
  const sources = Object.entries({ ...implementations.actors, ...Object.fromEntries(given) });
  const actors = sources.map(([source, logic]) => [
    source,
    isMachine(logic) ? nested(name, source, logic) : logic,
  ]);
  return createMachine(
    { ...config, options: { maxIterations: MICROSTEPS_MAX, ...config.options } },
    { ...implementations, actors: Object.fromEntries(actors) },
  );
}

/** A machine that another one names as a source: an actor definition under both their names. */
function nested(name: string, source: string, machine: AnyStateMachine): AnyActorLogic {
  return actorLogic(fromMachine({ name: `${name}.${source.replace(/[^\w.-]/g, '_')}`, machine }));
}

/** The definitions that a machine names as sources, and those that these bring. */
function definitionsOf({ implementations }: AnyStateMachine): readonly RunnableDefinition[] {
  return Object.values(implementations.actors).flatMap((logic) => {
    const source = sourceOf(logic);
    return source.kind === 'actor' ? definitionsIn(source.definition) : [];
  });
}

type Handlers<P extends Protocol> = ActorSpec<P, unknown, MachineRun>['receive'];

/** One handler for each type that the outside can send; wildcards and XState's own events are not among them. */
function eventHandlers(types: readonly string[]): Handlers<Protocol> {
  const take: Handlers<Protocol>[string] = (run, event, context) => run.take(event, context);
  const own = types.filter((type) => !type.startsWith('xstate.') && !type.endsWith('*'));
  return Object.fromEntries(own.map((type) => [type, take]));
}

const ownHandlers: Handlers<OwnProtocol> = {
  '@snapshot': (run, _, context) => context.reply(run.describe()),
  '@due': (run, message, context) => run.due(message, context),
  '@call': { reentrant: true, async: runPromise },
  '@done': (run, { output }, context) => {
    if (context.sender !== undefined) run.childDone(context.sender, output, context);
  },
};

/** Runs a promise of the machine as a call of its actor, until it settles or the machine stops it. */
async function runPromise(
  context: AsyncContext<OwnProtocol, MachineRun, never>,
  message: OwnProtocol['@call'],
): Promise<void> {
  const promise = context.state.promise(message);
  if (promise === undefined) return;
  const outcome = await outcomeOf(promise, context.signal);
  if (outcome !== undefined) context.update((run) => run.settled(promise, outcome, context));
}

/** How a promise is settled; undefined when the machine stopped it, or the actor's life ended, before that. */
async function outcomeOf(
  { create, input, stop }: PromiseChild,
  life: AbortSignal,
): Promise<Outcome | undefined> {
  const signal = AbortSignal.any([stop.signal, life]);
  const stopped = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const settled = (async () => create({ input, signal }))().then(
    (output): Outcome => ({ output }),
    (error: unknown): Outcome => ({ error }),
  );
  return Promise.race([settled, stopped]);
}

/** The arguments by which a machine spawns another, to be told its output. */
function isInvocation(args: unknown): args is { readonly input: unknown } {
  return typeof args === 'object' && args !== null && '@invoked' in args;
}
