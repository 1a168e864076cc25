import type { ActorRef } from '../actor/actor-ref.js';
import type { ActorContext, ReplyHandle, ScheduledMessage, TurnContext } from '../actor/context.js';
import { type ActorDefinition, defineActor } from '../actor/definition.js';
import { oneForOne } from '../supervision/supervision.js';
import { topicBroker } from './broker.js';
import { Follower } from './follower.js';
import {
  type Broker,
  type Coordinator,
  RETRY_MS,
  type Subscription,
  subscriptionKey,
} from './topic-protocols.js';

export interface CoordinatorArgs {
  /** One broker is kept on each, count. */
  readonly shards: number;
  readonly subscriptionsMax: number;
  readonly heldMax: number;
}

/** A broker, and the talk with it. */
interface Link {
  readonly broker: ActorRef<Broker>;
  readonly follower: Follower;
  overdue: ScheduledMessage | undefined;
}

interface State {
  readonly subscriptionsMax: number;
  readonly links: readonly Link[];
  readonly subscriptions: Map<string, Subscription>;
  /** The keys of each subscriber's subscriptions. */
  readonly keysOf: Map<number, Set<string>>;
  /** Who waits until all brokers know what became of a key. */
  readonly waiting: Map<string, ReplyHandle<boolean>[]>;
  waitingCount: number;
}

/**
 * Keeps the subscriptions of a system and a broker on each of its shards, and sees to it that every broker
 * knows them all: also one that begins a new life, whether it crashed or lost its thread.
 *
 * Lives on the main shard. It holds the only full copy, and its brokers' addresses are those of one life, so
 * topics do not survive a restart of the coordinator itself.
 */
export const topicCoordinator: ActorDefinition<Coordinator, CoordinatorArgs> = defineActor<Coordinator>()({
  name: 'topics',
  initial: ({ shards, subscriptionsMax, heldMax }: CoordinatorArgs, context): State => ({
    subscriptionsMax,
    links: Array.from({ length: shards }, (_, shard) => ({
      broker: context.spawn(topicBroker, { heldMax }, { shard, name: `broker-${shard}` }),
      follower: new Follower(),
      overdue: undefined,
    })),
    subscriptions: new Map(),
    keysOf: new Map(),
    waiting: new Map(),
    waitingCount: 0,
  }),
  supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }),
  receive: {
    brokers: ({ links }, _, context) => context.reply(links.map(({ broker }) => broker.address)),
    subscribe: (state, { subscription }, context) => {
      const key = keyOf(subscription);
      const { subscriptions, subscriptionsMax } = state;
      const isFull = !subscriptions.has(key) && subscriptions.size >= subscriptionsMax;
      if (isFull || isBusy(state)) {
        context.reply(false);
        return;
      }
      subscriptions.set(key, subscription);
      ownKeys(state, subscription.subscriber, context).add(key);
      tellAll(state, [key], context);
      answerWhenKnown(state, key, context);
    },
    unsubscribe: (state, { pattern, subscriber }, context) => {
      if (isBusy(state)) {
        context.reply(false);
        return;
      }
      const { id } = subscriber.address;
      const key = subscriptionKey(pattern, id);
      if (state.subscriptions.delete(key)) {
        const keys = state.keysOf.get(id)!;
        keys.delete(key);
        if (keys.size === 0) {
          state.keysOf.delete(id);
          context.unwatch(subscriber);
        }
        tellAll(state, [key], context);
      }
      answerWhenKnown(state, key, context);
    },
    join: (state, { shard, again }, context) => {
      const { follower } = state.links[shard]!;
      if (!again || !follower.isBeginning) follower.begin(state.subscriptions.keys());
      tell(state, shard, context);
    },
    learned: (state, { shard, batch }, context) => {
      const link = state.links[shard]!;
      const keys = link.follower.learned(batch);
      if (keys === undefined) return;
      link.overdue?.cancel();
      tell(state, shard, context);
      answer(state, keys);
    },
    overdue: (state, { shard, batch }, context) => {
      state.links[shard]!.follower.overdue(batch);
      tell(state, shard, context);
    },
  },
  terminated: (state, { address }, context) => {
    const keys = state.keysOf.get(address.id) ?? new Set();
    state.keysOf.delete(address.id);
    for (const key of keys) state.subscriptions.delete(key);
    tellAll(state, keys, context);
  },
});

function keyOf({ pattern, subscriber }: Subscription): string {
  return subscriptionKey(pattern, subscriber.address.id);
}

/** As many wait for an answer as there may be subscriptions. */
function isBusy({ waitingCount, subscriptionsMax }: State): boolean {
  return waitingCount >= subscriptionsMax;
}

/** The keys of a subscriber, who is watched from the first one on. */
function ownKeys(state: State, subscriber: ActorRef, context: ActorContext<Coordinator>): Set<string> {
  const { id } = subscriber.address;
  let keys = state.keysOf.get(id);
  if (keys === undefined) {
    keys = new Set();
    state.keysOf.set(id, keys);
    context.watch(subscriber);
  }
  return keys;
}

function tellAll(state: State, keys: Iterable<string>, context: ActorContext<Coordinator>): void {
  for (const key of keys) for (const { follower } of state.links) follower.changed(key);
  for (const shard of state.links.keys()) tell(state, shard, context);
}

/** Tells a broker what it has yet to learn, unless it is just learning. */
function tell(state: State, shard: number, context: ActorContext<Coordinator>): void {
  const link = state.links[shard]!;
  const batch = link.follower.next((key) => estimateBytes(key, state.subscriptions.get(key)));
  if (batch === undefined) return;
  const { number, fresh, complete, keys } = batch;
  link.broker.send({
    type: 'learn',
    batch: number,
    fresh,
    complete,
    subscriptions: keys.flatMap((key) => state.subscriptions.get(key) ?? []),
    ended: keys.filter((key) => !state.subscriptions.has(key)),
  });
  link.overdue?.cancel();
  link.overdue = context.schedule(RETRY_MS, { type: 'overdue', shard, batch: number });
}

function answerWhenKnown(state: State, key: string, context: TurnContext<Coordinator, boolean>): void {
  const waiting = state.waiting.get(key) ?? [];
  waiting.push(context.deferReply());
  state.waiting.set(key, waiting);
  state.waitingCount++;
  answer(state, [key]);
}

/** Answers those who wait for one of `keys`, if all brokers know of it. */
function answer(state: State, keys: Iterable<string>): void {
  for (const key of keys) {
    const replies = state.waiting.get(key);
    if (replies === undefined || !state.links.every(({ follower }) => follower.knows(key))) continue;
    state.waiting.delete(key);
    state.waitingCount -= replies.length;
    for (const reply of replies) reply(true);
  }
}

/** More than it takes to send a subscription; a number in a filter takes up to 9 bytes, however it reads. */
function estimateBytes(key: string, subscription: Subscription | undefined): number {
  if (subscription === undefined) return key.length;
  const { subscriber, filter } = subscription;
  return key.length + subscriber.address.path.length + 3 * (JSON.stringify(filter)?.length ?? 0) + 64;
}
