/// <reference lib="es2024.sharedmemory" />
import { Worker } from 'node:worker_threads';

/** i32: the round in hand, written by the main thread; a cache line away from it, the last that the worker has done its half of. */
const ROUND = 0;
const DONE = 16;
const WORDS = 32;

/** What the file of a worker finds in its `workerData`, beside what it was given. */
export interface SharedRoundsData {
  readonly words: Int32Array;
}

/**
 * Rounds of work that the main thread and one worker do half of each, without actors: the worker is woken by one word, and heard of by another.
 * A main thread that is done first does as that of a swarm: it waits for a word of the worker (`Atomics.waitAsync`), its event loop idle, and does not
 * spin.
 */
export class SharedRounds {
  readonly #words = new Int32Array(new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT));
  readonly #worker: Worker;

  /** @param file calls {@link serveRounds}; what it throws ends the process */
  constructor(file: URL, data: object) {
    const workerData: SharedRoundsData = { ...data, words: this.#words };
    this.#worker = new Worker(file, { workerData });
  }

  /** One round; the first waits until the worker has begun. @returns ms from waking the worker until both are done */
  async round(ownHalf: () => void): Promise<number> {
    const words = this.#words;
    const startedMs = performance.now();
    const round = Atomics.add(words, ROUND, 1) + 1;
    Atomics.notify(words, ROUND);
    ownHalf();
    for (let done = Atomics.load(words, DONE); done !== round; done = Atomics.load(words, DONE)) {
      const change = Atomics.waitAsync(words, DONE, done);
      if (change.async) await change.value;
    }
    return performance.now() - startedMs;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** What a worker does: sleeps until there is another round, does its half of it, and says so. */
export function serveRounds({ words }: SharedRoundsData, half: () => void): never {
  for (let round = 0; ; ) {
    Atomics.wait(words, ROUND, round);
    round = Atomics.load(words, ROUND);
    half();
    Atomics.store(words, DONE, round);
    Atomics.notify(words, DONE);
  }
}
