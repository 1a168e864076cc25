import { type ActorRef, defineActor } from '@skein/runtime';

export type Directory = {
  open: { name: string };
  close: { name: string };
  kick: { name: string };
  loaded: { name: string };
};
export type Settings = { load: { name: string; directory: ActorRef<Directory> } };

/** Knows what a session needs to begin. */
export const settings = defineActor<Settings>()({
  name: 'settings',
  initial: () => undefined,
  receive: { load: (_state, { name, directory }) => directory.send({ type: 'loaded', name }) },
});

/** Ends when its user is gone. */
export const session = defineActor<{ quit: {} }>()({
  name: 'session',
  initial: () => undefined,
  receive: { quit: (_state, _message, context) => context.stop() },
});
