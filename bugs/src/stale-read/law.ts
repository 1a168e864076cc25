/**
 * A cache asks for a value, and before the answer comes it is told to forget it. It has nothing to forget yet. Then the answer comes, old as
 * it is, and is kept.
 *
 * Met in look-aside caches, in browsers that paint the answer to an older query, in replicas that load while they are updated.
 *
 * Shown by a read whose answer leaves the store before an edit, and reaches the cache after the edit's `invalidate`.
 */
import type { ActorRef } from '@skein/runtime';
import type { Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { command, type Twin } from '../known-fault.js';
import type { Cache, Store } from './editor.js';
import * as faulty from './faulty.js';
import * as fixed from './fixed.js';

interface Library {
  readonly store: ActorRef<Store>;
  readonly cache: ActorRef<Cache>;
  readonly editor: ActorRef<{ edit: { value: number } }>;
}

/** At rest the cache knows what is so, or nothing. */
export function staleRead(twin: Twin): Invariant<Library> {
  const { cache, editor, module, store } = { faulty, fixed }[twin];
  return {
    name: `stale read, ${twin}`,
    modules: [module],
    start: ({ system }) => {
      const truth = system.spawn(store);
      const copy = system.spawn(cache, { store: truth });
      return { store: truth, cache: copy, editor: system.spawn(editor, { store: truth, cache: copy }) };
    },
    commands: [
      command({
        name: 'edit',
        input: fc.record({ value: fc.integer({ min: 1, max: 9 }) }),
        run: (_world, { editor }, { value }) => editor.send({ type: 'edit', value }),
      }),
      command({
        name: 'read',
        input: fc.constant({}),
        describe: () => '',
        run: async (_world, { cache }) => void (await cache.ask({ type: 'read' }, { deadlineMs: 10_000 })),
      }),
    ],
    finally: (world, library) => {
      const kept = world.stateOf<{ kept: number | undefined }>(library.cache)?.kept;
      const value = world.stateOf<{ value: number }>(library.store)?.value;
      return kept === undefined || kept === value || `the cache keeps ${kept}, the store has ${value}`;
    },
  };
}
