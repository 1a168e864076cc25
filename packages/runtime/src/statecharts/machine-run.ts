import type {
  AnyActorRef,
  AnyActorScope,
  AnyMachineSnapshot,
  AnyStateMachine,
  EventObject,
  ExecutableActionObject,
} from 'xstate';
import { ActorRef } from '../actor/actor-ref.js';
import type { ActorAddress } from '../actor/address.js';
import type { ActorContext, TurnContext } from '../actor/context.js';
import type { Ask } from '../actor/protocol.js';
import { StatechartPendingError, UnsupportedStatechartError } from '../errors.js';
import { Children, type PromiseChild } from './children.js';
import { DelayedEvents } from './delayed-events.js';
import { createScope } from './machine-scope.js';
import { withRefs } from './with-refs.js';

/** What all lives of one definition share. */
export interface MachineProgram {
  readonly name: string;
  readonly machine: AnyStateMachine;
  readonly pendingMax: number;
}

/** The messages by which a machine's actor continues what it has begun, and tells where it is. */
export type OwnProtocol = {
  '@snapshot': Ask<{}, unknown>;
  /** The time of a delayed event has come. Void when it was set in an earlier `life`, an incarnation. */
  '@due': { readonly number: number; readonly life: number };
  /** A promise is to be run. */
  '@call': { readonly number: number; readonly life: number };
  /** A machine that this one invoked is done. */
  '@done': { readonly output: unknown };
};

/** The parameters of a built-in action, those that matter here. */
interface BuiltInParams {
  readonly to?: object;
  readonly event: EventObject;
  readonly id?: string;
  readonly delay?: number;
  readonly sendId?: string;
  readonly actorRef?: AnyActorRef;
  readonly src?: unknown;
}

/**
 * One life of a machine, the state of its actor.
 *
 * A step is decided first, by XState alone, then done. Its own actions (functions and `log`) run in their order,
 * then, with the new snapshot in place, its effects on others in theirs: children begin, events are sent and
 * delayed, delays are cancelled, children are stopped. That is the order of XState's interpreter. So what throws
 * while it decides, or in an action, leaves the machine where it was before the event.
 */
export class MachineRun {
  readonly #program: MachineProgram;
  readonly #self: ActorRef;
  readonly #parent: ActorRef;
  readonly #life: number;
  readonly #isInvoked: boolean;
  readonly #scope: AnyActorScope;
  readonly #refs = new WeakMap<object, ActorRef>();
  readonly #delayed = new DelayedEvents();
  readonly #children: Children;
  #snapshot: AnyMachineSnapshot | undefined;
  /** What the running step has decided on. */
  #decided: ExecutableActionObject[] = [];
  /** That of the running turn. */
  #context: ActorContext | undefined;

  /**
   * @param isInvoked a machine spawned it, and hears of its output
   * @throws whatever the machine's own functions throw on the way to its initial state
   */
  constructor(program: MachineProgram, input: unknown, isInvoked: boolean, context: ActorContext) {
    this.#program = program;
    this.#self = context.self;
    this.#parent = context.ref(context.parent);
    this.#life = context.incarnation;
    this.#isInvoked = isInvoked;
    this.#children = new Children(program.name);
    this.#scope = createScope({
      definition: program.name,
      path: this.#self.address.path,
      snapshot: () => this.#snapshot!,
      send: (target, event) => this.#send(target, event),
      answer: (value) => this.#answer(value),
      collect: (action) => this.#decided.push(action),
    });
    const { self } = this.#scope;
    this.#refs.set(self, this.#self).set(self._parent!, this.#parent);
    this.#step(context, () => program.machine.getInitialSnapshot(this.#scope, input as never));
  }

  /** Where the machine is, with refs for the children that its context holds. */
  describe(): { value: unknown; context: unknown; tags: string[] } {
    const { value, context, tags } = this.#snapshot!;
    return { value, context: withRefs(context as unknown, this.#refs), tags: [...tags] };
  }

  /** Meets an event. @throws what the machine's functions throw; the error of a child that nothing is `onError` for */
  take(event: EventObject, context: ActorContext): void {
    this.#step(context, () => this.#program.machine.transition(this.#snapshot!, event, this.#scope));
  }

  /** The time of a delayed event has come. */
  due({ number, life }: OwnProtocol['@due'], context: ActorContext): void {
    const delayed = life === this.#life ? this.#delayed.take(number) : undefined;
    if (delayed === undefined) return;
    if (delayed.target === this.#scope.self) this.take(delayed.event, context);
    else this.#during(context, () => this.#send(delayed.target, delayed.event));
  }

  /** The promise that is to be run now; undefined when it was stopped meanwhile. */
  promise({ number, life }: OwnProtocol['@call']): PromiseChild | undefined {
    return life === this.#life ? this.#children.promise(number) : undefined;
  }

  /** A promise is settled. */
  settled({ number, id }: PromiseChild, outcome: Outcome, context: ActorContext): void {
    if (this.#children.endedPromise(number) === undefined) return;
    this.take('error' in outcome ? childFailed(id, outcome.error) : childDone(id, outcome.output), context);
  }

  /** An actor has ended in its own time. */
  childDone(child: { readonly address: ActorAddress }, output: unknown, context: ActorContext): void {
    const ended = this.#children.endedActor(child);
    if (ended !== undefined) this.take(childDone(ended.id, output), context);
  }

  /** An actor was stopped because it failed. */
  childFailed(child: ActorAddress, error: unknown, context: ActorContext): void {
    const ended = this.#children.endedActor({ address: child });
    if (ended !== undefined) this.take(childFailed(ended.id, error), context);
  }

  #step(context: ActorContext, decide: () => AnyMachineSnapshot): void {
    this.#during(context, () => {
      this.#decided = [];
      const next = decide();
      if (next.status === 'error') throw next.error;
      this.#snapshot ??= next;
      for (const action of this.#decided) this.#act(action, context);
      this.#snapshot = next;
      this.#affect(this.#decided, next, context);
      if (next.status === 'done') this.#finish(next.output, context);
    });
  }

  #during(context: ActorContext, run: () => void): void {
    this.#context = context;
    try {
      run();
    } finally {
      this.#context = undefined;
    }
  }

  #act({ type, info, params, exec }: ExecutableActionObject, { log }: ActorContext): void {
    if (type === 'xstate.log') {
      const { label, value } = params as { readonly label?: string; readonly value: unknown };
      if (label === undefined && typeof value === 'string') log.info(value);
      else log.info(label ?? 'log', { value: withRefs(value, this.#refs) });
    } else if (exec === undefined)
      this.#refuse(
        `the action "${type}", which is not implemented`,
        'Implement it in `setup({ actions })`, or with `machine.provide`.',
      );
    else if (type === 'xstate.emit')
      this.#refuse('`emit`, and nobody can listen to an actor', 'Send the event to an actor ref instead.');
    else if (!EFFECTS.has(type)) exec(info, params);
  }

  #affect(decided: readonly ExecutableActionObject[], next: AnyMachineSnapshot, context: ActorContext): void {
    const stopped = new Set<unknown>(
      decided.filter(({ type }) => type === 'xstate.stopChild').map(({ params }) => params),
    );
    const begin = (standIn: AnyActorRef): void => {
      if (this.#children.knows(standIn) || stopped.has(standIn)) return;
      this.#begin(standIn, context);
    };
    for (const { type, params } of decided) {
      const built = params as BuiltInParams;
      switch (type) {
        case 'xstate.spawnChild':
          if (built.actorRef === undefined)
            this.#refuse(
              `the source ${JSON.stringify(built.src)}, which is not implemented`,
              'Give it in `setup({ actors })`, or as `children` of `fromMachine`.',
            );
          begin(built.actorRef);
          break;
        case 'xstate.stopChild':
          if (params !== undefined) this.#children.stop(params as AnyActorRef, context);
          break;
        case 'xstate.raise':
          if (typeof built.delay === 'number') this.#delay(this.#scope.self, built, context);
          break;
        case 'xstate.sendTo':
          if (next.children[(built.to as AnyActorRef).id] === built.to) begin(built.to as AnyActorRef);
          if (typeof built.delay === 'number') this.#delay(built.to!, built, context);
          else this.#send(built.to!, built.event);
          break;
        case 'xstate.cancel':
          this.#delayed.cancel(built.sendId!);
      }
    }
    for (const standIn of Object.values<AnyActorRef>(next.children)) begin(standIn);
  }

  #begin(standIn: AnyActorRef, context: ActorContext): void {
    const { options } = standIn as unknown as { readonly options: { readonly input?: unknown } };
    const child = this.#children.begin(standIn, withRefs(options.input, this.#refs), context);
    if (child.kind === 'actor') this.#refs.set(standIn, child.ref);
    else {
      this.#checkPending();
      this.#self.send({ type: '@call', number: child.number, life: this.#life });
    }
  }

  #delay(target: object, { id, event, delay }: BuiltInParams, context: ActorContext): void {
    this.#delayed.add({ id, target, event }, (number) =>
      context.schedule(Math.max(0, delay!), { type: '@due', number, life: this.#life }),
    );
    this.#checkPending();
  }

  #checkPending(): void {
    const { pendingMax } = this.#program;
    if (this.#delayed.size + this.#children.promisesRunning > pendingMax)
      throw new StatechartPendingError(this.#self.address.path, pendingMax);
  }

  #send(target: object, event: EventObject): void {
    const ref = target instanceof ActorRef ? target : this.#refs.get(target);
    if (ref !== undefined) ref.send(withRefs(event, this.#refs));
    else if (this.#children.knows(target))
      this.#context?.log.warn('an event to a child that takes none was ignored', { type: event.type });
    else
      this.#refuse(
        `something that is no actor here as the target of "${event.type}"`,
        'Send to a child, to the parent, to `self` or to an actor ref.',
      );
  }

  /** For what a function of the machine chose at run time, where no check of the definition could see it. */
  #refuse(what: string, remedy: string): never {
    throw new UnsupportedStatechartError(this.#program.name, 'a function', what, remedy);
  }

  #answer(value: unknown): void {
    const context = this.#context as TurnContext | undefined;
    if (context?.reply === undefined) this.#context?.log.warn('a reply where nothing was asked was ignored');
    else context.reply(withRefs(value, this.#refs));
  }

  /** As in XState, a machine that is done takes no more events: what waits becomes dead letters. */
  #finish(output: unknown, context: ActorContext): void {
    if (this.#isInvoked) this.#parent.send({ type: '@done', output: withRefs(output, this.#refs) });
    context.stop(context.self, { now: true });
  }
}

/** How a promise was settled. */
export type Outcome = { readonly output: unknown } | { readonly error: unknown };

/** Actions of XState whose effects are on others. */
const EFFECTS: ReadonlySet<string> = new Set(
  ['raise', 'sendTo', 'cancel', 'spawnChild', 'stopChild'].map((name) => `xstate.${name}`),
);

const childDone = (id: string, output: unknown): EventObject & { output: unknown; actorId: string } => ({
  type: `xstate.done.actor.${id}`,
  output,
  actorId: id,
});

const childFailed = (id: string, error: unknown): EventObject & { error: unknown; actorId: string } => ({
  type: `xstate.error.actor.${id}`,
  error,
  actorId: id,
});
