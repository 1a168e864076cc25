/**
 * Two actors ask each other, and each meets no other message until it is answered. Each question waits in the
 * mailbox of somebody who waits for an answer. Only a deadline ends it, and then neither knows whether it was
 * handled.
 *
 * Met as lock order inversion, between services that call each other back, and where a parent asks its child
 * and the child its parent.
 *
 * Shown by two transfers in opposite directions, each begun before the other has been received.
 */
import type { ActorRef } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import type { Twin } from '../known-fault.js';
import * as faulty from './faulty.js';
import * as fixed from './fixed.js';
import type { Account } from './protocol.js';

/** What each of the two has at first. */
const BALANCE = 100;

/**
 * Nobody waits for ever (which needs no saying: it is looked for in any case), and no money comes or goes.
 */
export function mutualAsk(twin: Twin): Invariant<readonly ActorRef<Account>[]> {
  const { account, module } = { faulty, fixed }[twin];
  return {
    name: `mutual ask, ${twin}`,
    modules: [module],
    start: ({ system }) => [0, 1].map(() => system.spawn(account, { balance: BALANCE })),
    commands: [
      command({
        name: 'transfer',
        input: fc.record({ from: fc.nat({ max: 1 }), amount: fc.integer({ min: 1, max: 9 }) }),
        run: (_world, accounts, { from, amount }) =>
          accounts[from]!.send({ type: 'transfer', to: accounts[1 - from]!, amount }),
      }),
    ],
    finally: (world) => {
      const sum = world
        .actors<{ balance: number }>(account)
        .reduce((total, { state }) => total + state.balance, 0);
      return sum === 2 * BALANCE || `of ${2 * BALANCE} there are now ${sum}`;
    },
  };
}
