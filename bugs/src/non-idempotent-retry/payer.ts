import { type ActorRef, type Ask, askingFrom, contextPace, defineActor, withRetry } from '@skein/runtime';

export type Bank = { book: Ask<{ payment: number; amount: number }, undefined> };

/** Has its payments booked one after the other, and asks again when it hears nothing. */
export const payer = defineActor<{ pay: { amount: number } }>()({
  name: 'payer',
  initial: ({ bank }: { bank: ActorRef<Bank> }) => ({ bank, payments: 0, ordered: 0 }),
  receive: {
    pay: {
      async: async (context, { amount }) => {
        context.update((state) => {
          state.payments++;
          state.ordered += amount;
        });
        const { bank, payments } = context.state;
        const patient = withRetry(askingFrom(context, bank), contextPace(context), {
          attemptDeadlineMs: 100,
        });
        try {
          await patient.ask({ type: 'book', payment: payments, amount }, { deadlineMs: 10_000 });
        } catch (error) {
          context.log.warn('whether a payment was booked is not known', { error });
        }
      },
    },
  },
});
