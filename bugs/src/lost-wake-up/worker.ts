import { type ActorRef, defineActor } from '@skein/runtime';

export type Queue = {
  put: {};
  fetch: { worker: ActorRef<Worker> };
  sleep: { worker: ActorRef<Worker> };
};
export type Worker = { work: {}; nothing: {}; wake: {} };

/** Works as long as there is work; then lets itself be woken. */
export const worker = defineActor<Worker>()({
  name: 'worker',
  initial: ({ queue }: { queue: ActorRef<Queue> }, context) => {
    queue.send({ type: 'fetch', worker: context.self });
    return { queue, done: 0 };
  },
  receive: {
    work: (state, _message, context) => {
      state.done++;
      state.queue.send({ type: 'fetch', worker: context.self });
    },
    nothing: ({ queue }, _message, context) => queue.send({ type: 'sleep', worker: context.self }),
    wake: ({ queue }, _message, context) => queue.send({ type: 'fetch', worker: context.self }),
  },
});
