import { type ActorDefinition, defineActor } from '../actor/definition.js';
import type { Ask } from '../actor/protocol.js';

/** Writes down, in an order that it shares with others, whom it has met. One of each priority. */
export type Meter = { meet: Ask<{ name: string }, void>; note: { name: string } };

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
    },
  });
export const criticalMeter = meter('critical');
export const standardMeter = meter('standard');
export const batchMeter = meter('batch');
