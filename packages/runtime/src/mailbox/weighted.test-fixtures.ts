import { type ActorDefinition, defineActor, type OverflowRule } from '../actor/definition.js';
import type { Ask } from '../actor/protocol.js';

/** Messages whose weight a test decides. */
export type Weighted = {
  told: { number: number; pad: string };
  asked: Ask<{ number: number; pad: string }, number>;
  read: Ask<{}, readonly number[]>;
};

const define = (overflow: OverflowRule, capacity: number): ActorDefinition<Weighted, undefined> =>
  defineActor<Weighted>()({
    name: `${overflow}-${capacity}`,
    initial: (_args: undefined): number[] => [],
    receive: {
      told: (numbers, { number }) => void numbers.push(number),
      asked: (numbers, { number }, context) => {
        numbers.push(number);
        context.reply(number);
      },
      read: (numbers, _, context) => context.reply(numbers),
    },
    mailbox: { overflow, capacity },
  });

export const rejecting = define('reject', 3);
export const droppingNewest = define('drop-newest', 3);
export const droppingOldest = define('drop-oldest', 3);
export const pressing = define('backpressure', 3);
export const rejectingByBytes = define('reject', 1000);
export const droppingNewestByBytes = define('drop-newest', 1000);
export const droppingOldestByBytes = define('drop-oldest', 1000);
export const pressingByBytes = define('backpressure', 1000);
