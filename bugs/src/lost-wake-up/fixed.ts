import { type ActorRef, defineActor } from '@skein/runtime';
import type { Queue, Worker } from './worker.js';

export { worker } from './worker.js';
export const module = import.meta.url;

/** Wakes a sleeper for each job that comes, and lets nobody fall asleep over one. */
export const queue = defineActor<Queue>()({
  name: 'queue',
  initial: () => ({ jobs: 0, asleep: [] as ActorRef<Worker>[] }),
  receive: {
    put: (state) => {
      state.jobs++;
      state.asleep.shift()?.send({ type: 'wake' });
    },
    fetch: (state, { worker }) => {
      if (state.jobs === 0) worker.send({ type: 'nothing' });
      else {
        state.jobs--;
        worker.send({ type: 'work' });
      }
    },
    sleep: ({ asleep, jobs }, { worker }) => {
      if (jobs > 0) worker.send({ type: 'wake' });
      else asleep.push(worker);
    },
  },
});
