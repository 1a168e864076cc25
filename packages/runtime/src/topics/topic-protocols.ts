import type { ActorRef } from '../actor/actor-ref.js';
import type { ActorAddress } from '../actor/address.js';
import type { Ask } from '../actor/protocol.js';
import type { ContentFilter } from './content-filter.js';

/** Somebody wants what is published under a pattern. There is one for a pattern and a subscriber. */
export interface Subscription {
  readonly pattern: string;
  readonly subscriber: ActorRef;
  readonly filter: ContentFilter | undefined;
}

/** What names a subscription, on every shard alike. */
export function subscriptionKey(pattern: string, subscriberId: number): string {
  return `${subscriberId} ${pattern}`;
}

/** What is published, its topic written into it. */
export interface PublishedMessage {
  readonly type: string;
  readonly topic: string;
}

/** What one broker, or all of them together, did since they started. */
export interface TopicStatistics {
  /** Messages published, count. */
  readonly published: number;
  /** Copies sent to subscribers, count. */
  readonly delivered: number;
  /** Subscriptions that matched, but whose filter did not want the message, count. */
  readonly filtered: number;
  /** Published messages whose topic matched no subscription, count. */
  readonly unmatched: number;
  /** Published messages given up because too many waited for a broker that had to start again, count. */
  readonly dropped: number;
}

/** Understood by the broker of a shard. */
export type Broker = {
  publish: { message: PublishedMessage };
  /** From the coordinator: these are, and those are not. A `fresh` batch begins anew, from nothing. */
  learn: {
    batch: number;
    fresh: boolean;
    /** There is nothing more to learn. */
    complete: boolean;
    subscriptions: readonly Subscription[];
    /** Keys. */
    ended: readonly string[];
  };
  /** From itself: the coordinator has not answered. */
  joinAgain: {};
  statistics: Ask<{}, TopicStatistics>;
};

/** Understood by the coordinator. */
export type Coordinator = {
  brokers: Ask<{}, readonly ActorAddress[]>;
  /** True when all brokers know it; false, at once, when there are too many. */
  subscribe: Ask<{ subscription: Subscription }, boolean>;
  /** True when no broker knows it any more; false, at once and with nothing done, when too many wait. */
  unsubscribe: Ask<{ pattern: string; subscriber: ActorRef }, boolean>;
  /** From a broker at the start of a life, in which it knows nothing; and `again` until it is told something. */
  join: { shard: number; again: boolean };
  /** From a broker: it has learned a batch. */
  learned: { shard: number; batch: number };
  /** From itself: it should have been learned long ago. */
  overdue: { shard: number; batch: number };
};

/** After this long without an answer a broker, or the coordinator, tries again, ms. */
export const RETRY_MS = 1000;
