/**
 * A parent replaces a child that has ended, in several steps. Between the first of them and the last it is
 * told that the child is not wanted any more, and finds nobody to stop. The last step then brings to life
 * what nobody will ever stop.
 *
 * Met as zombie sessions, containers that come back after their removal, reconnects after a logout.
 *
 * Shown by a `close` that reaches the directory while the settings for the session are on their way.
 */
import type { ActorRef } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import type { Twin } from '../known-fault.js';
import * as faulty from './faulty.js';
import * as fixed from './fixed.js';
import type { Directory } from './session.js';

const input = fc.record({ name: fc.constantFrom('ann', 'ben') });

/** At rest exactly those sessions live that are wanted. */
export function resurrectedChild(twin: Twin): Invariant<ActorRef<Directory>> {
  const { directory, module, session, settings } = { faulty, fixed }[twin];
  const tell = (type: 'open' | 'close' | 'kick') =>
    command<ActorRef<Directory>, { name: string }>({
      name: type,
      input,
      run: (_world, to, { name }) => to.send({ type, name }),
    });
  return {
    name: `resurrected child, ${twin}`,
    modules: [module],
    start: ({ system }) => system.spawn(directory, { settings: system.spawn(settings) }),
    commands: [tell('open'), tell('close'), tell('kick')],
    finally: (world, ref) => {
      const { path } = ref.address;
      const wanted = world.stateOf<{ wanted: ReadonlySet<string> }>(ref)?.wanted ?? [];
      const expected = [...wanted]
        .map((name) => `${path}/${name}`)
        .sort()
        .join(' ');
      const live = world
        .actors(session)
        .map((child) => child.path)
        .sort()
        .join(' ');
      return live === expected || `wanted: ${expected || 'nobody'}; alive: ${live || 'nobody'}`;
    },
  };
}
