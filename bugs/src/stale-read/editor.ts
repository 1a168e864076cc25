import { type ActorRef, type Ask, defineActor } from '@skein/runtime';

export type Store = { read: Ask<{}, number>; write: Ask<{ value: number }, undefined> };
export type Cache = { read: Ask<{}, number>; invalidate: {} };

/** Knows what is so. */
export const store = defineActor<Store>()({
  name: 'store',
  initial: () => ({ value: 0 }),
  receive: {
    read: ({ value }, _message, context) => context.reply(value),
    write: (state, { value }, context) => {
      state.value = value;
      context.reply(undefined);
    },
  },
});

/** Writes to the store and, when that is done, has the cache forget. */
export const editor = defineActor<{ edit: { value: number } }>()({
  name: 'editor',
  initial: (refs: { store: ActorRef<Store>; cache: ActorRef<Cache> }) => refs,
  receive: {
    edit: {
      async: async (context, { value }) => {
        const { store, cache } = context.state;
        await context.ask(store, { type: 'write', value }, { deadlineMs: 10_000 });
        context.send(cache, { type: 'invalidate' });
      },
    },
  },
});
