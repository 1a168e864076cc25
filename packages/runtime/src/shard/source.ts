import { setImmediate } from 'node:timers';

/** What a source does with what it pulls. */
export interface SourceSink {
  /** An item has come. What it throws ends the source with {@link failed}. */
  readonly take: (item: unknown) => void;
  /** The last item has come. */
  readonly done: () => void;
  /** The source threw. */
  readonly failed: (error: unknown) => void;
}

/**
 * Pulls from an iterable, one item after another, while fewer than `window` of its items wait to be handled. A
 * handled item is a credit; the source goes on when half of the window is free, so that short waits are not many.
 */
export class Source {
  readonly #iterator: AsyncIterator<unknown> | Iterator<unknown>;
  readonly #window: number;
  readonly #sink: SourceSink;
  #waiting = 0;
  #pulling = false;
  #ended = false;

  constructor(iterator: AsyncIterator<unknown> | Iterator<unknown>, window: number, sink: SourceSink) {
    this.#iterator = iterator;
    this.#window = window;
    this.#sink = sink;
  }

  /** Goes on if there are credits. */
  pull(): void {
    if (!this.#pulling) void this.#pull();
  }

  /** One item waits no more. True when it is time to {@link pull}. */
  credit(): boolean {
    this.#waiting--;
    return !this.#pulling && !this.#ended && this.#waiting * 2 <= this.#window;
  }

  /** Ends the source before its time, and lets it clean up. `failed` hears of nothing any more. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#iterator.return?.();
  }

  async #pull(): Promise<void> {
    this.#pulling = true;
    try {
      while (!this.#ended && this.#waiting < this.#window) {
        const next = this.#iterator.next();
        const { done, value } = 'then' in next ? await next : next;
        if (this.#ended) return;
        if (done) {
          this.#ended = true;
          this.#sink.done();
          return;
        }
        const waiting = this.#waiting++;
        this.#sink.take(value);
        // Refused: too many wait on the shard. An iterable that is always ready must not keep the thread meanwhile.
        if (this.#waiting === waiting) await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      if (this.#ended) return;
      this.#ended = true;
      this.#sink.failed(error);
    } finally {
      this.#pulling = false;
    }
  }
}
