/**
 * A client hears nothing, and asks again. But only the answer was lost: what it asked for had been done. It
 * is done twice.
 *
 * Met in payments charged twice, orders shipped twice, every POST behind a proxy that retries.
 *
 * Shown by the loss of a single reply between the shards of payer and bank.
 */
import type { ActorRef } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import type { Twin } from '../known-fault.js';
import * as faulty from './faulty.js';
import * as fixed from './fixed.js';
import type { Bank } from './payer.js';

interface Trade {
  readonly payer: ActorRef<{ pay: { amount: number } }>;
  readonly bank: ActorRef<Bank>;
}

/** Nothing is booked that was not ordered. */
export function nonIdempotentRetry(twin: Twin): Invariant<Trade> {
  const { bank, module, payer } = { faulty, fixed }[twin];
  return {
    name: `non-idempotent retry, ${twin}`,
    modules: [module],
    sideShards: 1,
    network: 'lossy',
    start: ({ system }) => {
      const books = system.spawn(bank, undefined, { shard: system.threads });
      return { payer: system.spawn(payer, { bank: books }, { shard: 0 }), bank: books };
    },
    commands: [
      command({
        name: 'pay',
        input: fc.record({ amount: fc.integer({ min: 1, max: 9 }) }),
        run: (_world, { payer }, { amount }) => payer.send({ type: 'pay', amount }),
      }),
    ],
    faults: { losses: 2 },
    invariant: (world, trade) => {
      const ordered = world.stateOf<{ ordered: number }>(trade.payer)?.ordered ?? 0;
      const booked = world.stateOf<{ booked: number }>(trade.bank)?.booked ?? 0;
      return booked <= ordered || `${ordered} was ordered, ${booked} is booked`;
    },
  };
}
