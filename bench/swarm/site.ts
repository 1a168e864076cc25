import { type ActorSystem, createSystem } from '@skein/runtime';
import { foragerModules } from './foragers.js';

/** Threads that a swarm is measured on. */
export interface Threads {
  /** Count: 1 is the main thread, 2 the main thread and one worker, 3 two workers beside a main thread that only coordinates. */
  readonly threads: number;
  /** Those of the system. */
  readonly workers: number;
  /** The shards that agents of a large swarm live on: 0 is the main thread. */
  readonly shards: readonly number[];
}

/** A system with agents of all models. */
export interface Site extends Threads {
  readonly system: ActorSystem;
}

export const ONE_THREAD: Threads = { threads: 1, workers: 0, shards: [0] };
/** The main thread takes part, as it does beside a single worker. */
export const TWO_THREADS: Threads = { threads: 2, workers: 1, shards: [0, 1] };
/** What was called two threads before the main thread took part. */
export const TWO_WORKERS: Threads = { threads: 3, workers: 2, shards: [1, 2] };

/** Opens one; a swarm lives where it is put by default. */
export async function openSite(threads: Threads): Promise<Site> {
  const system = await createSystem({
    modules: foragerModules,
    threads: threads.workers,
    strict: false,
    seed: 1,
    handleProcessSignals: false,
  });
  return { ...threads, system };
}
