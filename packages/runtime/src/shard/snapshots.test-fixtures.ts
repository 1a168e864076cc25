import type { Batch } from '../actor/batch.js';
import { type ActorDefinition, defineActor } from '../actor/definition.js';
import type { Ask } from '../actor/protocol.js';

/** A sum, and where its present life had it from. */
export interface Sum {
  readonly sum: number;
  readonly origin: string;
  readonly life: number;
}

export type Ledger = {
  add: { by: number };
  addLater: { by: number };
  /** Met in batches. */
  addMany: { by: number };
  /** Adds, and then fails. */
  addAndThrow: { by: number };
  /** Makes its state one that cannot be kept. */
  spoil: {};
  finish: {};
  read: Ask<{}, Sum>;
};

interface State {
  sum: unknown;
  readonly origin: string;
}

const receiveBatch = {
  addMany: ({ size, states, messages }: Batch<Ledger, State, 'addMany'>) => {
    for (let i = 0; i < size; i++) states[i]!.sum = (states[i]!.sum as number) + messages[i]!.by;
  },
};

const define = (name: string, snapshotEvery?: number): ActorDefinition<Ledger, { start: number }> =>
  defineActor<Ledger>()({
    name,
    initial: ({ start }: { start: number }): State => ({ sum: start, origin: 'initial' }),
    snapshot: ({ sum }) => ({ sum }),
    ...(snapshotEvery === undefined ? {} : { snapshotEvery }),
    restore: (data, { start }) => {
      const { sum } = data as { readonly sum: number };
      if (sum < 0) throw new RangeError('a negative sum');
      return { sum, origin: `restored of ${start}` };
    },
    receiveBatch,
    receive: {
      add: (state, { by }) => {
        state.sum = (state.sum as number) + by;
      },
      addLater: {
        async: async (context, { by }) => {
          await Promise.resolve();
          context.update((state) => {
            state.sum = (state.sum as number) + by;
          });
        },
      },
      addAndThrow: (state, { by }) => {
        state.sum = (state.sum as number) + by;
        throw new Error('added and thrown');
      },
      spoil: (state) => {
        state.sum = () => 1;
      },
      finish: (_state, _message, context) => context.stop(),
      read: ({ sum, origin }, _message, context) =>
        context.reply({ sum: sum as number, origin, life: context.incarnation }),
    },
  });

export const keeper = define('keeper');
export const sparseKeeper = define('sparse-keeper', 3);
