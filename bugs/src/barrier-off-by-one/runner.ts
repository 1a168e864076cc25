import { type ActorRef, defineActor } from '@skein/runtime';

export type Barrier = { arrive: { runner: ActorRef<Runner>; round: number } };
export type Runner = { finish: {}; nudge: {}; released: { round: number } };

/**
 * Does one piece of work a round, and waits for the others. Who is nudged while it waits says again that it
 * has arrived.
 */
export const runner = defineActor<Runner>()({
  name: 'runner',
  initial: ({ barrier }: { barrier: ActorRef<Barrier> }) => ({ barrier, round: 0, finished: 0 }),
  receive: {
    finish: (state, _message, context) => {
      if (state.finished > state.round) return;
      state.finished++;
      state.barrier.send({ type: 'arrive', runner: context.self, round: state.round });
    },
    nudge: ({ barrier, round, finished }, _message, context) => {
      if (finished > round) barrier.send({ type: 'arrive', runner: context.self, round });
    },
    released: (state, { round }) => {
      state.round = round;
    },
  },
});
