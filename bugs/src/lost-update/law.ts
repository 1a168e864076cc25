/**
 * Two clients read a value, each adds to what it has read, and each writes its sum. Whoever writes last has
 * not seen the other's sum, and overwrites it. Nothing fails, and a part of what was done is gone.
 *
 * Met wherever a record is loaded, changed and saved: balances, counters in a cache, documents edited by two
 * people.
 *
 * Shown by two deposits at two tellers of which the second reads before the first has written.
 */
import type { ActorRef } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import type { Twin } from '../known-fault.js';
import type { Account } from './account.js';
import * as faulty from './faulty.js';
import * as fixed from './fixed.js';

interface Bank {
  readonly account: ActorRef<Account>;
  readonly tellers: readonly ActorRef<{ deposit: { amount: number } }>[];
}

/** What the tellers have taken is in the account. */
export function lostUpdate(twin: Twin): Invariant<Bank> {
  const { account, module, teller } = { faulty, fixed }[twin];
  return {
    name: `lost update, ${twin}`,
    modules: [module],
    start: ({ system }) => {
      const safe = system.spawn(account);
      return { account: safe, tellers: [0, 1].map(() => system.spawn(teller, { account: safe })) };
    },
    commands: [
      command({
        name: 'deposit',
        input: fc.record({ at: fc.nat({ max: 1 }), amount: fc.integer({ min: 1, max: 9 }) }),
        run: (_world, { tellers }, { at, amount }) => tellers[at]!.send({ type: 'deposit', amount }),
      }),
    ],
    finally: (world, bank) => {
      const taken = world.actors<{ taken: number }>(teller).reduce((sum, { state }) => sum + state.taken, 0);
      const booked = world.stateOf<{ balance: number }>(bank.account)?.balance;
      return booked === taken || `${taken} was taken, ${booked} is in the account`;
    },
  };
}
