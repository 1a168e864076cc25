/// <reference lib="es2024.sharedmemory" />
import { Worker } from 'node:worker_threads';
import { type BareWork, count, DONE, ROUND, turnsIn } from './bare-work.js';
import type { Subject } from './laps.js';

/** What a step of an agent is taken to cost, ns: that of model ii, about. */
const STEP_NS = 400;
/** What the main thread does between two rounds, ms: as a swarm's world does, it keeps a core busy while the others fall asleep. */
const PAUSE_MS = 1;

/** Work of a round shared by threads: to be measured, and then ended. */
export interface BareThreads extends Subject {
  stop(): Promise<void>;
}

/**
 * Threads that only count, woken and heard of by one word each: what this machine, as it is this minute, lets threads gain over one, and how
 * evenly. They take as long as the steps of `agents` would.
 */
export async function bareThreads(agents: number, threads: number): Promise<BareThreads> {
  const turns = turnsIn((agents * STEP_NS) / 1e6 / threads);
  const turnsOfPause = turnsIn(PAUSE_MS);
  const words = new Int32Array(new SharedArrayBuffer(256));
  const workerData: BareWork = { memory: words.buffer, turns };
  const file = new URL('./bare-threads-worker.js', import.meta.url);
  const workers = Array.from({ length: threads }, () => new Worker(file, { workerData }));
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('online', resolve))));
  return {
    agents,
    round: async () => {
      const startedMs = performance.now();
      Atomics.store(words, DONE, 0);
      Atomics.add(words, ROUND, 1);
      Atomics.notify(words, ROUND);
      for (let done = 0; done < threads; done = Atomics.load(words, DONE)) {
        const change = Atomics.waitAsync(words, DONE, done);
        if (change.async) await change.value;
      }
      const ms = performance.now() - startedMs;
      count(turnsOfPause);
      return ms;
    },
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** The same work on this thread alone. */
export function bareThread(agents: number): Subject {
  const turns = turnsIn((agents * STEP_NS) / 1e6);
  return {
    agents,
    round: () => {
      const startedMs = performance.now();
      count(turns);
      return performance.now() - startedMs;
    },
  };
}
