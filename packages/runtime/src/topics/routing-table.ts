import type { ActorRef } from '../actor/actor-ref.js';
import { compileFilter, type Predicate } from './content-filter.js';
import { type PublishedMessage, type Subscription, subscriptionKey } from './topic-protocols.js';
import { TopicTrie } from './topic-trie.js';

/** A subscriber with at least one route to it. */
interface Recipient {
  readonly ref: ActorRef;
  routes: number;
  /** The number of the last message that was for it. */
  lastMessage: number;
}

interface Route {
  readonly pattern: string;
  readonly wants: Predicate | undefined;
  readonly recipient: Recipient;
}

/** What is known of subscriptions on one shard, and what that means for a message. */
export class RoutingTable {
  readonly #trie = new TopicTrie<Route>();
  readonly #routes = new Map<string, Route>();
  readonly #recipients = new Map<number, Recipient>();
  #messages = 0;

  /** Adds a subscription, or replaces the one that has its pattern and subscriber. */
  set({ pattern, subscriber, filter }: Subscription): void {
    const { id } = subscriber.address;
    const key = subscriptionKey(pattern, id);
    const recipient = this.#recipients.get(id) ?? { ref: subscriber, routes: 0, lastMessage: 0 };
    this.delete(key);
    recipient.routes++;
    this.#recipients.set(id, recipient);
    const route = { pattern, recipient, wants: filter && compileFilter(filter) };
    this.#routes.set(key, route);
    this.#trie.add(pattern, route);
  }

  /** Takes a subscription out; does nothing where there is none. */
  delete(key: string): void {
    const route = this.#routes.get(key);
    if (route === undefined) return;
    this.#routes.delete(key);
    this.#trie.delete(route.pattern, route);
    if (--route.recipient.routes === 0) this.#recipients.delete(route.recipient.ref.address.id);
  }

  /**
   * Calls `deliver` with each subscriber that wants the message, once each. Tells how many subscriptions match
   * its topic, and how many of their filters refused it; none is asked for a subscriber that has it already.
   */
  route(
    message: PublishedMessage,
    deliver: (subscriber: ActorRef) => void,
  ): { readonly matched: number; readonly refused: number } {
    const number = ++this.#messages;
    let matched = 0;
    let refused = 0;
    this.#trie.match(message.topic, ({ recipient, wants }) => {
      matched++;
      if (recipient.lastMessage === number) return;
      if (wants !== undefined && !wants(message)) {
        refused++;
        return;
      }
      recipient.lastMessage = number;
      deliver(recipient.ref);
    });
    return { matched, refused };
  }
}
