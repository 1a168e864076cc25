import type { ActorAddress } from '../../actor/address.js';

/** What broke: a law of the user's, or one that holds for every system. */
export interface Violation {
  readonly law:
    | 'invariant'
    | 'eventually'
    | 'finally'
    | 'messages'
    | 'deadlock'
    | 'livelock'
    | 'uncontrolled'
    | 'start'
    | 'command';
  readonly text: string;
  readonly actors: readonly ActorAddress[];
  readonly cause: unknown;
}

/** Keeps the first violation of a run: what comes after it is a consequence, or chance. */
export class FirstViolation {
  readonly #onFound: ((violation: Violation) => void) | undefined;
  #found: Violation | undefined;

  constructor(onFound?: (violation: Violation) => void) {
    this.#onFound = onFound;
  }

  get found(): Violation | undefined {
    return this.#found;
  }

  report(law: Violation['law'], text: string, actors: readonly ActorAddress[] = [], cause?: unknown): void {
    if (this.#found !== undefined) return;
    this.#found = { law, text, actors, cause };
    this.#onFound?.(this.#found);
  }
}
