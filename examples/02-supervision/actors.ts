import { type ActorRef, defineActor, oneForOne } from '@skein/runtime';

type Work = { job: { readonly number: number; readonly jams: boolean } };

/** Does jobs until one jams. Its count is state, and state ends with a life. */
export const press = defineActor<Work>()({
  name: 'press',
  initial: (_: undefined, context) => {
    context.log.info(`begins life ${context.incarnation} with a count of 0`);
    return { count: 0 };
  },
  receive: {
    job: (state, { number, jams }, context) => {
      if (jams) throw new Error(`job ${number} jams`);
      state.count += 1;
      context.log.info(`does job ${number}, count ${state.count}`);
    },
  },
});

/**
 * Hands its jobs to one press. Restarts it up to twice within a second, each time after a longer wait; after
 * that the foreman fails itself, and its own supervisor decides.
 */
export const foreman = defineActor<Work>()({
  name: 'foreman',
  initial: (_: undefined, context): { readonly press: ActorRef<Work> } => {
    context.log.info(`begins life ${context.incarnation} and spawns a press`);
    return { press: context.spawn(press, undefined, { name: 'press' }) };
  },
  receive: {
    job: (state, message) => state.press.send(message),
  },
  supervision: oneForOne({
    maxRestarts: 2,
    withinMs: 1000,
    backoff: { minMs: 100, maxMs: 800, jitter: 0 },
  }),
});
