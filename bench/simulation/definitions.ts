import { type ActorRef, type Ask, defineActor } from '@skein/runtime';

/** Where the definitions are. */
export const modules: readonly URL[] = [new URL(import.meta.url)];

export type Ring = { meet: { next: ActorRef<Ring> }; token: { left: number } };

/**
 * Hands a token on to the next, until it has been handed on often enough. From another shard a token may come before the next has been met:
 * it waits.
 */
export const ringMember = defineActor<Ring>()({
  name: 'ring-member',
  initial: () => ({ next: undefined as ActorRef<Ring> | undefined, waiting: [] as number[] }),
  receive: {
    meet: (state, { next }) => {
      state.next = next;
      for (const left of state.waiting.splice(0)) next.send({ type: 'token', left });
    },
    token: ({ next, waiting }, { left }) => {
      if (left === 1) return;
      if (next === undefined) waiting.push(left - 1);
      else next.send({ type: 'token', left: left - 1 });
    },
  },
});

export type Teller = { ask: Ask<{}, number> };

/** Tells how often it was asked. */
export const teller = defineActor<Teller>()({
  name: 'teller',
  initial: () => ({ asked: 0 }),
  receive: { ask: (state, _message, context) => context.reply(++state.asked) },
});

/** Asks one question after the other. */
export const asker = defineActor<{ begin: { questions: number } }>()({
  name: 'asker',
  initial: (refs: { teller: ActorRef<Teller> }) => refs,
  receive: {
    begin: {
      async: async (context, { questions }) => {
        for (let i = 0; i < questions; i++)
          await context.ask(context.state.teller, { type: 'ask' }, { deadlineMs: 10_000 });
      },
    },
  },
});
