import type { DispatcherChoices } from '@skein/runtime';

/** As many as a dispatcher of production handles in a turn. */
const TURN_MESSAGES = 64;

/** Chooses as production does and, while it is on, lets a turn be one message and keeps the longest. */
export class TurnWatch implements DispatcherChoices {
  /** The longest turn since {@link begin}, ms. */
  longestMs = 0;
  #begunMs = Number.NaN;

  /** Begins to watch. */
  begin(): void {
    this.longestMs = 0;
    this.#begunMs = performance.now();
  }

  /** Ends it; the turn that was running is over. @returns the longest, ms */
  end(): number {
    this.#note();
    this.#begunMs = Number.NaN;
    return this.longestMs;
  }

  nextReady(): number {
    if (this.#isOn) this.#note();
    return 0;
  }

  turnMessagesMax(): number {
    return this.#isOn ? 1 : TURN_MESSAGES;
  }

  get #isOn(): boolean {
    return !Number.isNaN(this.#begunMs);
  }

  #note(): void {
    const nowMs = performance.now();
    this.longestMs = Math.max(this.longestMs, nowMs - this.#begunMs);
    this.#begunMs = nowMs;
  }
}
