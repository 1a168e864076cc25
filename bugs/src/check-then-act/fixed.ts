import { defineActor } from '@skein/runtime';
import type { Shop } from './buyer.js';

export { buyer } from './buyer.js';
export const module = import.meta.url;

/** Looks again, in the turn in which it gives. */
export const shop = defineActor<Shop>()({
  name: 'shop',
  initial: ({ stock }: { stock: number }) => ({ left: stock }),
  receive: {
    left: ({ left }, _message, context) => context.reply(left),
    take: (state, _message, context) => {
      const sold = state.left > 0;
      if (sold) state.left--;
      context.reply(sold);
    },
  },
});
