import type { ActorRef } from '../actor/actor-ref.js';
import type { ActorAddress } from '../actor/address.js';
import type { MessageOf, Protocol } from '../actor/protocol.js';
import { InvalidOptionError, TopicsFullError } from '../errors.js';
import type { ActorSystem } from '../system/actor-system.js';
import { type ContentFilter, compileFilter } from './content-filter.js';
import { topicCoordinator } from './coordinator.js';
import { checkTopicName, checkTopicPattern } from './topic-name.js';
import type { Broker, Coordinator, PublishedMessage, TopicStatistics } from './topic-protocols.js';

/**
 * A way to publish and subscribe in one system: made by {@link spawnTopics}. Plain data, so it may travel in
 * the arguments of actors and in messages.
 *
 * `P` is what is published: message types to their fields, as in a protocol of which everything is told.
 */
export interface Topics<P extends Protocol = Protocol> {
  readonly coordinator: ActorAddress;
  /** Of each shard, by its index. */
  readonly brokers: readonly ActorAddress[];
  /** Only for types. */
  readonly types?: (protocol: P) => P;
}

/**
 * What a subscriber is sent, as a part of its protocol: each message as it was published, and in the field
 * `topic` the name that it was published under.
 *
 * @example
 * type News = { sighting: { severity: number } };
 * type Watcher = Published<News> & { count: Ask<{}, number> };
 */
export type Published<P extends Protocol> = {
  readonly [Type in keyof P]: P[Type] & { readonly topic: string };
};

/** Any actor that understands what is published. */
export interface TopicSubscriber<P extends Protocol> {
  readonly address: ActorAddress;
  /** Only for types: brokers send to its address. */
  readonly send: (message: MessageOf<Published<P>>) => void;
}

/** An actor's context, or, from outside of all actors, the system. */
export interface TopicUser {
  /** Left out by the system, which is on the main one. */
  readonly shard?: number;
  /** A ref for an address, to send to. */
  ref<Q extends Protocol>(address: ActorAddress): ActorRef<Q>;
}

/** The bounds of {@link spawnTopics}. */
export interface TopicsOptions {
  /** Subscriptions in the system, count, at least 1; default 100 000. */
  readonly subscriptionsMax?: number;
  /** Messages that wait on a shard while its broker learns the subscriptions again, count; default 10 000. */
  readonly heldMax?: number;
}

/** How long to wait for the brokers, and which messages are wanted. */
export interface SubscribeOptions {
  /** Default: all of a topic that matches. */
  readonly filter?: ContentFilter;
  /** Longest wait, ms; default 5 000. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 5000;

/**
 * Starts what topics need: a coordinator on the main shard, and a broker on every shard. The system's
 * `modules` must list `TOPICS_MODULE`.
 *
 * @throws UnknownDefinitionError, InvalidOptionError, SystemStoppedError
 */
export async function spawnTopics<P extends Protocol>(
  system: ActorSystem,
  options: TopicsOptions = {},
): Promise<Topics<P>> {
  const { subscriptionsMax = 100_000, heldMax = 10_000 } = options;
  if (!(subscriptionsMax >= 1))
    throw new InvalidOptionError('subscriptionsMax', subscriptionsMax, 'at least 1');
  if (!(heldMax >= 0)) throw new InvalidOptionError('heldMax', heldMax, 'at least 0');
  const shards = system.threads + 1;
  const coordinator = system.spawn(topicCoordinator, { shards, subscriptionsMax, heldMax }, { shard: 0 });
  const brokers = await coordinator.ask({ type: 'brokers' }, { deadlineMs: DEADLINE_MS });
  return { coordinator: coordinator.address, brokers };
}

/**
 * Sends a message to every subscriber with a pattern that `topic` matches and a filter that wants it, once
 * each. Returns at once, as `send` does; nobody being subscribed is no error, but counted.
 *
 * From one publisher to one subscriber messages arrive in the order of publishing. They come from the
 * broker: `context.sender` is not the publisher.
 *
 * @throws InvalidOptionError for a topic that is none
 * @example
 * publish(context, state.news, 'city.berlin.north', { type: 'sighting', severity: 4 });
 */
export function publish<P extends Protocol>(
  from: TopicUser,
  topics: Topics<P>,
  topic: string,
  message: MessageOf<NoInfer<P>>,
): void {
  checkTopicName(topic);
  const broker = topics.brokers[from.shard ?? 0];
  if (broker === undefined)
    throw new InvalidOptionError('topics', topics, 'what `spawnTopics` returned for this system');
  // Not spread and added to: V8 would make a hidden class for each message, at ten times the price.
  const published: PublishedMessage = Object.assign({}, message as { type: string }, { topic });
  from.ref<Broker>(broker).send({ type: 'publish', message: published });
}

/**
 * Subscribes an actor to all topics that match a pattern. When it resolves every broker knows: whatever is
 * published after that, anywhere, is not missed. Subscribing again with the same pattern replaces the filter.
 *
 * A subscription ends with {@link unsubscribe}, or when the subscriber stops or loses its thread. It outlives a
 * restart; yet an actor had best subscribe itself in `initial`, where a life after a lost thread begins too.
 *
 * @throws (rejects with) InvalidOptionError for a pattern or filter that is none; TopicsFullError; what `ask`
 *   rejects with, and then it may be subscribed all the same
 * @example
 * await subscribe(system, news, 'city.*.north', watcher, { filter: { field: 'severity', atLeast: 3 } });
 */
export async function subscribe<P extends Protocol>(
  from: TopicUser,
  topics: Topics<P>,
  pattern: string,
  subscriber: TopicSubscriber<NoInfer<P>>,
  { filter, deadlineMs = DEADLINE_MS }: SubscribeOptions = {},
): Promise<void> {
  checkTopicPattern(pattern);
  if (filter !== undefined) compileFilter(filter);
  const subscription = { pattern, subscriber: from.ref(subscriber.address), filter };
  const coordinator = from.ref<Coordinator>(topics.coordinator);
  const accepted = await coordinator.ask({ type: 'subscribe', subscription }, { deadlineMs });
  if (!accepted) throw new TopicsFullError(pattern, subscriber.address.path);
}

/**
 * Ends the subscription of an actor to a pattern, if there is one. When it resolves every broker knows:
 * nothing that is published after that is sent because of it.
 *
 * @throws (rejects with) InvalidOptionError for a pattern that is none; TopicsFullError when too many calls wait
 *   for a broker that is not there, and then nothing has changed; what `ask` rejects with
 */
export async function unsubscribe<P extends Protocol>(
  from: TopicUser,
  topics: Topics<P>,
  pattern: string,
  subscriber: { readonly address: ActorAddress },
  { deadlineMs = DEADLINE_MS }: { readonly deadlineMs?: number } = {},
): Promise<void> {
  checkTopicPattern(pattern);
  const coordinator = from.ref<Coordinator>(topics.coordinator);
  const question = { type: 'unsubscribe', pattern, subscriber: from.ref(subscriber.address) } as const;
  const done = await coordinator.ask(question, { deadlineMs });
  if (!done) throw new TopicsFullError(pattern, subscriber.address.path);
}

/** What all brokers did, each since its last start. Rejects as `ask` does. */
export async function topicStatistics<P extends Protocol>(
  from: TopicUser,
  topics: Topics<P>,
  { deadlineMs = DEADLINE_MS }: { readonly deadlineMs?: number } = {},
): Promise<TopicStatistics> {
  const each = await Promise.all(
    topics.brokers.map((broker) => from.ref<Broker>(broker).ask({ type: 'statistics' }, { deadlineMs })),
  );
  const sum = (name: keyof TopicStatistics): number =>
    each.reduce((total, counts) => total + counts[name], 0);
  return {
    published: sum('published'),
    delivered: sum('delivered'),
    filtered: sum('filtered'),
    unmatched: sum('unmatched'),
    dropped: sum('dropped'),
  };
}
