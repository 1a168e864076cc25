import { outsideActors } from '../shard/scope.js';
import type { DeadLetter, DeadLetterListener, DeadLetters } from './dead-letters.js';

/**
 * Hands dead letters to listeners, and lets the shards know whether there are any. What a listener throws is
 * its own affair: the turn that wrote the letter goes on.
 */
export class DeadLetterOffice implements DeadLetters {
  readonly #listeners = new Set<DeadLetterListener>();
  readonly #onInterest: (on: boolean) => void;
  readonly #onListenerError: (error: unknown) => void;

  constructor(onInterest: (on: boolean) => void, onListenerError: (error: unknown) => void) {
    this.#onInterest = onInterest;
    this.#onListenerError = onListenerError;
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  subscribe(listener: DeadLetterListener): () => void {
    const own: DeadLetterListener = (letter) => listener(letter); // one subscription each, also of one function
    this.#listeners.add(own);
    if (this.#listeners.size === 1) this.#onInterest(true);
    return () => {
      if (this.#listeners.delete(own) && this.#listeners.size === 0) this.#onInterest(false);
    };
  }

  publish(letter: DeadLetter): void {
    for (const listener of [...this.#listeners]) {
      try {
        outsideActors(() => listener(letter));
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }
}
