import type { Envelope } from '../mailbox/envelope.js';

/**
 * One running call of an async handler. It ends once: by settling, or by being cut off when its actor
 * fails, stops or restarts. What it does after that is refused.
 */
export class AsyncCall {
  readonly envelope: Envelope;
  readonly reentrant: boolean;
  /** Of its actor. */
  readonly path: string;
  readonly #abort = new AbortController();
  #open = true;

  constructor(envelope: Envelope, reentrant: boolean, path: string) {
    this.envelope = envelope;
    this.reentrant = reentrant;
    this.path = path;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Ends the call normally. False when it had ended before. */
  settle(): boolean {
    const wasOpen = this.#open;
    this.#open = false;
    return wasOpen;
  }

  /** Ends the call from outside and tells whatever it awaits. */
  cutOff(reason: unknown): void {
    this.#open = false;
    this.#abort.abort(reason);
  }
}
