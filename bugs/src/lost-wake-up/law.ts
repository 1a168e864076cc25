/**
 * A worker finds the queue empty, and registers to be woken in a second step. Work that comes between the two
 * finds nobody asleep, so nobody is woken. The worker then sleeps over it, until more comes.
 *
 * Met in worker pools, condition variables without a loop, and every "subscribe, after having looked".
 *
 * Shown by a job that reaches the queue after it has answered `nothing` and before the worker's `sleep`.
 */
import type { ActorRef } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import type { Twin } from '../known-fault.js';
import * as faulty from './faulty.js';
import * as fixed from './fixed.js';
import type { Queue, Worker } from './worker.js';

interface Pool {
  readonly queue: ActorRef<Queue>;
  readonly worker: ActorRef<Worker>;
  /** Jobs that were sent to the queue, whether it has met them or not. */
  put: number;
}

/** All jobs get done, whether more come or not. */
export function lostWakeUp(twin: Twin): Invariant<Pool> {
  const { module, queue, worker } = { faulty, fixed }[twin];
  return {
    name: `lost wake-up, ${twin}`,
    modules: [module],
    start: ({ system }) => {
      const jobs = system.spawn(queue);
      return { queue: jobs, worker: system.spawn(worker, { queue: jobs }), put: 0 };
    },
    commands: [
      command({
        name: 'put',
        run: (_world, pool) => {
          pool.put++;
          pool.queue.send({ type: 'put' });
        },
      }),
    ],
    eventually: (world, pool) => {
      const { put } = pool;
      const done = world.stateOf<{ done: number }>(pool.worker)?.done ?? 0;
      return done === put || `${put - done} of ${put} jobs are not done`;
    },
  };
}
