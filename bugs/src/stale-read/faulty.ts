import { type ActorRef, defineActor, type ReplyHandle } from '@skein/runtime';
import type { Cache, Store } from './store.js';

export { editor, renderer, store } from './store.js';
export const module = import.meta.url;

/** Fetches the page when it does not have it, and keeps it until it is told to forget. */
export const cache = defineActor<Cache>()({
  name: 'cache',
  initial: ({ store }: { store: ActorRef<Store> }) => ({
    store,
    kept: undefined as number | undefined,
    /** What is being fetched has not been invalidated since. */
    fresh: false,
    readers: [] as ReplyHandle<number>[],
  }),
  receive: {
    read: (state, _message, context) => {
      if (state.kept !== undefined) return context.reply(state.kept);
      if (state.readers.push(context.deferReply()) === 1) fetchPage(state, context.self);
    },
    page: (state, { version }) => {
      state.kept = version;
      for (const reply of state.readers.splice(0)) reply(version);
    },
    invalidate: (state) => {
      state.kept = undefined;
      state.fresh = false;
    },
  },
});

function fetchPage(state: { fresh: boolean; store: ActorRef<Store> }, cache: ActorRef<Cache>): void {
  state.fresh = true;
  state.store.send({ type: 'fetch', cache });
}
