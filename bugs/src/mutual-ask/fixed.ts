import { defineActor } from '@skein/runtime';
import type { Account } from './protocol.js';

export const module = import.meta.url;

/** Transfers money to another account. Goes on receiving while the other confirms. */
export const account = defineActor<Account>()({
  name: 'account',
  initial: ({ balance }: { balance: number }) => ({ balance }),
  receive: {
    transfer: {
      async: async (context, { to, amount }) => {
        context.update((state) => {
          state.balance -= amount;
        });
        await context.ask(to, { type: 'receive', amount }, { deadlineMs: 10_000 });
      },
      reentrant: true,
    },
    receive: (state, { amount }, context) => {
      state.balance += amount;
      context.reply(undefined);
    },
  },
});
