import { type ActorRef, type Ask, defineActor } from '@skein/runtime';

export type Shop = { left: Ask<{}, number>; take: Ask<{}, boolean> };

/** Looks whether there is something left, and takes it. */
export const buyer = defineActor<{ buy: {} }>()({
  name: 'buyer',
  initial: ({ shop }: { shop: ActorRef<Shop> }) => ({ shop, bought: 0 }),
  receive: {
    buy: {
      async: async (context) => {
        const { shop } = context.state;
        const soon = { deadlineMs: 10_000 };
        if ((await context.ask(shop, { type: 'left' }, soon)) === 0) return;
        if (!(await context.ask(shop, { type: 'take' }, soon))) return;
        context.update((state) => {
          state.bought++;
        });
      },
    },
  },
});
