import { type ActorRef, type Ask, defineActor } from '@skein/runtime';

export type Cache = { read: Ask<{}, number>; page: { version: number }; invalidate: {} };
export type Store = { fetch: { cache: ActorRef<Cache> }; write: Ask<{}, undefined> };
type Renderer = { render: { version: number; cache: ActorRef<Cache> } };

/** Makes a page of an article. Of both only the version matters here. */
export const renderer = defineActor<Renderer>()({
  name: 'renderer',
  initial: () => undefined,
  receive: { render: (_state, { version, cache }) => cache.send({ type: 'page', version }) },
});

/** Has the article, and has it rendered for whoever wants a page. */
export const store = defineActor<Store>()({
  name: 'store',
  initial: (_: undefined, context) => ({ version: 1, renderer: context.spawn(renderer) }),
  receive: {
    fetch: ({ version, renderer }, { cache }) => renderer.send({ type: 'render', version, cache }),
    write: (state, _message, context) => {
      state.version++;
      context.reply(undefined);
    },
  },
});

/** Writes to the store and, when that is done, has the cache forget. */
export const editor = defineActor<{ edit: {} }>()({
  name: 'editor',
  initial: (refs: { store: ActorRef<Store>; cache: ActorRef<Cache> }) => refs,
  receive: {
    edit: {
      async: async (context) => {
        const { store, cache } = context.state;
        await context.ask(store, { type: 'write' }, { deadlineMs: 10_000 });
        context.send(cache, { type: 'invalidate' });
      },
    },
  },
});
