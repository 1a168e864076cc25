import { type ActorRef, defineActor } from '@skein/runtime';
import type { SimulatedWorld } from '@skein/runtime/testing';

/** This module, for a law's `modules`. */
export const JOURNAL_MODULE: string = import.meta.url;

/** What an actor says that it has done. */
export interface Entry {
  readonly who: string;
  readonly what: string;
  readonly n: number;
}

export type Journal = { wrote: Entry };
export type JournalRef = ActorRef<Journal>;

/** Keeps what actors did beyond their lives. It never fails, and lives on the main shard, which is never lost. */
export const journal = defineActor<Journal>()({
  name: 'journal',
  initial: () => ({ entries: [] as Entry[] }),
  receive: {
    wrote: ({ entries }, { who, what, n }) => void entries.push({ who, what, n }),
  },
});

export function openJournal({ system }: Pick<SimulatedWorld, 'system'>): JournalRef {
  return system.spawn(journal, undefined, { shard: 0, name: 'journal' });
}

/** What has come to a journal: of each writer in its order, and of all writers on the main shard in theirs. */
export function readJournal(world: Pick<SimulatedWorld, 'stateOf'>, ref: JournalRef): readonly Entry[] {
  return world.stateOf<{ readonly entries: readonly Entry[] }>(ref)?.entries ?? [];
}
