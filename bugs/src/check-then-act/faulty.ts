import { defineActor } from '@skein/runtime';
import type { Shop } from './buyer.js';

export { buyer } from './buyer.js';
export const module = import.meta.url;

/** Trusts that whoever takes has looked. */
export const shop = defineActor<Shop>()({
  name: 'shop',
  initial: ({ stock }: { stock: number }) => ({ left: stock }),
  receive: {
    left: ({ left }, _message, context) => context.reply(left),
    take: (state, _message, context) => {
      state.left--;
      context.reply(true);
    },
  },
});
