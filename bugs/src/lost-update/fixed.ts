import { type ActorRef, defineActor } from '@skein/runtime';
import type { Account } from './account.js';

export { account } from './account.js';
export const module = import.meta.url;

/** Takes money at a counter, and books it: says what is to be added. */
export const teller = defineActor<{ deposit: { amount: number } }>()({
  name: 'teller',
  initial: ({ account }: { account: ActorRef<Account> }) => ({ account, taken: 0 }),
  receive: {
    deposit: {
      async: async (context, { amount }) => {
        const { account } = context.state;
        context.send(account, { type: 'add', amount });
        context.update((state) => {
          state.taken += amount;
        });
      },
    },
  },
});
