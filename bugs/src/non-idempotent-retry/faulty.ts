import { defineActor } from '@skein/runtime';
import type { Bank } from './payer.js';

export { payer } from './payer.js';
export const module = import.meta.url;

/** Books what it is asked to book. */
export const bank = defineActor<Bank>()({
  name: 'bank',
  initial: () => ({ booked: 0, last: 0 }),
  receive: {
    book: (state, { payment, amount }, context) => {
      state.booked += amount;
      state.last = payment;
      context.reply(undefined);
    },
  },
});
