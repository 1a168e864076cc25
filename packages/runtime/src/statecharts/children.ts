import type { Actor, AnyActorLogic, AnyActorRef } from 'xstate';
import type { ActorRef, AnyRef } from '../actor/actor-ref.js';
import type { ActorContext } from '../actor/context.js';
import { UnsupportedStatechartError } from '../errors.js';
import { type PromiseCreator, sourceOf } from './sources.js';

/** A child that is an actor of its own. */
export interface ActorChild {
  readonly kind: 'actor';
  /** What the machine calls it. */
  readonly id: string;
  readonly ref: ActorRef;
}

/** A child that is an async call of the machine's actor. */
export interface PromiseChild {
  readonly kind: 'promise';
  readonly id: string;
  readonly number: number;
  readonly create: PromiseCreator;
  readonly input: unknown;
  /** Aborted when the machine stops this child. */
  readonly stop: AbortController;
}

/**
 * The children of one life of a machine. XState makes an actor object for each, which is never started: it only
 * stands for a child here. A child is begun once, whatever becomes of it.
 */
export class Children {
  readonly #definition: string;
  /** Undefined for one that was stopped before it was begun. */
  readonly #known = new WeakMap<AnyActorRef, ActorChild | PromiseChild | undefined>();
  readonly #actors = new Map<number, ActorChild>();
  readonly #promises = new Map<number, PromiseChild>();
  #promiseCount = 0;

  constructor(definition: string) {
    this.#definition = definition;
  }

  get promisesRunning(): number {
    return this.#promises.size;
  }

  /** Whether this stands for a child, begun or not, alive or not. */
  knows(standIn: object): boolean {
    return this.#known.has(standIn as AnyActorRef);
  }

  /**
   * Begins the child that `standIn` stands for: spawns and watches an actor, or books a promise, which the caller
   * is to run.
   *
   * @throws UnsupportedStatechartError for a source that a function chose and that cannot be run
   */
  begin(standIn: AnyActorRef, input: unknown, context: ActorContext): ActorChild | PromiseChild {
    const { id, logic } = standIn as Actor<AnyActorLogic>;
    const source = sourceOf(logic);
    if (source.kind === 'refused')
      throw new UnsupportedStatechartError(this.#definition, `child ${id}`, source.what, source.remedy);
    let child: ActorChild | PromiseChild;
    if (source.kind === 'call') {
      const number = this.#promiseCount++;
      child = { kind: 'promise', id, number, create: source.run, input, stop: new AbortController() };
      this.#promises.set(number, child);
    } else {
      const args = source.isMachine ? { '@invoked': true, input } : input;
      const ref = context.spawn(source.definition, args as never) as unknown as ActorRef;
      context.watch(ref);
      child = { kind: 'actor', id, ref };
      this.#actors.set(ref.address.id, child);
    }
    this.#known.set(standIn, child);
    return child;
  }

  /** Stops a child; one that has not begun never will. Mail that an actor has already been sent is handled first. */
  stop(standIn: AnyActorRef, context: ActorContext): void {
    const child = this.#known.get(standIn);
    if (child === undefined) this.#known.set(standIn, undefined);
    else if (child.kind === 'promise') this.endedPromise(child.number)?.stop.abort();
    else if (this.endedActor(child.ref) !== undefined) context.stop(child.ref);
  }

  /** The promise of that number, if it has not ended. */
  promise(number: number): PromiseChild | undefined {
    return this.#promises.get(number);
  }

  /** Strikes a promise off; undefined when it had ended before. */
  endedPromise(number: number): PromiseChild | undefined {
    const child = this.#promises.get(number);
    this.#promises.delete(number);
    return child;
  }

  /** Strikes an actor off; undefined when it is no child, or had ended before. */
  endedActor({ address }: Pick<AnyRef, 'address'>): ActorChild | undefined {
    const child = this.#actors.get(address.id);
    this.#actors.delete(address.id);
    return child;
  }
}
