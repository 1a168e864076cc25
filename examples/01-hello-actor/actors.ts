import { type Ask, defineActor } from '@skein/runtime';

type Counter = {
  add: { by: number };
  read: Ask<{}, { count: number; shard: number }>;
};

/** Counts, and says which shard it lives on: 0 is the main thread, the others are worker threads. */
export const counter = defineActor<Counter>()({
  name: 'counter',
  initial: ({ start }: { start: number }) => ({ count: start }),
  receive: {
    add: (state, { by }) => {
      state.count += by;
    },
    read: ({ count }, _, context) => context.reply({ count, shard: context.shard }),
  },
});
