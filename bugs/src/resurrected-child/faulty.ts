import { type ActorRef, defineActor } from '@skein/runtime';
import { type Directory, type Settings, session } from './session.js';

export { session, settings } from './session.js';
export const module = import.meta.url;

/**
 * Keeps a session alive for each name that is open: asks for its settings, and begins it when that has come.
 */
export const directory = defineActor<Directory>()({
  name: 'directory',
  initial: ({ settings }: { settings: ActorRef<Settings> }) => ({
    settings,
    wanted: new Set<string>(),
    live: new Map<string, ActorRef<{ quit: {} }>>(),
  }),
  receive: {
    open: ({ wanted, settings }, { name }, context) => {
      if (wanted.has(name)) return;
      wanted.add(name);
      settings.send({ type: 'load', name, directory: context.self });
    },
    loaded: (state, { name }, context) => {
      if (state.live.has(name)) return;
      const child = context.spawn(session, undefined, { name, restart: 'temporary' });
      context.watch(child);
      state.live.set(name, child);
    },
    close: ({ wanted, live }, { name }, context) => {
      wanted.delete(name);
      const child = live.get(name);
      if (child !== undefined) context.stop(child);
    },
    kick: ({ live }, { name }) => live.get(name)?.send({ type: 'quit' }),
  },
  terminated: ({ wanted, live, settings }, { address }, context) => {
    const name = address.path.slice(address.path.lastIndexOf('/') + 1);
    live.delete(name);
    if (wanted.has(name)) settings.send({ type: 'load', name, directory: context.self });
  },
});
