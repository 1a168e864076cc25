import { type ActorRef, type Ask, defineActor } from '@skein/runtime';
import { afterUse, type Use } from './lock.js';

export type Keeper = { ask: Ask<{ to: Use }, boolean> };
export type Journal = { write: Ask<{ holder: string | null }, undefined>; read: Ask<{}, string | null> };

const JOURNAL_MS = 500;

/** Writes down who has the lock. It lives on another shard than the keeper. */
export const journal = defineActor<Journal>()({
  name: 'journal',
  initial: () => ({ holder: null as string | null }),
  receive: {
    write: (state, { holder }, context) => {
      state.holder = holder;
      context.reply(undefined);
    },
    read: ({ holder }, _, context) => context.reply(holder),
  },
});

/** Survives crashes by its snapshot. But a snapshot lies on the shard where its actor does: this is the fault. */
export const hastyKeeper = defineActor<Keeper>()({
  name: 'hasty-keeper',
  initial: (_: { journal: ActorRef<Journal> }) => ({ holder: null as string | null }),
  snapshot: ({ holder }) => holder,
  restore: (kept) => ({ holder: kept as string | null }),
  receive: {
    ask: (state, { to }, context) => {
      const { answer, holder } = afterUse(state.holder, to);
      state.holder = holder;
      context.reply(answer);
    },
  },
});

/** Has it in the journal before it says so, and asks there what a life before this one may have written. */
export const keeper = defineActor<Keeper>()({
  name: 'keeper',
  initial: ({ journal }: { journal: ActorRef<Journal> }) => ({
    journal,
    holder: undefined as string | null | undefined, // undefined: not read yet
  }),
  receive: {
    ask: {
      async: async (context, { to }) => {
        const { journal, holder: known } = context.state;
        const before =
          known === undefined
            ? await context.ask(journal, { type: 'read' }, { deadlineMs: JOURNAL_MS })
            : known;
        const { answer, holder } = afterUse(before, to);
        if (holder !== before)
          await context.ask(journal, { type: 'write', holder }, { deadlineMs: JOURNAL_MS });
        Object.assign(context.state, { holder });
        context.reply(answer);
      },
    },
  },
});
