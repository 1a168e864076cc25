// At stake: what a broker knows of subscriptions decides who gets a message, once each, filters heeded. Tried with
// random subscriptions, replaced and ended, beside a list of them that is searched from end to end.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActorRef, type RefHost } from '../actor/actor-ref.js';
import { RoutingTable } from './routing-table.js';
import { type Subscription, subscriptionKey } from './topic-protocols.js';

const nowhere = {} as RefHost;
const refs = [1, 2, 3].map((id) => new ActorRef(nowhere, 0, 0, { path: `/reader-${id}`, id, shard: 0 }));

const subscription = fc.record({
  pattern: fc.constantFrom('a', 'a.b', 'a.*', '*.b', 'a.>', '>'),
  subscriber: fc.constantFrom(...refs),
  filter: fc.option(fc.record({ field: fc.constant('size'), atLeast: fc.nat({ max: 4 }) }), {
    nil: undefined,
  }),
});
const message = fc.record({
  type: fc.constant('note'),
  topic: fc.constantFrom('a', 'a.b', 'a.c', 'b.b', 'c'),
  size: fc.nat({ max: 4 }),
});
/** The topics of each pattern, told one by one. */
const TOPICS: Readonly<Record<string, readonly string[]>> = {
  a: ['a'],
  'a.b': ['a.b'],
  'a.*': ['a.b', 'a.c'],
  '*.b': ['a.b', 'b.b'],
  'a.>': ['a.b', 'a.c'],
  '>': ['a', 'a.b', 'a.c', 'b.b', 'c'],
};

describe('a routing table', () => {
  it('says what a list of subscriptions does', () => {
    const operation = fc.record({ subscription, ends: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 40, size: 'max' }),
        fc.array(message, { minLength: 1 }),
        (operations, messages) => {
          const table = new RoutingTable();
          let list: Subscription[] = [];
          for (const { subscription: each, ends } of operations) {
            const { pattern, subscriber } = each;
            list = list.filter((other) => other.pattern !== pattern || other.subscriber !== subscriber);
            if (ends) table.delete(subscriptionKey(pattern, subscriber.address.id));
            else {
              table.set(each);
              list.push(each);
            }
          }
          for (const each of messages) {
            const matching = list.filter(({ pattern }) => TOPICS[pattern]!.includes(each.topic));
            const wanting = matching.filter(
              ({ filter }) => !filter || each.size >= (filter as { atLeast: number }).atLeast,
            );
            const got: ActorRef[] = [];
            const { matched, refused } = table.route(each, (subscriber) => got.push(subscriber));
            expect(new Set(got)).toEqual(new Set(wanting.map(({ subscriber }) => subscriber)));
            expect(got).toHaveLength(new Set(got).size);
            expect(matched).toBe(matching.length);
            expect(refused).toBeLessThanOrEqual(matching.length - wanting.length);
          }
        },
      ),
    );
  });

  it('asks no filter on behalf of a subscriber that has the message already', () => {
    const table = new RoutingTable();
    const [subscriber] = refs as [ActorRef];
    table.set({ pattern: '>', subscriber, filter: undefined });
    table.set({ pattern: 'a', subscriber, filter: { field: 'size', exists: true } });
    const route = () => table.route({ type: 'note', topic: 'a' }, () => undefined);
    expect(route()).toEqual({ matched: 2, refused: 0 });
    table.delete(subscriptionKey('>', subscriber.address.id));
    expect(route()).toEqual({ matched: 1, refused: 1 });
  });
});
