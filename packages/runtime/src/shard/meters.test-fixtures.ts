import { type ActorDefinition, defineActor } from '../actor/definition.js';
import type { Ask } from '../actor/protocol.js';
import type { Shard } from './shard.js';

/** Writes down, in an order that it shares with others, whom it has met. One of each priority. */
export type Meter = { meet: Ask<{ name: string }, void>; note: { name: string }; shard: Ask<{}, Shard> };

const meter = (priority: 'critical' | 'standard' | 'batch'): ActorDefinition<Meter, string[]> =>
  defineActor<Meter>()({
    name: `${priority}-meter`,
    priority,
    initial: (order: string[]) => order,
    receive: {
      meet: (order, { name }, context) => {
        order.push(name);
        context.reply(undefined);
      },
      note: (order, { name }) => void order.push(name),
      shard: (_, __, context) => context.reply((context as unknown as { shardOf: Shard }).shardOf),
    },
  });
export const criticalMeter = meter('critical');
export const standardMeter = meter('standard');
export const batchMeter = meter('batch');
