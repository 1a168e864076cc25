import type { RunnableDefinition } from '../actor/definition.js';
import { ROLE } from '../kernel/actor-record.js';
import type { StateStore } from '../passivation/state-store.js';
import { extensionIn } from '../system/extension-in.js';
import { outsideActors } from './scope.js';
import type { Shard } from './shard.js';
import { isThenable } from './thenable.js';

/** Where the states of passivated actors are: one store for each definition that says so, opened when it is first needed. */
export class StateStores {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** The store of an actor. @throws what opening it throws */
  of(slot: number): StateStore {
    const { locals, index, extensions } = this.#shard;
    const { store } = this.#definitionOf(slot).passivation!;
    const extension = (name: string): unknown => extensionIn(extensions, name);
    return locals.shardLocal(store, () => store({ shard: index, extension }));
  }

  /** Waits for what a store does for an actor. Calls one of the two once, the second also when the deadline passes first. */
  wait<T>(
    slot: number,
    answer: PromiseLike<T>,
    answered: (value: T) => void,
    failed: (error: unknown) => void,
  ): void {
    const shard = this.#shard;
    const { storeDeadlineMs } = this.#definitionOf(slot).passivation!;
    let open = true;
    const end = (settle: () => void): void => {
      if (!open) return;
      open = false;
      shard.timers.cancel(deadline);
      shard.row.add('callsRunning', -1);
      if (!shard.isClosed) settle();
    };
    const deadline = shard.timers.set(storeDeadlineMs, () =>
      end(() => failed(new Error(`The store has not answered within ${storeDeadlineMs} ms.`))),
    );
    shard.row.add('callsRunning', 1);
    answer.then(
      (value) => end(() => answered(value)),
      (error: unknown) => end(() => failed(error ?? new Error('The store rejected without an error.'))),
    );
  }

  /** Deletes a state that is not needed any more. A store that cannot is only warned about. */
  forget(store: StateStore, key: string): void {
    const complain = (error: unknown): void =>
      this.#shard.log.warn('a store did not delete what it need not keep', { key, error });
    try {
      const deleted = outsideActors(() => store.delete(key));
      if (isThenable(deleted)) deleted.then(undefined, complain);
    } catch (error) {
      complain(error);
    }
  }

  /** What the state of an actor is called in its store. */
  keyOf(slot: number): string {
    const { path, id } = this.#shard.addressOf(slot);
    return `${path}#${id}`;
  }

  #definitionOf(slot: number): RunnableDefinition {
    return this.#shard.roles.all[this.#shard.table.get(slot, ROLE)]!.definition;
  }
}
