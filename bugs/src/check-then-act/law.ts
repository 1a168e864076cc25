/**
 * A client looks whether something is allowed, and then does it, in two messages. Between the two another
 * client does the same. Both were allowed, and one of them should not have been.
 *
 * Met in overbooked seats, names registered twice, budgets overspent, files created because they did not
 * exist.
 *
 * Shown by two buyers who both ask what is left before either takes the last piece.
 */
import type { ActorRef } from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import type { Twin } from '../known-fault.js';
import type { Shop } from './buyer.js';
import * as faulty from './faulty.js';
import * as fixed from './fixed.js';

const STOCK = 2;

interface Market {
  readonly shop: ActorRef<Shop>;
  readonly buyers: readonly ActorRef<{ buy: {} }>[];
}

/** No more is sold than there was. */
export function checkThenAct(twin: Twin): Invariant<Market> {
  const { buyer, module, shop } = { faulty, fixed }[twin];
  return {
    name: `check then act, ${twin}`,
    modules: [module],
    start: ({ system }) => {
      const corner = system.spawn(shop, { stock: STOCK });
      return { shop: corner, buyers: [0, 1].map(() => system.spawn(buyer, { shop: corner })) };
    },
    commands: [
      command({
        name: 'buy',
        input: fc.record({ buyer: fc.nat({ max: 1 }) }),
        run: (_world, { buyers }, { buyer }) => buyers[buyer]!.send({ type: 'buy' }),
      }),
    ],
    invariant: (world, market) => {
      const left = world.stateOf<{ left: number }>(market.shop)?.left ?? 0;
      return left >= 0 || `of ${STOCK} pieces ${STOCK - left} are sold`;
    },
  };
}
