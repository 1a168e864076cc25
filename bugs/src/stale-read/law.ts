/**
 * A cache asks for a value, and before it comes it is told to forget it. It has nothing to forget yet. Then
 * the value comes, old as it is, and is kept.
 *
 * Met in look-aside caches, in browsers that paint the answer to an older query, in replicas that load while
 * they are updated.
 *
 * Shown by a page that is being rendered while its article is edited, and that reaches the cache after the
 * edit's `invalidate`.
 */
import type { ActorRef } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import type { Twin } from '../known-fault.js';
import * as faulty from './faulty.js';
import * as fixed from './fixed.js';
import type { Cache, Store } from './store.js';

interface Site {
  readonly store: ActorRef<Store>;
  readonly cache: ActorRef<Cache>;
  readonly editor: ActorRef<{ edit: {} }>;
}

/** At rest the cache has the page as it should be, or none. */
export function staleRead(twin: Twin): Invariant<Site> {
  const { cache, editor, module, store } = { faulty, fixed }[twin];
  return {
    name: `stale read, ${twin}`,
    modules: [module],
    start: ({ system }) => {
      const articles = system.spawn(store);
      const pages = system.spawn(cache, { store: articles });
      const refs = { store: articles, cache: pages };
      return { ...refs, editor: system.spawn(editor, refs) };
    },
    commands: [
      command({
        name: 'edit',
        run: (_world, { editor }) => editor.send({ type: 'edit' }),
      }),
      command({
        name: 'read',
        run: async (_world, { cache }) => void (await cache.ask({ type: 'read' }, { deadlineMs: 10_000 })),
      }),
    ],
    finally: (world, site) => {
      const kept = world.stateOf<{ kept: number | undefined }>(site.cache)?.kept;
      const version = world.stateOf<{ version: number }>(site.store)?.version;
      return kept === undefined || kept === version || `the cache keeps version ${kept} of ${version}`;
    },
  };
}
