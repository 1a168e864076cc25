import { type Ask, defineActor } from '@skein/runtime';

export type Account = { read: Ask<{}, number>; write: { balance: number }; add: { amount: number } };

/** Keeps what it is told. */
export const account = defineActor<Account>()({
  name: 'account',
  initial: () => ({ balance: 0 }),
  receive: {
    read: ({ balance }, _message, context) => context.reply(balance),
    write: (state, { balance }) => {
      state.balance = balance;
    },
    add: (state, { amount }) => {
      state.balance += amount;
    },
  },
});
