import type { ActorContext } from '../actor/context.js';
import { type ActorDefinition, defineActor } from '../actor/definition.js';
import { RoutingTable } from './routing-table.js';
import { type Broker, type Coordinator, type PublishedMessage, RETRY_MS } from './topic-protocols.js';

/**
 * Takes what is published on its shard and sends it on to the subscribers that want it, wherever they live.
 *
 * It knows all subscriptions of the system from the coordinator, its parent. A new life knows none: until it
 * has learned them all, what is published waits, in order, up to `heldMax` messages.
 */
export const topicBroker: ActorDefinition<Broker, { readonly heldMax: number }> = defineActor<Broker>()({
  name: 'topic-broker',
  initial: ({ heldMax }: { readonly heldMax: number }, context) => {
    join(context, false);
    return {
      heldMax,
      held: [] as PublishedMessage[],
      table: new RoutingTable(),
      /** `complete` only with all subscriptions known. */
      knowledge: 'none' as 'none' | 'some' | 'complete',
      joining: context.scheduleEvery(RETRY_MS, { type: 'joinAgain' }),
      counts: { published: 0, delivered: 0, filtered: 0, unmatched: 0, dropped: 0 },
    };
  },
  receive: {
    publish: (state, { message }) => {
      state.counts.published++;
      if (state.knowledge === 'complete') deliver(state, message);
      else if (state.held.length < state.heldMax) state.held.push(message);
      else state.counts.dropped++;
    },
    learn: (state, { batch, fresh, complete, subscriptions, ended }, context) => {
      if (fresh) {
        state.joining.cancel();
        state.table = new RoutingTable();
        state.knowledge = 'some';
      } else if (state.knowledge === 'none') return; // meant for the life before
      for (const key of ended) state.table.delete(key);
      for (const subscription of subscriptions) state.table.set(subscription);
      context.ref<Coordinator>(context.parent).send({ type: 'learned', shard: context.shard, batch });
      if (!complete) return;
      state.knowledge = 'complete';
      for (const message of state.held.splice(0)) deliver(state, message);
    },
    joinAgain: (_, __, context) => join(context, true),
    statistics: ({ counts }, _, context) => context.reply(counts),
  },
});

function join(context: ActorContext<Broker>, again: boolean): void {
  context.ref<Coordinator>(context.parent).send({ type: 'join', shard: context.shard, again });
}

interface Delivering {
  readonly table: RoutingTable;
  readonly counts: { delivered: number; filtered: number; unmatched: number };
}

function deliver({ table, counts }: Delivering, message: PublishedMessage): void {
  const { matched, refused } = table.route(message, (subscriber) => {
    counts.delivered++;
    subscriber.send(message);
  });
  counts.filtered += refused;
  if (matched === 0) counts.unmatched++;
}
