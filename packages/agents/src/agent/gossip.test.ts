// At stake: gossip neither loses nor makes anything, and rounds alike in whatever order its shares come. Tried on agents whose shares are handed on
// in random order.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gossip, type GossipShare } from './gossip.js';

describe('gossip', () => {
  it('is the same in whatever order shares come, also before the round begins here', () => {
    const shares: readonly GossipShare[] = [0.1, 0.7, 1e16, 3, -1e16].map((sum, from) => ({
      key: 4,
      from,
      sum,
      weight: 0.3,
    }));
    const told = (order: readonly GossipShare[], early: number): number => {
      const gossip = new Gossip(0.2);
      for (const share of order.slice(0, early)) gossip.take(share);
      gossip.begin(4, 9, { peers: [], expected: shares.length });
      for (const share of order.slice(early)) {
        expect(gossip.ends()).toBe(false);
        gossip.take(share);
      }
      expect(gossip.ends()).toBe(true);
      return gossip.estimate;
    };
    fc.assert(
      fc.property(fc.shuffledSubarray([...shares], { minLength: 5 }), fc.nat({ max: 4 }), (order, early) => {
        expect(told(order, early)).toBe(told(shares, 0));
      }),
    );
  });

  it('counts in the next round what came too late for its own', () => {
    const gossip = new Gossip(1);
    gossip.begin(1, 0, { peers: [], expected: 1 });
    gossip.begin(2, 0, { peers: [], expected: 0 });
    gossip.take({ key: 1, from: 3, sum: 5, weight: 1 });
    gossip.begin(3, 0, { peers: [], expected: 0 });
    expect({ sum: gossip.sum, weight: gossip.weight }).toEqual({ sum: 6, weight: 2 });
  });
});
