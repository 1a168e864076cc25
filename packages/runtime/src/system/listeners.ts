import { outsideActors } from '../shard/scope.js';

/**
 * Those who want to be told of something. What a listener throws is its own affair: the others are told, and
 * whoever tells goes on.
 */
export class Listeners<Listener extends object> {
  readonly #listeners = new Set<Listener>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Each call is a subscription of its own if each gives an object of its own. Returns how to end it. */
  add(listener: Listener): () => boolean {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get all(): readonly Listener[] {
    return [...this.#listeners];
  }

  /** Calls `tell` with each listener, in the name of no actor. */
  tell(tell: (listener: Listener) => void): void {
    for (const listener of this.all) {
      try {
        outsideActors(() => tell(listener));
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
