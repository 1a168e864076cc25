import {
  type ActorRef,
  defineActor,
  oneForOne,
  type Published,
  publish,
  spawnTopics,
  subscribe,
  TOPICS_MODULE,
  type Topics,
} from '@skein/runtime';
import { command, type Invariant } from '@skein/runtime/testing';
import fc from 'fast-check';
import { areEqual } from './lists.js';

type News = { news: { from: number; n: number } };
type Publisher = { publish: { n: number } };

/** Remembers what it has heard. */
export const subscriber = defineActor<Published<News>>()({
  name: 'subscriber',
  initial: () => [[], []] as readonly number[][],
  receive: { news: (heard, { from, n }) => void heard[from]!.push(n) },
});

/** Publishes from where it lives. */
export const publisher = defineActor<Publisher>()({
  name: 'publisher',
  initial: ({ topics, index }: { topics: Topics<News>; index: number }) => ({ topics, index }),
  receive: {
    publish: ({ topics, index }, { n }, context) =>
      publish(context, topics, 'city.north', { type: 'news', from: index, n }),
  },
});

interface Subscription {
  readonly ref: ActorRef<Published<News>>;
  /** By publisher: how much had been published when the subscription was confirmed, count. */
  since: readonly number[] | undefined;
}

interface Subject {
  readonly topics: Topics<News>;
  readonly publishers: readonly ActorRef<Publisher>[];
  readonly subscriptions: Subscription[];
  readonly published: number[];
}

/** A subscriber hears all that was published after its subscription was confirmed, once, in each publisher's order. */
export const confirmed: Invariant<Subject> = {
  name: 'topics: what is published after a subscription was confirmed is heard',
  modules: [TOPICS_MODULE, import.meta.url],
  sideShards: 1,
  system: { supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }) },
  start: async ({ system }) => {
    const topics = await spawnTopics<News>(system);
    const publishers = [0, 1].map((shard) => system.spawn(publisher, { topics, index: shard }, { shard }));
    return { topics, publishers, subscriptions: [], published: [0, 0] };
  },
  commands: [
    command({
      name: 'publish',
      input: fc.nat({ max: 1 }),
      run: (_, { publishers, published }, at) =>
        publishers[at]!.send({ type: 'publish', n: published[at]!++ }),
    }),
    command({
      name: 'subscribe',
      input: fc.record({ shard: fc.nat({ max: 1 }), pattern: fc.constantFrom('city.*', 'city.north') }),
      run: async ({ system }, { topics, subscriptions, published }, { shard, pattern }) => {
        const ref = system.spawn(subscriber, undefined, { shard });
        const subscription: Subscription = { ref, since: undefined };
        subscriptions.push(subscription);
        await subscribe(system, topics, pattern, ref);
        subscription.since = [...published];
      },
    }),
  ],
  faults: { crashes: 1, crashable: ['publisher'], partitions: 1 },
  finally: (world, { subscriptions, published }) => {
    for (const { ref, since } of subscriptions) {
      const state = world.stateOf<readonly number[][]>(ref)!;
      for (const [from, heard] of state.entries()) {
        const first = heard[0] ?? published[from]!;
        const all = Array.from({ length: published[from]! - first }, (_, i) => first + i);
        if (!areEqual(heard, all) || (since !== undefined && first > since[from]!))
          return `${ref.address.path} heard ${heard} of ${published[from]}, and was to hear those from ${since?.[from]}`;
      }
    }
    return true;
  },
};
