import type { DeadLetter, DeadLetterListener, DeadLetters } from './dead-letters.js';

/** Hands dead letters to listeners, and lets the shards know whether there are any. */
export class DeadLetterOffice implements DeadLetters {
  readonly #listeners = new Set<DeadLetterListener>();
  readonly #onInterest: (on: boolean) => void;

  constructor(onInterest: (on: boolean) => void) {
    this.#onInterest = onInterest;
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
    for (const listener of this.#listeners) listener(letter);
  }
}
