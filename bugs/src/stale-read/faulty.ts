import { type ActorRef, defineActor } from '@skein/runtime';
import type { Cache, Store } from './editor.js';

export { editor, store } from './editor.js';
export const module = import.meta.url;

/** Asks the store for what it does not have, and keeps the answer until it is told to forget. */
export const cache = defineActor<Cache>()({
  name: 'cache',
  initial: ({ store }: { store: ActorRef<Store> }) => ({
    store,
    kept: undefined as number | undefined,
    forgotten: 0,
  }),
  receive: {
    read: {
      async: async (context) => {
        const { store, kept } = context.state;
        if (kept !== undefined) return context.reply(kept);
        const value = await context.ask(store, { type: 'read' }, { deadlineMs: 10_000 });
        context.update((state) => {
          state.kept = value;
        });
        context.reply(value);
      },
      reentrant: true,
    },
    invalidate: (state) => {
      state.kept = undefined;
      state.forgotten++;
    },
  },
});
